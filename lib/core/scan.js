'use strict';

// Run IDs in bytes: in a buffer, to mask or collect them, and in files, for the command line.

const { types } = require('node:util');
const binding = require('../binding.js');
const { typeError } = require('./options.js');
const { parseRunId } = require('./run-id.js');

function scanRunIds(buffer) {
  if (!types.isUint8Array(buffer)) {
    throw typeError(
      'scanRunIds: buffer must be a Buffer or Uint8Array; for a string, pass Buffer.from(text)',
      scanRunIds,
    );
  }
  // Another thread may change shared memory while it is read.
  const bytes = types.isSharedArrayBuffer(buffer.buffer) ? Uint8Array.from(buffer) : buffer;
  return binding
    .scanBuffer(bytes)
    .map(({ runId, offset, line }) => Object.freeze({ ...parseRunId(runId), offset, line }));
}

module.exports = { scanRunIds };
