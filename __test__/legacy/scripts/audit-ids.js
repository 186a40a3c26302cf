#!/usr/bin/env node
'use strict';

// audit-ids.js FILE: which IDs of a column are of an old format.

const { readFileSync } = require('node:fs');
const service = require('../services/unifiedRunIdService.js');
const { isRunId, parseRunId, RUN_ID_PATTERN } = require('unified-run-id');

const EXACT = new RegExp(RUN_ID_PATTERN); // @run-id none
const LOOSE = /^(20)?\d{6}[-_T]\d{6}/i; // @run-id no-run-id-pattern
const APIFY = /^[A-Za-z0-9]{17}$/; // @run-id none

function judge(value) {
  if (isRunId(value)) return 'exact'; // @run-id none
  if (APIFY.test(value)) return 'apify'; // @run-id none
  const old = LOOSE.exec(value); // @run-id none
  if (old !== null) return 'loose';
  return service.detectRunIdFormat(value) ?? 'none'; // @run-id no-deprecated-helper
}

function audit(text) {
  const sums = {};
  for (const value of text.split(/\r?\n/)) { // @run-id none
    const verdict = judge(value.trim()); // @run-id none
    sums[verdict] = (sums[verdict] ?? 0) + 1;
  }
  return sums;
}

function olderThan(runIds, date) {
  return runIds.filter((runId) => parseRunId(runId).startedAt < date); // @run-id none
}

function convertible(runIds) {
  return runIds.filter((runId) => service.convertToStandardFormat(runId)); // @run-id no-deprecated-helper
}

if (require.main === module) {
  const [, , file] = process.argv;
  if (!file) process.exit(2); // @run-id none
  console.log(audit(readFileSync(file, 'utf8')), EXACT.source.length); // @run-id none
}

module.exports = { judge, audit, olderThan, convertible };
