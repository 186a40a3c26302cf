'use strict';

const express = require('express');
const { requestContext } = require('./middleware/requestContext.js');
const { authenticate } = require('./middleware/authenticate.js');
const { errors } = require('./middleware/errors.js');

function createApp() {
  const app = express();
  app.use(express.json());
  if (process.env.OBSERVE_RUN_IDS) app.use(require('./middleware/observing.js').observing); // @run-id none
  app.use('/', require('./routes/healthRoutes.js'));
  app.use(requestContext);
  app.use('/api', require('./routes/apiAndJobRoutes.js'));
  app.use('/api', require('./routes/clientRoutes.js'));
  app.use('/api/my', authenticate);
  app.use('/api/my', require('./routes/runRoutes.js'));
  app.use('/internal', require('./routes/runRoutes.js'));
  app.use('/internal', require('./routes/queueRoutes.js'));
  app.use('/internal', require('./routes/adminRoutes.js'));
  app.use('/reports', require('./routes/reportRoutes.js'));
  app.use('/dashboard', require('./routes/exportRoutes.js'));
  app.use('/apify', require('./routes/apifyProcessRoutes.js'));
  app.use(errors);
  return app;
}

module.exports = { createApp };
