'use strict';

const binding = require('./lib/binding.js');
const { configure } = require('./lib/configure.js');
const { generateTimestampRunId } = require('./lib/generate.js');
const { resolveRunId, resolveRunIdWithSource } = require('./lib/resolve.js');
const { names, retired } = require('./lib/retired.js');
const { RunIdError } = require('./lib/run-id-error.js');
const {
  createClientRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
} = require('./lib/run-id.js');

const RUN_ID_PATTERN = binding.PATTERN;
const generateRunId = retired('generateRunId');

// A literal, because that is what lets ESM import these names; documented in index.d.ts.
module.exports = {
  generateTimestampRunId,
  resolveRunId,
  resolveRunIdWithSource,
  normalizeRunId,
  getNormalizedRunId,
  generateRunId,
  isRunId,
  parseRunId,
  createClientRunId,
  getBaseRunId,
  getClientId,
  configure,
  RUN_ID_PATTERN,
  RunIdError,
};

for (const name of names) {
  if (name in module.exports) continue;
  Object.defineProperty(module.exports, name, { value: retired(name), writable: true, configurable: true });
}
