'use strict';

// Host names, as they appear in URLs and requests.

const { isIPv6 } = require('node:net');

/** Characters of anything more than a host: a scheme, a port, a path, a user or a pattern. */
const MORE = /[\s/\\?#@*]|:\d*$/;

/** The maximum length of a DNS name. RFC 1035, section 2.3.4. */
const MAX_LENGTH = 253;

const withoutBrackets = (host) => host.replace(/^\[(.*)\]$/, '$1');

/** The host that a setting names, as it appears in URLs; undefined if it names none, or more than a host. */
function hostNamed(text) {
  if (typeof text !== 'string' || text.length > MAX_LENGTH) return undefined;
  const bare = withoutBrackets(text);
  if (isIPv6(bare)) return hostIn(`http://[${bare}]`);
  return bare !== text || MORE.test(text) ? undefined : hostIn(`http://${text}`);
}

/** The host of a URL; undefined if it is not a URL. */
function hostIn(url) {
  return URL.canParse(url) ? withoutBrackets(new URL(url).hostname) : undefined;
}

/** The same for a host alone. */
function hostAlone(host) {
  return withoutBrackets(String(host).toLowerCase());
}

module.exports = { hostAlone, hostIn, hostNamed };
