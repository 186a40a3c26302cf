'use strict';

// An invented verdict in the addon's format: what the pages draw does not depend on real findings.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { reportPage, runPage } = require('../../lib/cli/page-data.js');
const { PageFile } = require('../../lib/cli/page-file.js');
const { VerdictView } = require('../../lib/cli/verdict-view.js');
const { baseAt } = require('./base-time.js');

const START = Date.UTC(2026, 10, 26, 2, 46, 55);

const CLIENTS = ['Ann-Carver', 'Acme-Corp', 'Duran-Duran', 'Ward-Motors', 'Lime-Tree'];

/** Causes: how an ID was changed, and where. */
const CAUSES = [
  {
    class: 'case-changed',
    severity: 'high',
    service: 'worker',
    at: 'src/worker.js:6:12',
    spoil: (id) => id.toLowerCase(),
  },
  {
    class: 'suffix-cut',
    severity: 'high',
    service: 'api',
    at: 'src/split.js:77:9',
    spoil: (id) => id.replace(/-[^-]+$/, ''),
  },
  {
    class: 'not-an-id',
    severity: 'medium',
    service: 'webhook',
    at: 'src/webhook.js:20:29',
    spoil: () => null,
  },
  { class: 'never-completed', severity: 'low', service: 'worker', at: 'src/end.js:80:3', spoil: (id) => id },
];

const isoOf = (ms) => new Date(ms).toISOString();

const processOf = (service, number = 1) => `${service}@web-1/${4000 + number}/0000000${number % 10}`;

/** One of many findings of a cause. */
function madeFinding(cause, number = 0, more = {}) {
  const time = START + number * 13_000;
  const right = `${baseAt(time)}-${CLIENTS[number % CLIENTS.length]}`;
  const wrong = cause.spoil(right);
  const isChange = wrong !== null && wrong !== right;
  const sightOf = (service, runId, after, at) => ({
    process: processOf(service),
    runId,
    at,
    time: isoOf(time + after),
    file: `logs/${service}.log`,
    line: number * 10 + after,
  });
  const from = sightOf(cause.service, right, 1, 'src/first.js:1:1');
  const to = sightOf(cause.service, wrong, 2, cause.at);
  const missed = sightOf('mailer', wrong, 8, 'src/mailer.js:11:17');
  const sights = isChange ? [from, to, missed] : [to];
  return {
    class: cause.class,
    severity: cause.severity,
    confidence: 'certain',
    runId: wrong,
    expected: isChange ? right : null,
    candidates: isChange ? [right] : [],
    change: isChange
      ? { kind: cause.class, start: startOf(wrong, right), end: wrong.length, minutes: null }
      : null,
    changedBy: isChange ? [{ process: to.process, at: to.at, from, to }] : [],
    arrivedAt: null,
    lastRight: isChange ? from : null,
    process: to.process,
    at: cause.at,
    service: cause.service,
    route: null,
    consequences: isChange ? [missed] : [],
    consequenceCount: isChange ? 1 : 0,
    firstTime: to.time,
    lastTime: missed.time,
    code: wrong === null ? 'ERR_RUN_ID_TYPE' : null,
    source: wrong === null ? 'req.body.runId' : null,
    message: wrong === null ? 'a promise' : null,
    evidence: sights.map((sight) => ({
      file: sight.file,
      line: sight.line,
      time: sight.time,
      process: sight.process,
      text: `[run-id] {"event":"pass","runId":"${sight.runId}","at":"${sight.at}"}`,
    })),
    meaning: 'What it means.',
    next: `npx unified-run-id flow ${right} logs/api.log logs/worker.log`,
    ...more,
  };
}

/** Where the wrong one begins to differ. */
function startOf(wrong, right) {
  const at = [...wrong].findIndex((character, place) => character !== right[place]);
  return at < 0 ? wrong.length : at;
}

/** An event of a run; `after` is milliseconds after its start. */
function madeEvent(process, after, event, more = {}) {
  return {
    time: isoOf(START + after),
    process: processOf(process),
    event,
    action: null,
    table: null,
    source: null,
    runId: `${baseAt(START)}-${CLIENTS[0]}`,
    code: null,
    at: `src/${process}.js:${after + 1}:7`,
    file: `logs/${process}.log`,
    line: after + 1,
    text: 0,
    confidence: 'certain',
    ...more,
  };
}

/** A run of these events, with what joins them and what is wrong. */
function madeFlow(events, { handOvers = [], findings = [], marks = [] } = {}) {
  const runId = `${baseAt(START)}-${CLIENTS[0]}`;
  const processes = [...new Set(events.map(({ process }) => process))];
  const parts = { runId, baseRunId: runId.slice(0, 13), clientId: CLIENTS[0], startedAt: isoOf(START) };
  return { ...parts, processes, events, handOvers, findings, marks };
}

/** The addon's output for that many findings; each other cause has one, and the first has the rest. */
function madeVerdict(
  count,
  { causes = Math.min(count, CAUSES.length), isSpread = false, observed = [] } = {},
) {
  const groups = [];
  const findings = [];
  for (let number = 0; number < causes; number++) {
    const cause = { ...CAUSES[number % CAUSES.length] };
    if (number >= CAUSES.length) cause.at = `src/more-${number}.js:1:1`;
    const share = isSpread ? Math.ceil(count / causes) : number === 0 ? count - causes + 1 : 1;
    const own = Array.from({ length: share }, (_, at) => madeFinding(cause, at));
    groups.push(groupOf(own, findings.length));
    findings.push(...own);
  }
  const flows = findings.slice(0, 3).map((finding) => flowOf(finding));
  const drawn = flows.map((_, finding) => ({ finding, flow: finding, inFlow: 0 }));
  const severities = { high: 0, medium: 0, low: 0 };
  for (const { severity } of findings) severities[severity] += 1;
  const slice = (all, from, number) => JSON.stringify(all.slice(from, from + number));
  return {
    summary: () =>
      JSON.stringify({
        version: 1,
        consistent: count === 0,
        runs: count + 9,
        consistentRuns: 9,
        skipped: 0,
        services: ['api', 'worker'].map((service) => ({
          service,
          processes: 1,
          runs: count + 9,
          firstTime: isoOf(START),
          lastTime: isoOf(START + count * 13_000),
          sharedWithMissing: 0,
          missingLines: service === 'api' ? 0 : 3,
        })),
        notes: [],
        findingCount: count,
        groupCount: groups.length,
        severities,
        leftOut: 0,
        observedCount: observed.length,
        observed,
        problems: [],
      }),
    groups: (from, number) => slice(groups, from, number),
    findings: (from, number) => slice(findings, from, number),
    picture: () => JSON.stringify({ drawn, flows, texts: ['a line'] }),
  };
}

function groupOf(findings, first) {
  const [{ class: name, severity, confidence, service, at }] = findings;
  const clients = findings.map(({ expected }) => expected?.slice(14)).filter(Boolean);
  const processes = [...new Set(findings.map(({ process }) => process))];
  const named = [...new Set(clients)];
  return {
    class: name,
    severity,
    confidence,
    service,
    at,
    route: null,
    changeKind: null,
    findings: findings.slice(0, 1000).map((_, number) => first + number),
    findingCount: findings.length,
    runs: findings.length,
    clients: named.slice(0, 10),
    clientCount: named.length,
    processes,
    processCount: processes.length,
    firstTime: findings[0].firstTime,
    lastTime: findings.at(-1).lastTime,
    histogram: Array.from({ length: 20 }, (_, at) => (at === 7 ? findings.length : 0)),
    examples: [first],
    meaning: 'What it means.',
  };
}

/** A run that shows a finding. */
function flowOf(finding) {
  const { runId, expected, at } = finding;
  const run = expected ?? runId;
  const events = [
    madeEvent('api', 0, 'generate', { runId: run }),
    madeEvent('worker', 4, 'resolve', { runId: run, source: 'body' }),
    madeEvent(finding.service, 9, 'pass', { runId, at }),
    madeEvent('mailer', 30, 'record', { action: 'missing', table: 'client', runId }),
  ];
  const marks = [{ event: 2, finding: 0, from: null, isChange: expected !== null }];
  const flow = madeFlow(events, { findings: [finding], marks });
  return { ...flow, runId: run, baseRunId: run?.slice(0, 13) ?? null, clientId: run?.slice(14) || null };
}

const FRAME = {
  command: 'unified-run-id check logs/api.log logs/worker.log --html page.html',
  version: '9.9.9',
  made: START + 60_000_000,
  files: [
    { name: 'logs/api.log', bytes: 1_234_567, lines: 34_000 },
    { name: 'logs/worker.log', bytes: 200, lines: 2 },
  ],
};

/** Writes a page of the invented data; the file is removed after the test. */
async function writePage(scope, data) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-page-'));
  scope.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'page.html');
  const page = await PageFile.at(file, []);
  await page.write(data, { print: () => {} });
  return file;
}

const writeReport = (scope, verdict, baseline) =>
  writePage(scope, reportPage(new VerdictView(verdict, { baseline }), JSON.parse(verdict.picture()), FRAME));

function writeRun(scope, flow, texts = ['a line']) {
  const counts = { eventCount: flow.events.length, findingCount: flow.findings.length };
  return writePage(scope, runPage({ flow, texts, ...counts, skipped: 0, problems: [] }, FRAME));
}

module.exports = {
  CAUSES,
  START,
  madeEvent,
  madeFinding,
  madeFlow,
  madeVerdict,
  processOf,
  writeReport,
  writeRun,
};
