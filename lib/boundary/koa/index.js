'use strict';

const { runIdBoundary, runIdErrors } = require('./koa-boundary.js');
const { keepNames } = require('../../core/names.js');

module.exports = { runIdBoundary, runIdErrors };

keepNames(module.exports);
