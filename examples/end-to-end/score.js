'use strict';

// The child process: it receives the run in its environment, and hands it on in a header.

const { inject, runIdFromEnv, runWithRunId } = require('unified-run-id/context');
const { FAULTS } = require('./faults.js');

const [leads, fault] = process.argv.slice(2);

async function post(url, body) {
  const headers = inject({ 'content-type': 'application/json' }, 'headers');
  return await fetch(url, { method: 'POST', headers, body });
}

async function main() {
  await runWithRunId(runIdFromEnv(), callWebhook);
}

async function callWebhook() {
  const send = FAULTS[fault]?.post ?? post;
  const answer = await send(`${process.env.WEBHOOK_URL}/scores`, JSON.stringify({ leads: Number(leads) }));
  if (!answer.ok) throw new Error(`the webhook answered ${answer.status}`);
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
