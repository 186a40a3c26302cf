'use strict';

// What goes wrong, each time because of the legacy service, and what is reported: the response, and the log.

const { post } = require('./http.js');

/**
 * The request to the legacy service, the expected response, who reports the fault and with what diagnosis; and the class
 * of the finding in the logs, with the expected ID.
 */
function failuresOf({ acme, ann, scrape }) {
  const notFound = { status: 404, code: 'ERR_JOB_NOT_FOUND', judge: 'legacy' };
  return [
    {
      what: 'a retired name',
      route: 'retired-name',
      shownAs: ['refused', null],
      sent: {},
      expected: { status: 500, code: 'ERR_RUN_ID_DEPRECATED', judge: 'legacy', near: null },
    },
    {
      what: 'an ID minted again',
      route: 'minted-again',
      shownAs: ['minted-again', ann],
      sent: { runId: ann },
      expected: { ...notFound, near: [] },
    },
    {
      what: 'a suffix added twice',
      route: 'suffix-twice',
      shownAs: ['suffix-twice', scrape],
      sent: { runId: scrape, clientId: 'Duran-Duran' },
      expected: { ...notFound, near: [[scrape, 'suffix-twice']] },
    },
    {
      what: 'the wrong client',
      route: 'wrong-client',
      shownAs: ['suffix-of-another-client', null],
      sent: { runId: scrape, clientId: 'Ann-Carver' },
      expected: { status: 403, code: 'ERR_RUN_ID_CLIENT_MISMATCH', judge: 'api', near: null },
    },
    {
      what: 'a lost parameter',
      route: 'lost-parameter',
      shownAs: ['not-an-id', null],
      sent: { runId: ann },
      expected: { status: 400, code: 'ERR_RUN_ID_MISSING', judge: 'webhook', near: null },
    },
    {
      what: 'a time-zone shift',
      route: 'local-time',
      shownAs: ['time-zone-shift', acme],
      sent: { runId: acme },
      expected: { ...notFound, near: [[acme, 'time-zone-shift']] },
    },
  ];
}

/** @returns what the logs must show: class, run ID, what it should have been, and the service */
async function showFailures(report, { legacy }, log, runs) {
  report.chapter('Changed on the way, by the legacy service: an error that says what, and who');
  await showLeftAlone(report, legacy, runs.ann);
  const staged = [];
  for (const failure of failuresOf(runs)) {
    const { judge, used } = await showFailure(report, legacy, log, failure);
    const [name, expected] = failure.shownAs;
    staged.push([name, used, expected, judge]);
  }
  return staged;
}

/** The only fault of the service is how it treats run IDs. */
async function showLeftAlone(report, legacy, runId) {
  const { status, answer } = await post(`${legacy.url}/left-alone`, { runId });
  report.step(
    { what: 'an ID left alone', who: 'legacy', outcome: `${status}, found`, reason: 'the same ID' },
    [status, answer.runId],
    [200, runId],
  );
}

async function showFailure(report, legacy, log, { what, route, sent, expected }) {
  const start = log.events.length;
  const { status, answer } = await post(`${legacy.url}/${route}`, sent);
  const { code, message } = answer;
  const reject = await log.find((event) => event.event === 'reject' && event.code === code, start);
  const missing = log.events.slice(start).find(({ action }) => action === 'missing');
  const near = missing?.near.map(({ runId, reason }) => [runId, reason]) ?? null;
  report.step(
    {
      what,
      who: reject.service === 'legacy' ? 'legacy' : `legacy > ${reject.service}`,
      outcome: `${status} ${code}`,
      reason:
        near === null ? firstWordsOf(message) : near.map(([, reason]) => reason).join(', ') || 'not found',
    },
    { status, code, judge: reject.service, near, isQuiet: !JSON.stringify(answer).includes('near') },
    { ...expected, isQuiet: true },
  );
  report.note(message);
  report.note(`Logged by ${reject.service}/${reject.pid}, ${reject.at}${soughtBy(missing)}`);
  return { judge: reject.service, used: missing?.runId ?? reject.received ?? null };
}

/** The part of a message that says what is wrong; the rest is advice. */
function firstWordsOf(message) {
  return String(message)
    .replace(/^[A-Z ]+: /, '')
    .split(/ \(req|\. /)[0];
}

/** The diagnosis, as the log of the service has it. */
function soughtBy(missing) {
  if (missing === undefined) return '';
  if (missing.near.length === 0) return `: no ${missing.runId}, and none that was changed into it`;
  const there = missing.near.map(({ runId, reason }) => `${runId} (${reason})`);
  return `: no ${missing.runId}, but ${there.join(', ')}`;
}

module.exports = { showFailures };
