'use strict';

const { runIdBoundary } = require('./lib/fastify-boundary.js');

// The plugin itself, by every name that a Fastify plugin is asked for.
module.exports = runIdBoundary;
module.exports.default = runIdBoundary;
module.exports.runIdBoundary = runIdBoundary;
