'use strict';

const { api } = require('./api.js');
const { stripClientSuffix, addClientSuffix, extractClientId } = require('../services/unifiedRunIdService.js'); // @run-id none
const { runIdOf } = require('../utils/payloads.js');

// The mail provider answers with the tags that were set on the mail.
exports.onMail = async function onMail(req, res) {
  const { tags = {}, event } = req.body; // @run-id none
  const tagged = tags.runId; // @run-id none
  if (!tagged) return res.status(202).json({ ignored: event }); // @run-id no-run-id-truthiness
  const runId = runIdOf({ runId: tagged }); // @run-id none
  const clientId = tags.clientId ?? extractClientId(runId); // @run-id no-deprecated-helper
  const jobRunId = stripClientSuffix(runId); // @run-id no-deprecated-helper
  const clientRunId = addClientSuffix(jobRunId, clientId); // @run-id no-deprecated-helper, no-strip-then-add
  const record = await api.updateClientRun(clientRunId, clientId, { Mailed: event }); // @run-id none
  return res.json({ runId: record['Run ID'], changed: clientRunId !== runId }); // @run-id none
};

exports.onBounce = async (req, res, next) => {
  try {
    const { body } = req;
    const bouncedRunId = body.runId || body.tags?.runId || 'bounced'; // @run-id prefer-resolve-run-id, no-run-id-fallback
    res.json({ runId: bouncedRunId }); // @run-id none
  } catch (error) {
    next(error);
  }
};
