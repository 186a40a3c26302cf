'use strict';

module.exports = {
  port: Number(process.env.PORT || 0),
  apiUrl: process.env.API_URL || 'http://127.0.0.1:3000',
  batchSize: Number(process.env.BATCH_SIZE || 25),
  maxRetries: 3,
  streams: ['stream1', 'stream2'],
  // How a run is shown on the dashboard, never how it is found.
  runIdLabel: 'Run ID', // @run-id none
  runIdColumn: 'run_id', // @run-id none
  showRunIdInMails: process.env.SHOW_RUN_ID !== 'false', // @run-id none
};
