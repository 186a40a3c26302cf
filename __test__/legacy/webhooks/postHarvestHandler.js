'use strict';

const { api } = require('./api.js');
const { normalizeRunId } = require('../services/unifiedRunIdService.js');
const { createLogger } = require('../utils/logger.js');

const logger = createLogger('webhook-posts');

// Posts of a client's run have arrived.
async function onPosts(req, res) {
  const { posts = [] } = req.body; // @run-id none
  const runId = normalizeRunId(req.body.runId); // @run-id none
  logger.info(`${posts.length} posts for ${runId}`, { runId }); // @run-id none
  const record = await api.clientRun(runId); // @run-id none
  res.json({ runId, received: posts.length, had: record.Posts }); // @run-id none
}

module.exports = { onPosts };
