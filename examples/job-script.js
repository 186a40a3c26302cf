'use strict';

// A script without a request. Try it:
//   node examples/job-script.js                 starts a run
//   node examples/job-script.js 251006-143000   continues that one
//
// If several processes of a host start runs, set RUN_ID_SEQUENCE_FILE to the same path for all of them.

const {
  configure,
  createClientRunId,
  getBaseRunId,
  resolveRunIdWithSource,
  RunIdError,
} = require('unified-run-id');

/** One run, and under it one ID for each client. */
function main([parentRunId]) {
  configure({ service: 'nightly-import' });

  const { runId, source } = resolveRunIdWithSource({}, parentRunId);
  console.log(`${source === 'generated' ? 'New run' : 'Going on with'} ${runId}`);

  const baseRunId = getBaseRunId(runId);
  for (const clientId of ['Ann-Carver', 'Acme-Corp']) {
    console.log(`  ${createClientRunId(baseRunId, clientId)}`);
  }
}

if (require.main === module) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    // The library logs rejections with their stack; the exit code tells the calling process.
    if (!(error instanceof RunIdError)) throw error;
    process.exitCode = 1;
  }
}

module.exports = { main };
