const { PGlite } = require('@electric-sql/pglite');
const express = require('express');
const { getBaseRunId } = require('unified-run-id');
const { runIdBoundary, runIdErrors } = require('unified-run-id/express');
const { JobTracking } = require('unified-run-id/job-tracking');

async function main() {
  const jobs = new JobTracking({ db: await PGlite.create() });
  await jobs.migrate();

  const app = express();
  app.use(express.json());
  app.use(runIdBoundary()); // continues runs: a request without a run ID is a 400
  app.post('/open', async (req, res) => {
    await jobs.createJob({ runId: getBaseRunId(req.runId), jobType: 'lead-scoring' });
    res.json(await jobs.createClientRun(req.runId));
  });
  app.post('/done', async (req, res) => res.json(await jobs.completeClientRun(req.runId)));
  app.use(runIdErrors());

  const server = app.listen(process.env.PORT ?? 3000, '127.0.0.1', (error) => {
    if (error) throw error; // such as EADDRINUSE: set PORT here, and WEBHOOK_URL for the other two
    console.log(`http://127.0.0.1:${server.address().port}`);
  });
}

main();
