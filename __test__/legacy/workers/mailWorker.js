'use strict';

const { handle } = require('./queue.js');
const { sendReport, unsubscribeLink } = require('../services/emailReports.js');
const { runEnded } = require('../services/notifications.js');
const { apiUrl } = require('../config/settings.js');

handle('mail', async ({ data: { runId, to, clientId } }) => { // @run-id none
  if (!to) throw new TypeError('to is wanted'); // @run-id none
  const mail = await sendReport(runId, to); // @run-id none
  mail.fields.Footer = unsubscribeLink(apiUrl, { runId, clientId }); // @run-id none
  runEnded(runId); // @run-id none
  return { runId, mail: mail.id }; // @run-id none
});

handle('mail-digest', async ({ data }) => {
  const runIds = Array.isArray(data.runIds) ? data.runIds : [data.runIds]; // @run-id none
  const sent = [];
  for (const runId of runIds) { // @run-id none
    const [, , ...name] = runId.split('-'); // @run-id no-run-id-surgery
    const to = `${name.join('.').toLowerCase()}@example.com`; // @run-id none
    sent.push((await sendReport(runId, to)).id); // @run-id none
  }
  return { runIds, sent }; // @run-id none
});
