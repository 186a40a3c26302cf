'use strict';

// A process of its own: what the outside calls back. It knows the records by the API only.

const express = require('express');
const { errors } = require('../middleware/errors.js');

function createApp() {
  const app = express();
  app.use(express.json());
  if (process.env.OBSERVE_RUN_IDS) app.use(require('../middleware/observing.js').observing); // @run-id none
  app.post('/webhooks/posts', require('./postHarvestHandler.js').onPosts);
  app.post('/webhooks/comments', require('./commentHandler.js').onComment);
  app.post('/webhooks/apify', require('./apifyHandler.js').onActorRun);
  app.post('/webhooks/resume', require('./resumeHandler.js').onResume);
  app.post('/webhooks/mail', require('./mailHandler.js').onMail);
  app.post('/webhooks/bounce', require('./mailHandler.js').onBounce);
  app.use(errors);
  return app;
}

module.exports = { createApp };
