'use strict';

const { CODES } = require('../../lib/binding.js');

/** The status of each code that the core has. */
function statusByCode() {
  return new Map(CODES.map(({ code, statusCode }) => [code, statusCode]));
}

module.exports = { statusByCode };
