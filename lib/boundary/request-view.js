'use strict';

// A Fetch Request as the resolver reads one: with its query and, where that is JSON, its body.

const { queryIn } = require('../core/request.js');
const { RunIdError } = require('../run-id-error.js');

const JSON_TYPE = /^[\w.+-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/**
 * @param {Request} request
 * @param {() => Promise<string>} [readAgain] gives the text of a body that was read already, where that was kept
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

/** What a JSON body holds; a body of another kind as it is, which is known to be unread. */
async function bodyOf(request, readAgain) {
  const { body } = request;
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) return body;
  if (request.bodyUsed || body?.locked) return readAgain().then(parsed, () => body);
  // The handler reads the request's own.
  return body === null ? body : parsed(await request.clone().text());
}

/** @returns {Promise<string>} */
async function nothing() {
  throw new TypeError('The body was not kept');
}

/** The text itself where it is no JSON. */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    // What is no object was read, and holds no run ID.
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return text;
  }
}

/** The answer to a request that was refused; other errors are the server's to answer. */
function refuse(error) {
  if (!(error instanceof RunIdError)) throw error;
  const { code, message, statusCode } = error;
  return Response.json({ code, message }, { status: statusCode });
}

module.exports = { refuse, viewOf };
