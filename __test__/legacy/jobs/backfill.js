'use strict';

const { jobTracking } = require('../store/tables.js');
const { detectRunIdFormat, convertToStandardFormat } = require('../services/unifiedRunIdService.js'); // @run-id none

const OLD_RUN_ID = new RegExp('^\\d{6}-\\d{4}$'); // @run-id no-run-id-pattern
const DAY_AND_TIME = /(\d{2})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})/; // @run-id no-run-id-pattern
const POSTCODE = /^\d{5}(-\d{4})?$/; // @run-id none

function backfilledRunId(created) { // @run-id no-home-made-helper
  const iso = created.toISOString(); // @run-id none
  const day = iso.substring(2, 10).split('-').join(''); // @run-id none
  const time = iso.substring(11, 19).split(':').join(''); // @run-id none
  const runId = day + '-' + time; // @run-id no-home-made-run-id
  return runId;
}

function startedAtOf(value) {
  const parts = DAY_AND_TIME.exec(value); // @run-id none
  if (parts === null) return null;
  const [, year, month, date, hours, minutes, seconds] = parts.map(Number);
  return new Date(Date.UTC(2000 + year, month - 1, date, hours, minutes, seconds)); // @run-id none
}

async function backfill() {
  let changed = 0;
  for (const job of await jobTracking.select()) {
    const runId = job.fields['Run ID']; // @run-id none
    const kind = detectRunIdFormat(runId); // @run-id no-deprecated-helper
    if (kind === 'timestamp') continue; // @run-id none
    const better = convertToStandardFormat(runId) ?? backfilledRunId(new Date(job.fields.Started)); // @run-id no-deprecated-helper, no-run-id-fallback
    if (OLD_RUN_ID.test(runId) || better !== runId) changed++; // @run-id no-run-id-surgery
    job.fields['Run ID'] = better; // @run-id none
  }
  return { changed };
}

const isPostcode = (text) => POSTCODE.test(text); // @run-id none

module.exports = { backfilledRunId, startedAtOf, backfill, isPostcode };
