'use strict';

const { EventEmitter } = require('node:events');
const { apiUrl } = require('../config/settings.js');
const { hasClientSuffix, detectRunIdFormat } = require('./unifiedRunIdService.js'); // @run-id none

const bus = new EventEmitter();

function runStarted({ runId, clientId }) { // @run-id none
  bus.emit('run', { kind: 'started', runId, clientId, text: `Run ${runId} started` }); // @run-id none
}

function runEnded(runId, error) {
  const kind = error ? 'failed' : 'completed'; // @run-id none
  bus.emit('run', { kind, runId, text: `Run ${runId} ${kind}` }); // @run-id none
}

function linkTo(runId) {
  const page = hasClientSuffix(runId) ? 'client-runs' : 'jobs'; // @run-id no-deprecated-helper
  return `${apiUrl}/api/${page}/${encodeURIComponent(runId)}`; // @run-id none
}

function warnOfOldFormat(runId) {
  const format = detectRunIdFormat(runId); // @run-id no-deprecated-helper
  const isOld = format !== 'timestamp' && format !== 'client'; // @run-id none
  if (isOld) bus.emit('run', { kind: 'old-format', runId, text: `${runId} is of an old format` }); // @run-id none
  return isOld;
}

function subscribe(runId, listener) {
  const relay = (event) => {
    if (event.runId === runId) listener(event); // @run-id none
  };
  bus.on('run', relay);
  return () => bus.off('run', relay);
}

module.exports = { runStarted, runEnded, linkTo, warnOfOldFormat, subscribe };
