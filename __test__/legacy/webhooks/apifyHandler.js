'use strict';

const { api } = require('./api.js');
const { extractClientId } = require('../services/unifiedRunIdService.js'); // @run-id none

// The actor platform's answer: `resource.id` is its own run, `runId` in our payload is ours.
exports.onActorRun = async (req, res) => {
  const { resource = {}, payload = {} } = req.body; // @run-id none
  const apifyRunId = resource.id; // @run-id none
  const actorRunOk = apifyRunId && resource.status === 'SUCCEEDED'; // @run-id none
  if (!actorRunOk) return res.status(202).json({ ignored: true });
  let runId = payload.runId; // @run-id none
  if (runId && typeof runId === 'object') { // @run-id no-run-id-truthiness, no-run-id-cast
    runId = runId.id || runId.runId; // @run-id no-run-id-cast
  }
  const clientRunId = String(runId); // @run-id no-run-id-cast
  const clientId = extractClientId(clientRunId); // @run-id no-deprecated-helper
  const record = await api.updateClientRun(clientRunId, clientId, { Posts: payload.posts ?? 0 }); // @run-id none
  return res.json({ runId: record['Run ID'], apifyRunId }); // @run-id none
};
