const { spawn } = require('node:child_process');
const path = require('node:path');
const { generateTimestampRunId } = require('unified-run-id');
const { childEnv, runWithRunId, withRunId } = require('unified-run-id/context');

const { WEBHOOK_URL = 'http://127.0.0.1:3000' } = process.env;

async function main() {
  await fetch(withRunId(`${WEBHOOK_URL}/open`), { method: 'POST' });
  const worker = path.join(__dirname, 'worker.js');
  spawn(process.execPath, [worker], { env: childEnv(), stdio: 'inherit' });
}

runWithRunId(generateTimestampRunId('Ann-Carver'), main).catch((error) => {
  console.log(`${WEBHOOK_URL}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
});
