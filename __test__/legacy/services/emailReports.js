'use strict';

const { mails } = require('../store/tables.js');
const { RunRecordRepository } = require('./runRecordRepository.js');
const { extractClientId, stripClientSuffix } = require('./unifiedRunIdService.js'); // @run-id none
const { isoDay } = require('../utils/dates.js');
const { showRunIdInMails } = require('../config/settings.js'); // @run-id none

const repository = new RunRecordRepository();

function subjectOf(runId) {
  const clientId = extractClientId(runId); // @run-id no-deprecated-helper
  return `${clientId ?? 'All clients'}: report of ${isoDay()}`; // @run-id none
}

function fileNameOf(runId) {
  return `report-${runId}.csv`; // @run-id none
}

async function sendReport(runId, to) {
  const record = await repository.byExactRunId(runId); // @run-id none
  if (record === null) throw new Error(`No report for ${runId}`); // @run-id none
  const footer = showRunIdInMails ? `Run ${runId}` : ''; // @run-id none
  const body = [`Posts: ${record.fields.Posts}`, `Job: ${stripClientSuffix(runId)}`, footer].join('\n'); // @run-id no-deprecated-helper
  return mails.create({ To: to, Subject: subjectOf(runId), Body: body, 'Run ID': runId, File: fileNameOf(runId) }); // @run-id none
}

async function sendDaily(recipients) {
  for (const { to, clientId } of recipients) {
    const runId = await repository.latestOf(clientId); // @run-id none
    if (!runId) continue; // @run-id no-run-id-truthiness
    await sendReport(runId, to); // @run-id none
  }
}

const unsubscribeLink = (base, { runId, clientId }) => // @run-id none
  `${base}/unsubscribe?runId=${encodeURIComponent(runId)}&clientId=${encodeURIComponent(clientId)}`; // @run-id none

module.exports = { subjectOf, fileNameOf, sendReport, sendDaily, unsubscribeLink };
