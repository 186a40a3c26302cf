'use strict';

const binding = require('./lib/binding.js');
const { configure } = require('./lib/core/configure.js');
const { generateTimestampRunId } = require('./lib/core/generate.js');
const { resolveRunId, resolveRunIdWithSource } = require('./lib/core/resolve.js');
const { keepNames } = require('./lib/core/names.js');
const { names, retired } = require('./lib/core/retired.js');
const { stats } = require('./lib/events/stats.js');
const { RunIdError } = require('./lib/run-id-error.js');
const { scanRunIds } = require('./lib/core/scan.js');
const {
  clientRunIdFor,
  createClientRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isBaseRunId,
  isClientId,
  isClientRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
} = require('./lib/core/run-id.js');

const RUN_ID_PATTERN = binding.PATTERN;
const { CLIENT_ID_PATTERN } = binding;
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
  isBaseRunId,
  isClientRunId,
  isClientId,
  parseRunId,
  createClientRunId,
  clientRunIdFor,
  getBaseRunId,
  getClientId,
  scanRunIds,
  configure,
  stats,
  RUN_ID_PATTERN,
  CLIENT_ID_PATTERN,
  RunIdError,
};

keepNames(module.exports);

for (const name of names) {
  if (Object.hasOwn(module.exports, name)) continue;
  const property = { __proto__: null, value: retired(name), writable: true, configurable: true };
  Object.defineProperty(module.exports, name, property);
}

// Never runs. ESM takes the names that can be imported from the text of this file: an import of one of these, also from a
// module that passes them on, gets the words and no SyntaxError.
/* eslint-disable-next-line no-constant-binary-expression -- that is what it is for */
0 &&
  (exports.addClientSuffix =
    exports.stripClientSuffix =
    exports.extractClientId =
    exports.getOrCreateRunId =
    exports.validateRunId =
    exports.validateAndStandardizeRunId =
    exports.validateAndNormalize =
    exports.validateAndNormalizeRunId =
    exports.standardizeRunId =
    exports.validateClientId =
    exports.validateAndNormalizeClientId =
    exports.hasClientSuffix =
    exports.hasSpecificClientSuffix =
    exports.convertToStandardFormat =
    exports.detectRunIdFormat =
    exports.jobIdToTimestamp =
    exports.extractId =
    exports.cacheRecordId =
    exports.getCachedRecordId =
    exports.getRunRecordId =
    exports.getCachedRunInfo =
    exports.clearClientRunId =
    exports.registerApifyRunId =
    exports.registerRunRecord =
    exports.clearCache =
    exports.clearAllRunIds =
    exports.createJobTrackingRecord =
    exports.findJobTrackingRecord =
    exports.updateJobTrackingRecord =
    exports.recordIdCache =
    exports.RUN_ID_FORMATS =
      undefined);
