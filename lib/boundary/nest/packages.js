'use strict';

// Nest's own packages, which only Nest applications have: loaded by the first call that needs them.

const { createRequire } = require('node:module');

// Not `require` itself: bundlers would look for the packages even in projects without Nest.
const load = createRequire(__filename);

const packages = {
  get common() {
    return load('@nestjs/common');
  },
  get core() {
    return load('@nestjs/core');
  },
  /** The copy that Nest uses, wherever it is installed. */
  get rxjs() {
    return createRequire(load.resolve('@nestjs/common'))('rxjs');
  },
};

module.exports = packages;
