const { PGlite } = require('@electric-sql/pglite');
const { JobTracking } = require('unified-run-id/job-tracking');

async function main() {
  const jobs = new JobTracking({ db: await PGlite.create() }); // or a Pool of pg
  await jobs.migrate();

  const { runId } = await jobs.createJob({ jobType: 'lead-scoring' });
  const { runId: clientRunId } = await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
  await jobs.addClientMetrics(clientRunId, { leads: 12 });
  console.log((await jobs.getClientRun(clientRunId)).metrics);

  try {
    await jobs.getClientRun(clientRunId.toLowerCase());
  } catch (error) {
    console.log(error.code, error.statusCode);
    console.log(error.diagnosis);
  }
}

main();
