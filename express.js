'use strict';

const { runIdBoundary, runIdErrors } = require('./lib/express-boundary.js');
const { keepNames } = require('./lib/names.js');

module.exports = { runIdBoundary, runIdErrors };

keepNames(module.exports);
