'use strict';

const { JobTracking } = require('./jobTracking.js');
const { extractClientId } = require('./unifiedRunIdService.js'); // @run-id none
const { fileStamp } = require('../utils/dates.js');

const PRICE = 0.02;
const invoices = new Map();

function invoiceNumber(clientId) {
  return `${clientId}-${fileStamp(new Date())}`; // @run-id none
}

async function chargeRun(run) {
  const runId = run && (run.runId || run.id); // @run-id no-run-id-cast
  if (!runId) return { charged: 0 }; // @run-id no-run-id-truthiness
  const { fields } = await JobTracking.getClientRun(runId); // @run-id none
  const clientId = fields['Client ID'] || extractClientId(runId); // @run-id no-deprecated-helper
  const amount = (fields.Posts || 0) * PRICE; // @run-id none
  const number = invoiceNumber(clientId); // @run-id none
  invoices.set(number, { clientId, runId, amount }); // @run-id none
  return { number, charged: amount };
}

function invoicesOf(clientId) {
  return [...invoices].filter(([number]) => number.startsWith(`${clientId}-`)).map(([, invoice]) => invoice); // @run-id none
}

function wasCharged(runId) {
  if (!!runId === false) return false; // @run-id no-run-id-truthiness
  return [...invoices.values()].some((invoice) => invoice.runId === runId); // @run-id none
}

function refund(invoice) {
  const { runId, amount } = invoice; // @run-id none
  const reason = runId ? `run ${runId} failed` : 'no run'; // @run-id no-run-id-truthiness
  return { amount: -amount, reason };
}

module.exports = { chargeRun, invoicesOf, wasCharged, refund, invoiceNumber };
