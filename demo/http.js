'use strict';

/** Sends JSON, and returns the status and the JSON of the response. */
async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answerOf(response);
}

async function get(url, headers = {}) {
  return answerOf(await fetch(url, { headers }));
}

async function answerOf(response) {
  const text = await response.text();
  try {
    return { status: response.status, answer: JSON.parse(text) };
  } catch {
    throw new Error(`${response.url} answered ${response.status} and no JSON`);
  }
}

module.exports = { get, post };
