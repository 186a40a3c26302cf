'use strict';

// The query of a URL.

const { valueAmong } = require('./named-value.js');
const { PARAMETER, hostOf, parametersOf, urlTextOf, urlWith } = require('./url-text.js');

const NAME = {
  isExact: (key) => key === PARAMETER,
  // Other spellings are parameters of the server's own.
  isSpelling: (key) => key === PARAMETER || key.startsWith(`${PARAMETER}[`),
};

const received = {
  accepts: (url) => urlTextOf(url) !== undefined,
  wants: 'an absolute http(s) URL or a path that begins with /',
  read: (url) => valueAmong(parametersOf(url), NAME),
};

const url = {
  place: `?${PARAMETER}`,
  received,
  sent: { ...received, copy: urlTextOf, write: urlWith, peerOf: hostOf },
};

module.exports = { url };
