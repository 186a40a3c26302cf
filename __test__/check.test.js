'use strict';

// The classes of `check`, each with logs of three processes in which exactly this is wrong, and any of them at once.

const assert = require('node:assert/strict');
const test = require('node:test');
const { findingClasses } = require('../lib/binding.js');
const { baseAt } = require('./support/base-time.js');
const { HOUR, LogWriter, SECOND, WRAPPERS, randomOf, shuffled, writeJob } = require('../tools/log-writer.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const DAY = 24 * HOUR;
const ANN = 'Ann-Carver';

/** An evening of its own for each: no two are a time zone, a date or a minute apart. */
const STEP = 421 * SECOND;

const CLASSES = findingClasses().map(({ name }) => name);

/**
 * What goes wrong, by class: writes a job at `start` and what is wrong with it.
 *
 * @returns the finding: `evidence` are lines that show it, besides others; `place` is the one whose process and call
 *   site are told, the first of them unless it is given; `change` is where the characters that differ begin and end, and
 *   by how many minutes
 */
const SCENARIOS = {
  'external-id'(logs, start) {
    writeJob(logs, start);
    const received = `HG7ML7M8z78Yc${String(start).slice(6, 10)}`;
    const worker = logs.process('worker');
    const evidence = [worker.reject(start + 9 * SECOND, 'FORMAT', received, { source: 'body' })];
    return { runId: received, expected: null, evidence };
  },
  'suffix-of-another-client'(logs, start) {
    const base = writeJob(logs, start, { clients: [ANN, 'Acme-Corp'] });
    const runId = `${base}-Acme-Corp`;
    const more = { source: 'query', expectClientId: ANN };
    const refused = logs.process('worker').reject(start + 12 * SECOND, 'CLIENT_MISMATCH', runId, more);
    return { runId, expected: `${base}-${ANN}`, change: [14, 23], evidence: [refused] };
  },
  'suffix-twice'(logs, start) {
    const expected = `${writeJob(logs, start)}-${ANN}`;
    const runId = `${expected}-${ANN}`;
    const mailer = logs.process('mailer');
    const missed = [11, 12].map((seconds) => mailer.record(start + seconds * SECOND, 'missing', runId));
    return { runId, expected, change: [24, 35], evidence: missed };
  },
  'suffix-added'(logs, start) {
    const base = writeJob(logs, start, { clients: [ANN, 'Acme-Corp'] });
    const runId = `${base}-${ANN}-Acme-Corp`;
    const missed = logs.process('mailer').record(start + 12 * SECOND, 'missing', runId);
    return { runId, expected: `${base}-Acme-Corp`, change: [14, 25], evidence: [missed] };
  },
  'suffix-cut'(logs, start) {
    const base = writeJob(logs, start);
    const missed = logs.process('worker').record(start + 8 * SECOND, 'missing', `${base}-Ann`);
    return { runId: `${base}-Ann`, expected: `${base}-${ANN}`, change: [17, 17], evidence: [missed] };
  },
  'case-changed'(logs, start) {
    const expected = `${writeJob(logs, start)}-${ANN}`;
    const runId = expected.toLowerCase();
    const worker = logs.process('worker');
    const place = worker.resolve(start + 8 * SECOND, runId);
    const missed = worker.record(start + 9 * SECOND, 'missing', runId);
    return { runId, expected, change: [14, 19], place, evidence: [place, missed] };
  },
  'separator-changed'(logs, start) {
    const base = writeJob(logs, start);
    const missed = logs.process('worker').record(start + 8 * SECOND, 'missing', `${base}-Ann_Carver`);
    return { runId: `${base}-Ann_Carver`, expected: `${base}-${ANN}`, change: [17, 18], evidence: [missed] };
  },
  'placeholder-client'(logs, start) {
    const base = writeJob(logs, start);
    const missed = logs.process('mailer').record(start + 8 * SECOND, 'missing', `${base}-undefined`);
    return { runId: `${base}-undefined`, expected: `${base}-${ANN}`, change: [14, 23], evidence: [missed] };
  },
  'suffix-missing'(logs, start) {
    const runId = writeJob(logs, start);
    const worker = logs.process('worker');
    return {
      runId,
      expected: `${runId}-${ANN}`,
      change: [13, 13],
      evidence: [
        worker.reject(start + 9 * SECOND, 'KIND', runId),
        worker.record(start + 14 * SECOND, 'missing', runId, { table: 'client' }),
      ],
    };
  },
  'time-zone-shift'(logs, start) {
    const expected = `${writeJob(logs, start)}-${ANN}`;
    const runId = `${baseAt(start + 2 * HOUR)}-${ANN}`;
    const worker = logs.process('worker');
    const place = worker.resolve(start + 8 * SECOND, runId);
    const missed = worker.record(start + 9 * SECOND, 'missing', runId);
    return { runId, expected, change: [8, 9, 120], confidence: 'likely', evidence: [place, missed] };
  },
  'digits-exchanged'(logs, start) {
    const expected = writeJob(logs, start);
    const runId = expected.replace(/(.)(.)$/, '$2$1');
    const missed = logs.process('mailer').record(start + 9 * SECOND, 'missing', runId);
    return { runId, expected, change: [11, 13], confidence: 'likely', evidence: [missed] };
  },
  'date-changed'(logs, start) {
    const expected = writeJob(logs, start);
    const runId = baseAt(start + DAY);
    const mailer = logs.process('mailer');
    const place = mailer.resolve(start + 8 * SECOND, runId);
    const missed = mailer.record(start + 9 * SECOND, 'missing', runId);
    return { runId, expected, change: [5, 6], confidence: 'likely', evidence: [place, missed] };
  },
  'minted-again'(logs, start) {
    const expected = writeJob(logs, start);
    const runId = baseAt(start + 15 * SECOND);
    const op = { op: `00000002-1-${start}`, within: expected };
    logs.process('worker').event(start + 14 * SECOND, 'pass', { runId: expected, ...op });
    const generated = logs.process('worker').generate(start + 15 * SECOND, runId, op);
    logs.process('worker').resolve(start + 15 * SECOND + 1, runId, { source: 'generated', ...op });
    const missed = ['worker', 'mailer'].map((name, at) =>
      logs.process(name).record(start + (16 + at) * SECOND, 'missing', runId),
    );
    return { runId, expected, evidence: [generated, ...missed] };
  },
  'generated-twice'(logs, start) {
    const runId = writeJob(logs, start);
    // Its clock is late, or it would not have got this base.
    const later = logs.process('worker').generate(start + 25 * SECOND, runId);
    const [earlier] = logs.process('gateway').lines.filter(({ ms }) => ms === start);
    return { runId, expected: null, evidence: [later, earlier] };
  },
  'created-twice'(logs, start) {
    const runId = `${writeJob(logs, start)}-${ANN}`;
    return {
      runId,
      expected: null,
      evidence: [logs.process('mailer').record(start + 15 * SECOND, 'exists', runId)],
    };
  },
  'never-created'(logs, start) {
    writeJob(logs, start);
    const runId = baseAt(start + 100 * SECOND);
    const scheduler = logs.process('scheduler');
    scheduler.generate(start + 100 * SECOND, runId);
    const refused = scheduler.record(start + 101 * SECOND, 'refused', runId);
    const missed = logs.process('mailer').record(start + 110 * SECOND, 'missing', runId);
    return { runId, expected: null, evidence: [missed, refused] };
  },
  'found-later'(logs, start) {
    const base = writeJob(logs, start);
    const op = { op: `00000003-1-${start}` };
    const runId = `${base}-${ANN}`;
    const mailer = logs.process('mailer');
    const missed = [0, 1].map((seconds) => mailer.record(start + seconds * SECOND, 'missing', runId, op));
    mailer.record(start + 15 * SECOND, 'found', runId, op);
    return { runId, expected: null, evidence: missed };
  },
  'looked-up-before-created'(logs, start) {
    const missed = logs.process('mailer').record(start - 5 * SECOND, 'missing', `${baseAt(start)}-${ANN}`);
    const runId = `${writeJob(logs, start)}-${ANN}`;
    const created = logs
      .process('gateway')
      .lines.find(({ text }) => text.includes('created') && text.includes(runId));
    return { runId, expected: null, evidence: [missed, created] };
  },
  'not-found-after-created'(logs, start) {
    const runId = `${writeJob(logs, start)}-${ANN}`;
    return {
      runId,
      expected: null,
      evidence: [logs.process('mailer').record(start + 90 * SECOND, 'missing', runId)],
    };
  },
  'sources-disagree'(logs, start) {
    const runId = writeJob(logs, start);
    const otherRunId = writeJob(logs, start + 50 * SECOND);
    const worker = logs.process('worker');
    const evidence = [worker.event(start + 100 * SECOND, 'conflict', { runId, otherRunId })];
    return { runId, expected: null, evidence };
  },
  'baggage-disagrees'(logs, start) {
    const runId = writeJob(logs, start);
    const worker = logs.process('worker');
    const baggage = { runId, otherSource: 'baggage', sender: 'external', at: `src/worker.js:${start}:7` };
    // An ID sent by a stranger does not count as a run.
    const evidence = ['251231-235958', '251231-235959'].map((otherRunId, at) =>
      worker.event(start + (100 + at) * SECOND, 'conflict', { ...baggage, otherRunId }),
    );
    return { runId, expected: null, confidence: 'likely', evidence };
  },
  'other-run'(logs, start) {
    const expected = writeJob(logs, start, { clients: [] });
    const runId = writeJob(logs, start + 50 * SECOND);
    const worker = logs.process('worker');
    const op = `00000002-0-${start}`;
    worker.resolve(start + 70 * SECOND, expected, { op });
    worker.record(start + 71 * SECOND, 'found', expected, { op });
    return { runId, expected, evidence: [worker.record(start + 72 * SECOND, 'updated', runId, { op })] };
  },
  'not-an-id'(logs, start) {
    writeJob(logs, start);
    const received = `[object Object]-${start}`;
    const mailer = logs.process('mailer');
    const at = `src/mailer.js:${start}:7`;
    const evidence = [8, 9].map((seconds) =>
      mailer.reject(start + seconds * SECOND, 'FORMAT', received, { at }),
    );
    return { runId: received, expected: null, evidence };
  },
  refused(logs, start) {
    const runId = writeJob(logs, start);
    const evidence = [logs.process('mailer').reject(start + 50 * SECOND, 'CONFLICT', runId)];
    return { runId, expected: null, evidence };
  },
  'not-found'(logs, start) {
    const base = writeJob(logs, start);
    const runId = `${base}-Duran-Duran`;
    const evidence = [logs.process('mailer').record(start + 50 * SECOND, 'missing', runId)];
    return { runId, expected: null, confidence: 'likely', evidence };
  },
  'never-generated'(logs, start) {
    writeJob(logs, start);
    const runId = `${baseAt(start + 100 * SECOND)}-${ANN}`;
    const worker = logs.process('worker');
    const used = worker.resolve(start + 102 * SECOND, runId);
    worker.record(start + 103 * SECOND, 'found', runId);
    return { runId, expected: null, confidence: 'likely', evidence: [used] };
  },
  'never-completed'(logs, start) {
    const runId = writeJob(logs, start, { clients: [], isCompleted: false });
    logs.process('worker').record(start + 10 * SECOND, 'found', runId);
    const created = logs
      .process('gateway')
      .lines.find(({ text }) => text.includes('created') && text.includes(runId));
    return { runId, expected: null, confidence: 'likely', evidence: [created] };
  },
  'log-missing'(logs, start) {
    writeJob(logs, start);
    const reporter = logs.process('reporter');
    const used = [0, 1, 2, 3, 4].map((number) =>
      reporter.resolve(start + (200 + number) * SECOND, baseAt(start + (100 + number) * SECOND)),
    );
    return { runId: null, expected: null, confidence: 'likely', evidence: used };
  },
  'lines-missing'(logs, start) {
    const runId = writeJob(logs, start);
    const biller = logs.process('biller');
    biller.event(start + 50 * SECOND, 'pass', { runId, n: 1 });
    const evidence = [biller.event(start + 51 * SECOND, 'pass', { runId, n: 3 })];
    return { runId: null, expected: null, confidence: 'likely', evidence };
  },
};

/** Logs in which these classes are what is wrong, among jobs as they should be and other lines. */
function scene(scope, classes, { settingsOf = () => undefined } = {}) {
  const logs = new LogWriter(scope);
  for (const service of ['gateway', 'worker', 'mailer', 'scheduler', 'reporter', 'biller']) {
    logs.process(service, settingsOf(service));
  }
  const bases = [-1, 40, 100].map((steps) => writeJob(logs, NOON + steps * STEP, { clients: [ANN, 'Ann'] }));
  const expected = classes.map((name) => {
    const scenario = SCENARIOS[name](logs, NOON + CLASSES.indexOf(name) * STEP);
    const { evidence, change: span, place = evidence[0], confidence = 'certain', ...finding } = scenario;
    const { process, at } = place;
    const change = span ? { kind: name, start: span[0], end: span[1], minutes: span[2] ?? null } : null;
    return { class: name, ...finding, change, process, at, confidence, evidence };
  });
  logs.process('scheduler').pino(NOON + 50 * STEP, { msg: 'idle', runId: bases[0] });
  logs.process('scheduler').write(NOON + 51 * STEP, 'nothing to do');
  return { logs, expected };
}

const withoutEvidence = (findings) => findings.map((finding) => ({ ...finding, evidence: null }));

function inOrder(expected) {
  const key = (finding) => [CLASSES.indexOf(finding.class), finding.runId];
  return expected.toSorted((a, b) => key(a)[0] - key(b)[0] || (key(a)[1] < key(b)[1] ? -1 : 1));
}

async function assertFindings({ logs, expected }, shuffle, message) {
  const written = logs.write({ shuffle });
  const { consistent, skipped, findings, problems } = await written.check();
  const wanted = inOrder(expected);
  assert.deepEqual(withoutEvidence(findings), withoutEvidence(wanted), message);
  for (const [at, { evidence }] of wanted.entries()) {
    const places = findings[at].evidence.map(({ file, line }) => `${file}:${line}`);
    for (const { file, line } of written.evidence(evidence)) {
      assert.ok(places.includes(`${file}:${line}`), `${message}: ${file}:${line} of ${findings[at].class}`);
    }
  }
  assert.deepEqual(
    { consistent, skipped, problems },
    { consistent: false, skipped: 0, problems: [] },
    message,
  );
}

/** Clocks that are up to three seconds off, and files in any order. */
async function assertAnyway(scope, classes, seed) {
  const random = randomOf(seed);
  const wrappers = Object.keys(WRAPPERS);
  const settingsOf = () => ({
    skewMs: Math.round((random() * 2 - 1) * 3 * SECOND),
    wrapper: wrappers[Math.floor(random() * wrappers.length)],
  });
  const shuffle = (names) => shuffled(names, random);
  await assertFindings(scene(scope, classes, { settingsOf }), shuffle, `${classes} with seed ${seed}`);
}

test('there is a scenario for each class, in the order of the classes', () => {
  assert.deepEqual(Object.keys(SCENARIOS), CLASSES);
});

for (const name of CLASSES) {
  test(`finds ${name}, and nothing else, in logs in which this is wrong`, async (t) => {
    await assertFindings(scene(t, [name]), undefined, name);
  });

  test(`finds ${name} in any order of files, however the clocks are off`, async (t) => {
    for (let seed = 1; seed <= 12; seed++) await assertAnyway(t, [name], seed);
  });
}

test('finds any two things that are wrong at once', async (t) => {
  for (const [at, one] of CLASSES.entries()) {
    for (const other of CLASSES.slice(at + 1)) {
      await assertFindings(scene(t, [one, other]), undefined, `${one}, ${other}`);
      await assertAnyway(t, [other, one], at);
    }
  }
});

test('finds any number of things that are wrong at once', async (t) => {
  await assertFindings(scene(t, CLASSES), undefined, 'all');
  for (let seed = 100; seed < 160; seed++) {
    const random = randomOf(seed);
    const classes = shuffled(CLASSES, random).slice(0, 3 + Math.floor(random() * 14));
    await assertAnyway(t, classes, seed);
  }
});
