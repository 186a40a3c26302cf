'use strict';

const COUNT = 64;
const MASK = COUNT - 1;

/** 64 compound run IDs of 24 characters. */
const runIds = Array.from({ length: COUNT }, (_, i) =>
  flat(`251006-1430${twoDigits(i % 60)}-Ann-Car${100 + i}`),
);

/** The same with an impossible month. */
const badRunIds = runIds.map((runId) => flat(`2513${runId.slice(4)}`));

/** One plain request for each run ID. */
const requests = runIds.map((runId) => ({ query: { runId }, headers: {} }));

/** The same with run IDs that are refused. */
const badRequests = badRunIds.map((runId) => ({ query: { runId }, headers: {} }));

/** Requests without a run ID, in the form in which a server receives them. */
const emptyRequests = runIds.map(() => ({
  method: 'GET',
  url: '/jobs?limit=5',
  query: { limit: '5' },
  headers: { host: 'acme.example', accept: '*/*', 'user-agent': 'curl/8.5', 'content-type': 'text/plain' },
}));

function twoDigits(number) {
  return String(number).padStart(2, '0');
}

/** In the form that a parser returns: a template creates a rope, which the first native call has to flatten. */
function flat(text) {
  return Buffer.from(text, 'latin1').toString('latin1');
}

module.exports = { MASK, badRequests, badRunIds, emptyRequests, requests, runIds };
