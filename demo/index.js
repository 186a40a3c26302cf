#!/usr/bin/env node
'use strict';

// The demo: real processes, real requests, and the lines that they really wrote. This process only watches;
// it does not load the library.

const fs = require('node:fs');
const { Processes } = require('./processes.js');
const { Report, printable } = require('./report.js');

/** Far more than a slow machine needs; only so that nothing hangs. */
const PATIENCE_MS = 60_000;

const CLIENT = 'Ann-Marie-Carver';

async function main() {
  process.exitCode = 1; // until the last expectation is known
  const processes = new Processes();
  setTimeout(breakOff, PATIENCE_MS, processes, new Error('it takes too long')).unref();
  await tell(processes, new Report()).catch((error) => breakOff(processes, error));
}

function breakOff(processes, error) {
  console.error(`The demo broke off: ${printable(String(error?.message ?? error))}`);
  showNoise(processes);
  process.exit(1);
}

async function tell(processes, report) {
  const webhook = await processes.serve('webhook');
  const api = await processes.serve('api', { DEMO_WEBHOOK: `${webhook.url}/webhook` });
  console.log(
    `API (pid ${api.pid}) and webhook (pid ${webhook.pid}) listen; two scripts will follow. ` +
      'All four share a sequence file.',
  );

  await showPriority(report, processes, api);
  const runId = await showPassage(report, api);
  const refused = await showRefusals(report, webhook);
  await processes.stop();
  showTrace(report, processes, { runId, refused, pids: [api.pid, webhook.pid] });

  if (report.close()) process.exitCode = 0;
  else showNoise(processes);
}

/** Five requests; each lacks the source that won before. */
async function showPriority(report, processes, api) {
  report.chapter(
    'Five sources, one order: upstream header (specificRunId), query, body, parent, new.',
    'The first present one wins everywhere, so no two services name the same run differently.',
  );
  const given = await processes.run('scheduler', ['Acme-Corp', 'Ann-Carver', 'Duran-Duran', 'Bo-Carver']);
  const [upstream, query, body, parent] = given;
  const sources = { specificRunId: upstream, query, body, parentRunId: parent };

  for (const present of [4, 3, 2, 1].map((count) => Object.entries(sources).slice(-count))) {
    const [source, runId] = present[0];
    const { answer } = await post(...requestWith(api, Object.fromEntries(present)));
    const carried = present.map(([name]) => name).join(', ');
    report.expect(`${runId.padEnd(25)} won from ${carried}`, answer, { runId, source });
  }

  const { answer } = await post(`${api.url}/runs`);
  report.expect(`${printable(answer.runId).padEnd(25)} from nothing`, answer.source, 'generated');
  const bases = [...given, answer.runId].map((id) => String(id).slice(0, 13));
  report.expect(
    'the five IDs of scheduler and API ascend: one sequence for all processes of the host',
    bases,
    [...new Set(bases)].sort(),
  );
  report.expect('the sequence file holds the last one', lastIssued(processes), bases.at(-1));
}

function requestWith({ url }, { specificRunId, query, body, parentRunId }) {
  const route = parentRunId === undefined ? '/runs' : `/runs/${parentRunId}/children`;
  return [
    `${url}${route}${query === undefined ? '' : `?runId=${query}`}`,
    body === undefined ? undefined : { runId: body },
    specificRunId === undefined ? {} : { 'x-upstream-run-id': specificRunId },
  ];
}

function lastIssued({ sequenceFile }) {
  return fs.readFileSync(sequenceFile, 'latin1').trimEnd();
}

/** One ID through three processes, each of which names it in its answer. */
async function showPassage(report, api) {
  report.chapter(
    `One compound ID, for ${CLIENT}: API -> webhook (body) -> smart resume script (argument).`,
    'The API files a record under it; whoever changed one character of it would find nothing.',
  );
  const { status, answer } = await post(`${api.url}/clients/${CLIENT}/runs`);
  const { runId, webhook } = answer;
  report.expect(`API      generated ${runId}`, [status, answer.source], [200, 'generated']);
  report.expect('         base + client ID, hyphens of the name and all', clientOf(runId), CLIENT);
  report.expect(`webhook  received  ${webhook?.runId}`, [webhook?.runId, webhook?.source], [runId, 'body']);
  const script = webhook?.script;
  report.expect(`script   received  ${script?.runId}`, [script?.runId, script?.clientId], [runId, CLIENT]);
  report.expect('script   found the record that the API had filed', script?.found, true);
  return runId;
}

function clientOf(runId) {
  return /^\d{6}-\d{6}-(.*)$/.exec(runId)?.[1];
}

const REFUSED = [
  { what: 'an object', runId: { id: '251006-143000' }, code: 'ERR_RUN_ID_TYPE' },
  { what: 'an array', runId: ['251006-143000'], code: 'ERR_RUN_ID_TYPE' },
  { what: 'a malformed ID', runId: `20251006-143000-${CLIENT}`, code: 'ERR_RUN_ID_FORMAT' },
  { what: 'no ID', runId: undefined, code: 'ERR_RUN_ID_MISSING' },
];

async function showRefusals(report, webhook) {
  report.chapter(
    'The webhook is sent what is no run ID.',
    'It answers 400 and says what came, instead of going on under an ID that it made up.',
  );
  for (const { what, runId, code } of REFUSED) {
    const { status, answer } = await post(`${webhook.url}/webhook`, { runId });
    report.expect(`${what}: ${status} ${answer.code}`, [status, answer.code], [400, code]);
    report.note(answer.message);
  }
  return REFUSED.map(({ code }) => code);
}

const HOPS = ['api', 'webhook', 'smart-resume'];

/** What the processes wrote to stderr while all that happened. */
function showTrace(report, { events }, { runId, refused, pids }) {
  report.chapter(
    `The same ID at every hop: the [run-id] lines on stderr about ${runId}.`,
    'With DEBUG_RUN_ID=1 every process tells who had which ID, from where, and in which line of code.',
  );
  const trace = HOPS.flatMap((service) =>
    events.filter((event) => event.service === service && event.runId === runId),
  );
  report.table([
    ['hop', 'service/pid', 'event', 'source', 'run ID', 'at'],
    ...trace.map((event) => [
      HOPS.indexOf(event.service) + 1,
      `${event.service}/${event.pid}`,
      event.event,
      event.source,
      event.runId,
      event.at,
    ]),
  ]);
  report.expect(
    'made once, then only resolved and passed',
    trace.map(({ service, event, source }) => [service, event, source ?? null]),
    [
      ['api', 'generate', null],
      ['api', 'resolve', 'generated'],
      ['webhook', 'resolve', 'body'],
      ['smart-resume', 'pass', null],
    ],
  );
  const [first, second, third] = HOPS.map((hop) => trace.find(({ service }) => service === hop)?.pid);
  report.expect(
    'in three processes: the two above and a script',
    [first, second, pids.includes(third)],
    [...pids, false],
  );

  const about = events.filter(({ runId: id }) => String(id).endsWith(CLIENT));
  report.expect('no other ID of this client was ever seen', [...new Set(about.map((e) => e.runId))], [runId]);
  const rejected = events.filter(({ event }) => event === 'reject');
  report.expect(
    'each refusal was logged by the webhook, with a stack',
    rejected.map(({ service, code, stack }) => [service, code, typeof stack]),
    refused.map((code) => ['webhook', code, 'string']),
  );
  const outranked = events.filter(({ event }) => event === 'conflict').length;
  report.expect('each of the 3 + 2 + 1 outranked IDs was reported as a conflict', outranked, 6);
}

async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  try {
    return { status: response.status, answer: JSON.parse(text) };
  } catch {
    throw new Error(`${url} answered ${response.status} and no JSON`);
  }
}

/** What the processes complained of: warnings, and why one of them ended. */
function showNoise({ noise }) {
  for (const line of noise.slice(0, 20)) console.error(printable(line));
}

main();
