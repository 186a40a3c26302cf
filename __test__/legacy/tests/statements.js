'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const mirror = require('../services/postgresMirror.js');
const { invoiceNumber } = require('../services/billing.js');
const { webhookUrl, shortApifyRunId } = require('../services/apifyClient.js'); // @run-id none
const { compile } = require('../store/formula.js');

test('the mirror asks for exactly the run ID', () => {
  const runId = '251006-143000-Ann-Carver'; // @run-id none
  assert.deepEqual(mirror.selectClientRun(runId).values, [runId]); // @run-id none
  assert.deepEqual(mirror.deleteOlder(runId).values, [runId]); // @run-id none
});

test('the actor platform\'s run IDs are its own', () => {
  const apifyRunId = 'aB3dE5gH7jK9mN1pQ'; // @run-id none
  assert.equal(shortApifyRunId(apifyRunId), 'aB3dE5'); // @run-id none
  assert.equal(webhookUrl('http://h', apifyRunId), `http://h/webhooks/apify?apifyRunId=${apifyRunId}`); // @run-id none
});

test('an invoice has a number that looks like a run ID and is none', () => {
  assert.match(invoiceNumber('Ann-Carver'), /^Ann-Carver-\d{6}-\d{6}$/); // @run-id none
});

test('formulas of the spreadsheet database', () => {
  const fields = { 'Run ID': '251006-143000-Ann-Carver', Posts: 3 }; // @run-id none
  assert.equal(compile("{Run ID} = '251006-143000-Ann-Carver'")(fields), true); // @run-id none
  assert.equal(compile("FIND('251006-143000', {Run ID}) = 1")(fields), true); // @run-id none
  assert.equal(compile("AND({Posts} > 2, NOT({Posts} > 3))")(fields), true);
  assert.throws(() => compile("{Run ID} = '"), /unexpected/); // @run-id none
});
