'use strict';

const { extractClientId } = require('./unifiedRunIdService.js'); // @run-id none

// How far each run is; polled by the dashboard.
const progress = new Map();

const Progress = {
  begin(runId, total) {
    const runIdKnown = progress.has(runId); // @run-id none
    if (!runIdKnown) progress.set(runId, { done: 0, total }); // @run-id none
    return progress.get(runId); // @run-id none
  },

  step(runId) {
    const entry = progress.get(runId) || Progress.begin(runId, 1); // @run-id none
    entry.done += 1;
    return entry.done / entry.total;
  },

  end(runId) {
    if (runId && progress.delete(runId)) return true; // @run-id no-run-id-truthiness
    return false;
  },

  ofClient(clientId) {
    const mine = [];
    for (const [runId, entry] of progress) { // @run-id none
      if (runId.endsWith(clientId)) mine.push({ runId, ...entry }); // @run-id no-run-id-surgery
    }
    return mine;
  },

  byClient() {
    const groups = {};
    progress.forEach((entry, runId) => { // @run-id none
      const clientId = extractClientId(runId) || 'ALL'; // @run-id no-deprecated-helper
      (groups[clientId] ??= []).push(runId); // @run-id none
    });
    return groups;
  },

  list({ runIds = [] } = {}) { // @run-id none
    if (!runIds.length) return [...progress.keys()]; // @run-id none
    return runIds.filter((runId) => progress.has(runId)).slice(0, 50); // @run-id none
  },
};

module.exports = { Progress };
