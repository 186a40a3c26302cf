'use strict';

// The `runId` parameter of a URL, read and written without changing any other character, which could invalidate a
// signature of the URL.

const PARAMETER = 'runId';

/** The text of an absolute http(s) URL, or of a path that begins with one `/`; undefined for anything else. */
function urlTextOf(url) {
  const text = url instanceof URL ? url.href : url;
  return typeof text === 'string' && isUrl(text) ? text : undefined;
}

function isUrl(text) {
  // Parsers silently drop or trim these, and then see a different URL from a human reader.
  if (/[^\x21-\uffff]|[\x7f\s]/.test(text)) return false;
  // Two slashes of either kind begin a host name.
  if (text.startsWith('/')) return !/^\/[/\\]/.test(text);
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

function partsOf(text) {
  // Every URL matches.
  const [, beforeQuery, query = '', fragment = ''] = /** @type {RegExpExecArray} */ (
    /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(text)
  );
  return { beforeQuery, query, fragment };
}

/** The names and values of a URL's query, as the receiver sees them. */
function parametersOf(url) {
  return [...new URLSearchParams(partsOf(urlTextOf(url)).query)];
}

/** The host of an absolute URL. */
function hostOf(text) {
  return URL.canParse(text) ? new URL(text).host : undefined;
}

/** The URL with the parameter added. */
function urlWith(url, runId) {
  const { beforeQuery, query, fragment } = partsOf(urlTextOf(url));
  let separator = '&';
  if (query === '') separator = '?';
  else if (query === '?' || query.endsWith('&')) separator = '';
  return `${beforeQuery}${query}${separator}${PARAMETER}=${runId}${fragment}`;
}

module.exports = { PARAMETER, hostOf, parametersOf, urlTextOf, urlWith };
