'use strict';

const { runIdBoundary } = require('./fastify-boundary.js');
const { keepNames } = require('../../core/names.js');

// The plugin itself, under every name by which a Fastify plugin may be imported.
module.exports = runIdBoundary;
module.exports.default = runIdBoundary;
module.exports.runIdBoundary = runIdBoundary;

keepNames({ runIdBoundary });
