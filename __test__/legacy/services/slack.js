'use strict';

const { extractClientId, hasClientSuffix, stripClientSuffix } = require('./unifiedRunIdService.js'); // @run-id none
const { linkTo } = require('./notifications.js');

const messages = [];

const line = (runId, text) => `*${runId}* ${text}`; // @run-id none

function started(runId) {
  if (hasClientSuffix(runId)) { // @run-id no-deprecated-helper
    const clientId = extractClientId(runId); // @run-id no-deprecated-helper
    messages.push({ channel: `client-${clientId.toLowerCase()}`, text: line(runId, 'has started') }); // @run-id none
  } else {
    messages.push({ channel: 'jobs', text: line(runId, 'has started') }); // @run-id none
  }
}

function ended(runId, { error } = {}) {
  const emoji = error ? ':x:' : ':white_check_mark:'; // @run-id none
  const thread = stripClientSuffix(runId); // @run-id no-deprecated-helper
  messages.push({ channel: 'jobs', thread, text: `${emoji} ${line(runId, linkTo(runId))}` }); // @run-id none
}

function digest(runIds) {
  const byJob = {};
  for (const runId of runIds) { // @run-id none
    const base = stripClientSuffix(runId); // @run-id no-deprecated-helper
    byJob[base] = [...(byJob[base] ?? []), extractClientId(runId)]; // @run-id no-deprecated-helper
  }
  return Object.entries(byJob).map(([jobRunId, clients]) => `${jobRunId}: ${clients.join(', ')}`); // @run-id none
}

function shorten(runId) {
  const [day, clock, ...client] = runId.split('-'); // @run-id no-run-id-surgery
  return [day.slice(2), clock.slice(0, 4), client.map((part) => part[0]).join('')].join('·'); // @run-id none
}

function about(runId) {
  if (!runId) return null; // @run-id no-run-id-truthiness
  return messages.filter(({ text }) => text.includes(runId)); // @run-id none
}

module.exports = { started, ended, digest, shorten, about, line };
