'use strict';

const queue = require('./queue.js');
const service = require('../services/unifiedRunIdService.js');
const { savePost, postsOfRun } = require('../services/spreadsheet.js');
const { retry } = require('../utils/retry.js');

class EnrichmentWorker {
  constructor({ runIds }) {
    this.runIds = runIds; // @run-id none
    this.done = 0;
  }

  async work(job) {
    const runId = this.runIdOf(job);
    const clientId = job.data.clientId ?? service.extractClientId(runId); // @run-id no-deprecated-helper
    const urls = job.data.urls ?? [];
    for (const url of urls) {
      await retry(() => savePost({ url, runId, clientId }), { label: 'savePost', runId }); // @run-id none
      this.done++;
    }
    const posts = await postsOfRun(runId); // @run-id none
    return { runId, clientId, posts: posts.length }; // @run-id none
  }

  // An older producer sends the whole run.
  runIdOf({ data }) {
    const raw = data.runId ?? data.run?.runId ?? data.run?.id; // @run-id no-run-id-fallback
    const runId = raw?.runId || raw; // @run-id no-run-id-cast
    return this.runIds.standardize(runId).toString(); // @run-id no-run-id-cast
  }
}

const worker = new EnrichmentWorker({
  runIds: {
    standardize(runId) {
      if (service.validateRunId(runId)) return runId; // @run-id no-deprecated-helper
      return service.convertToStandardFormat(runId) || service.generateRunId(); // @run-id no-deprecated-helper, no-run-id-fallback
    },
  },
});

queue.handle('enrichment', (job) => worker.work(job));
