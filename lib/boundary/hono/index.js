'use strict';

const { runIdBoundary } = require('./hono-boundary.js');
const { keepNames } = require('../../core/names.js');

module.exports = { runIdBoundary };

keepNames(module.exports);
