'use strict';

// A Fetch Request in the form that the resolver reads: with its query and, if it is JSON, its body.

const { queryIn } = require('../core/request.js');
const { RunIdError } = require('../run-id-error.js');

const JSON_TYPE = /^[\w.+-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * @param {Request} request
 * @param {() => Promise<string>} [readAgain] returns the text of a body that was already read, if it was kept
 */
async function viewOf(request, readAgain = nothing) {
  return {
    method: request.method,
    headers: request.headers,
    query: queryIn(request.url),
    body: await bodyOf(request, readAgain),
    raw: request,
  };
}

/** The content of a JSON body; any other body unchanged, which counts as unread. */
async function bodyOf(request, readAgain) {
  const { body } = request;
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) return body;
  if (request.bodyUsed || body?.locked) return readAgain().then(parsed, () => body);
  // The handler reads the request's own body.
  return body === null ? body : parsed(await request.clone().text());
}

/** @returns {Promise<string>} */
async function nothing() {
  throw new TypeError('The body was not kept');
}

/** The text itself if it is not JSON. */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    // A value that is not an object was read, and contains no run ID.
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return text;
  }
}

/** The response to a refused request; the server responds to other errors. */
function refuse(error) {
  if (!(error instanceof RunIdError)) throw error;
  const { code, message, statusCode } = error;
  return Response.json({ code, message }, { status: statusCode });
}

module.exports = { refuse, viewOf };
