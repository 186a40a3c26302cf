'use strict';

const { JobTracking } = require('./jobTracking.js');
const spreadsheet = require('./spreadsheet.js');
const { getClient } = require('../config/clients.js');
const { StructuredLogger } = require('../utils/structuredLogger.js');
const { extractId } = require('../utils/runIdUtils.js');

const scoreOf = (lead) => lead.fields.Name.length * 10;

async function scoreLeads(clientId, runId, options = {}) {
  const client = getClient(clientId);
  const logger = new StructuredLogger(clientId, runId, 'scoring'); // @run-id none
  logger.start(`Run ${runId} scores leads of ${client.name}`); // @run-id none
  const leads = await spreadsheet.leadsOfClient(clientId);
  const chosen = leads.slice(0, options.limit ?? 100); // @run-id none
  let scored = 0;
  for (const lead of chosen) {
    const score = scoreOf(lead);
    if (score < client.threshold) continue;
    await spreadsheet.markLead(lead.id, { score, runId }); // @run-id none
    scored++;
  }
  if (runId) await JobTracking.addMetrics(runId, { Scored: scored }); // @run-id no-run-id-truthiness
  return { runId, clientId, scored }; // @run-id none
}

async function scoreOne(lead, run) {
  const runId = typeof run === 'object' ? run.runId : run; // @run-id no-run-id-cast
  const leadId = extractLeadId(lead); // @run-id none
  await spreadsheet.markLead(leadId, { score: scoreOf(lead), runId: runId ?? null }); // @run-id none
  return runId ? `scored in ${runId}` : 'scored outside a run'; // @run-id no-run-id-truthiness
}

function extractLeadId(lead) {
  return typeof lead === 'object' ? lead.id : lead; // @run-id none
}

function summary(result) {
  const id = extractId(result.runId); // @run-id no-deprecated-helper
  return `${result.clientId}: ${result.scored} leads in run ${id}`; // @run-id none
}

module.exports = { scoreLeads, scoreOne, summary };
