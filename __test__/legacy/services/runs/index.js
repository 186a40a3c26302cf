'use strict';

// The runs' own entry, so that callers need one import.

exports.normalizeRunId = require('../unifiedRunIdService.js').normalizeRunId; // @run-id none
exports.generateTimestampRunId = require('../unifiedRunIdService.js').generateTimestampRunId; // @run-id none

const { addClientSuffix, stripClientSuffix, extractClientId, validateRunId } = require('../unifiedRunIdService.js'); // @run-id none
const { extractId, standardizeRunId } = require('../../utils/runIdUtils.js');

Object.assign(exports, { withClient: addClientSuffix, withoutClient: stripClientSuffix, clientOf: extractClientId }); // @run-id none
Object.assign(exports, { validateRunId, extractId, standardizeRunId }); // @run-id none
