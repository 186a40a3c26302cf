'use strict';

// Every run ID of the service is made and normalized here.

const { createLogger } = require('../utils/logger.js');

const logger = createLogger('run-id-service');

const RUN_ID_FORMATS = { // @run-id no-home-made-helper
  timestamp: /^(\d{6})-(\d{6})$/, // @run-id no-run-id-pattern
  client: /^(\d{6}-\d{6})-([\w-]+)$/, // @run-id no-run-id-pattern
  jobBypass: /^job_post_scoring_bypass_(\d+)$/, // @run-id none
  jobStream: /^job_post_scoring_stream\d+_(\d{14})$/, // @run-id none
};

const recordIdCache = new Map(); // @run-id no-home-made-helper

function pad(number) {
  return String(number).padStart(2, '0'); // @run-id none
}

function generateTimestampRunId(_clientId) { // @run-id no-home-made-helper
  const now = new Date();
  const date = [now.getUTCFullYear() % 100, now.getUTCMonth() + 1, now.getUTCDate()].map(pad).join(''); // @run-id none
  const time = [now.getUTCHours(), now.getUTCMinutes(), now.getUTCSeconds()].map(pad).join(''); // @run-id none
  return `${date}-${time}`; // @run-id no-home-made-run-id
}

function generateRunId(clientId) { // @run-id no-home-made-helper
  const runId = generateTimestampRunId(); // @run-id none
  return clientId ? addClientSuffix(runId, clientId) : runId; // @run-id no-deprecated-helper
}

function detectRunIdFormat(runId) { // @run-id no-home-made-helper
  if (!runId || typeof runId !== 'string') return null; // @run-id no-run-id-truthiness
  for (const [name, pattern] of Object.entries(RUN_ID_FORMATS)) {
    if (pattern.test(runId)) return name; // @run-id no-run-id-surgery
  }
  return 'unknown'; // @run-id none
}

function jobIdToTimestamp(jobId) { // @run-id no-home-made-helper
  const stream = RUN_ID_FORMATS.jobStream.exec(jobId); // @run-id none
  if (stream) return `${stream[1].slice(2, 8)}-${stream[1].slice(8)}`; // @run-id no-home-made-run-id
  const bypass = RUN_ID_FORMATS.jobBypass.exec(jobId); // @run-id none
  if (!bypass) return null; // @run-id none
  const iso = new Date(Number(bypass[1])).toISOString(); // @run-id none
  return iso.slice(2, 10).replace(/-/g, '') + '-' + iso.slice(11, 19).replace(/:/g, ''); // @run-id no-home-made-run-id
}

function convertToStandardFormat(runId) { // @run-id no-home-made-helper
  switch (detectRunIdFormat(runId)) { // @run-id no-deprecated-helper
    case 'timestamp':
      return runId; // @run-id none
    case 'client':
      return runId.split('-').slice(0, 2).join('-'); // @run-id no-run-id-surgery
    case 'jobStream':
    case 'jobBypass':
      return jobIdToTimestamp(runId); // @run-id no-deprecated-helper
    default:
      return null;
  }
}

function stripClientSuffix(runId) { // @run-id no-home-made-helper
  if (!runId) return runId; // @run-id no-run-id-truthiness
  const match = runId.match(RUN_ID_FORMATS.client); // @run-id no-run-id-surgery
  return match ? match[1] : runId;
}

function addClientSuffix(runId, clientId) { // @run-id no-home-made-helper
  if (!clientId) return runId; // @run-id none
  return `${stripClientSuffix(runId)}-${clientId}`; // @run-id no-deprecated-helper, no-strip-then-add
}

function extractClientId(runId) { // @run-id no-home-made-helper
  if (!runId) return null; // @run-id no-run-id-truthiness
  return runId.split('-').slice(2).join('-') || null; // @run-id no-run-id-surgery
}

function hasClientSuffix(runId) { // @run-id no-home-made-helper
  return RUN_ID_FORMATS.client.test(runId); // @run-id no-run-id-surgery
}

function normalizeRunId(runId, clientId) { // @run-id no-home-made-helper
  if (!runId) return generateTimestampRunId(); // @run-id no-run-id-fallback
  if (typeof runId === 'object') { // @run-id no-run-id-cast
    logger.warn('object passed as run ID');
    return normalizeRunId(runId.runId || runId.id, clientId); // @run-id no-run-id-cast, no-lost-client
  }
  const standard = convertToStandardFormat(String(runId)); // @run-id no-deprecated-helper, no-run-id-cast
  if (standard === null) {
    logger.warn(`${runId} is not standard, made a new one`); // @run-id none
    return generateTimestampRunId(); // @run-id no-run-id-fallback
  }
  return clientId ? addClientSuffix(standard, clientId) : standard; // @run-id no-deprecated-helper
}

const getNormalizedRunId = (runId) => normalizeRunId(runId); // @run-id no-home-made-helper

function validateRunId(runId) { // @run-id no-home-made-helper
  const format = detectRunIdFormat(runId); // @run-id no-deprecated-helper
  return format === 'timestamp' || format === 'client';
}

function getOrCreateRunId(runId, clientId) { // @run-id no-home-made-helper
  return runId || generateRunId(clientId); // @run-id no-run-id-fallback, no-deprecated-helper
}

function cacheRecordId(runId, clientId, recordId) { // @run-id no-home-made-helper
  recordIdCache.set(`${runId}-${clientId}`, recordId); // @run-id no-run-id-surgery
}

function getCachedRecordId(runId, clientId) { // @run-id no-home-made-helper
  return recordIdCache.get(`${runId}-${clientId}`) ?? null; // @run-id no-run-id-surgery
}

function clearCache() { // @run-id no-home-made-helper
  recordIdCache.clear();
}

module.exports = {
  RUN_ID_FORMATS,
  generateTimestampRunId, // @run-id none
  generateRunId,
  detectRunIdFormat,
  jobIdToTimestamp,
  convertToStandardFormat,
  stripClientSuffix,
  addClientSuffix,
  extractClientId,
  hasClientSuffix,
  normalizeRunId, // @run-id none
  getNormalizedRunId, // @run-id none
  validateRunId,
  getOrCreateRunId,
  cacheRecordId,
  getCachedRecordId,
  clearCache,
};
