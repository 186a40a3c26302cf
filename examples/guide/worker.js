const { currentRunId, runIdFromEnv, runWithRunId, withRunId } = require('unified-run-id/context');

const { WEBHOOK_URL = 'http://127.0.0.1:3000' } = process.env;

async function main() {
  const key = currentRunId().toLowerCase(); // the cache of this team has lower-case keys
  const answer = await fetch(withRunId(`${WEBHOOK_URL}/done`, key), { method: 'POST' });
  console.log(answer.status, (await answer.json()).code);
}

runWithRunId(runIdFromEnv(), main);
