'use strict';

const { createApp } = require('./app.js');
const { port } = require('../config/settings.js');

const server = createApp().listen(port, '127.0.0.1', () => {
  process.stdout.write(`listening ${server.address().port}\n`); // @run-id none
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
