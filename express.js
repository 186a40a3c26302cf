'use strict';

const { runIdBoundary, runIdErrors } = require('./lib/express-boundary.js');

module.exports = { runIdBoundary, runIdErrors };
