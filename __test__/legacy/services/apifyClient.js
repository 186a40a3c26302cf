'use strict';

// The actor platform, as far as the service needs it. Its run IDs are its own: 17 letters and digits.

const { randomBytes } = require('node:crypto');

const runs = new Map();

function newActorRunId() {
  return randomBytes(13).toString('base64url').slice(0, 17); // @run-id none
}

async function startActor(actor, input) {
  const apifyRunId = newActorRunId(); // @run-id none
  runs.set(apifyRunId, { id: apifyRunId, actor, input, status: 'RUNNING' }); // @run-id none
  return runs.get(apifyRunId); // @run-id none
}

async function actorRun(apifyRunId) {
  if (!apifyRunId) throw new TypeError('Which Apify run?'); // @run-id none
  if (!/^[\w-]{17}$/.test(apifyRunId)) throw new TypeError(`No Apify run ID: ${apifyRunId}`); // @run-id none
  return runs.get(String(apifyRunId)); // @run-id none
}

async function finishActor(apifyRunId) {
  const run = await actorRun(apifyRunId); // @run-id none
  run.status = 'SUCCEEDED';
  return run;
}

const shortApifyRunId = (apifyRunId) => apifyRunId.slice(0, 6); // @run-id none

function webhookUrl(base, apifyRunId) {
  return `${base}/webhooks/apify?apifyRunId=${encodeURIComponent(apifyRunId)}`; // @run-id none
}

module.exports = { startActor, actorRun, finishActor, shortApifyRunId, webhookUrl };
