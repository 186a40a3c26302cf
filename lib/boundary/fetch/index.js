'use strict';

const { runIdBoundary } = require('./fetch-boundary.js');
const { keepNames } = require('../../core/names.js');

module.exports = { runIdBoundary };

keepNames(module.exports);
