'use strict';

const { api } = require('./api.js');

const seen = new Map();

// A comment on a post: the provider sends the run and the client apart.
exports.onComment = async (req, res) => {
  const { clientId, commentId } = req.body; // @run-id none
  const runId = req.body.runId || req.query.runId; // @run-id prefer-resolve-run-id
  const clientRunId = clientId ? `${runId}-${clientId}` : runId; // @run-id no-run-id-surgery
  if (seen.has(commentId)) return res.json({ runId: clientRunId, repeated: true }); // @run-id none
  seen.set(commentId, clientRunId); // @run-id none
  const record = await api.clientRun(clientRunId); // @run-id none
  return res.json({ runId: record['Run ID'] }); // @run-id none
};
