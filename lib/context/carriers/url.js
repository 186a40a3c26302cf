'use strict';

// The query of a URL.

const { Name, valueAmong } = require('./named-value.js');
const { PARAMETER, hostOf, parametersOf, urlTextOf, urlWith } = require('./url-text.js');

// Other spellings are the server's own parameters.
const NAME = new Name(PARAMETER, (key) => String(key).startsWith(`${PARAMETER}[`));

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
