'use strict';

const { runIdBoundary } = require('./fastify-boundary.js');
const { keepNames } = require('../../core/names.js');

// The plugin itself, by every name that a Fastify plugin is asked for.
module.exports = runIdBoundary;
module.exports.default = runIdBoundary;
module.exports.runIdBoundary = runIdBoundary;

keepNames({ runIdBoundary });
