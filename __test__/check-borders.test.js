'use strict';

// Where each class of `check` begins and ends: what just fits, and what just doesn't.

const assert = require('node:assert/strict');
const test = require('node:test');
const { isRunId } = require('../index.js');
const { baseAt } = require('./support/base-time.js');
const { HOUR, LogWriter, SECOND } = require('../tools/log-writer.js');

const NOON = Date.UTC(2025, 9, 6, 12);
const MINUTE = 60 * SECOND;
const DAY = 24 * HOUR;
const X = baseAt(NOON);
const X_ANN = `${X}-Ann-Carver`;

/** What `write` is given: three processes, whose events go on at noon plus so many milliseconds. */
function processes(logs) {
  return ['gateway', 'worker', 'mailer'].map((name) => logs.process(name));
}

/** The findings in logs, as `[class, runId, expected]`; with the rest of each where `more` is asked for. */
async function findings(t, write, { staleMs, shuffle, more = false } = {}) {
  const logs = new LogWriter(t);
  write(...processes(logs), logs);
  const written = logs.write({ shuffle });
  if (more) return (await written.verdict({ staleMs: staleMs ?? HOUR })).findings;
  const { findings: found } = await written.check(staleMs);
  return found.map(({ class: name, runId, expected }) => [name, runId, expected]);
}

/** The answer where nothing says what became of an ID that was missed. */
const notFound = (runId) => [['not-found', runId, null]];

/** X known, and `runId` missed somewhere else. */
const missed =
  (runId, more, known = X) =>
  (gateway, worker) => {
    gateway.record(NOON, 'created', known);
    worker.record(NOON + SECOND, 'missing', runId, more);
  };

test('external-id: the four forms, refused for their format', async (t) => {
  const uuid = '123e4567-e89b-12d3-a456-426614174000';
  const forms = [
    'HG7ML7M8z78YcAPEB',
    `job_x_stream1_20251006143000`,
    'job_x_bypass_1759761000000',
    'SR-1',
    uuid,
  ];
  for (const received of forms) {
    const refused = (code) => (gateway) => gateway.reject(NOON, code, received);
    assert.deepEqual(await findings(t, refused('FORMAT')), [['external-id', received, null]]);
    assert.deepEqual(await findings(t, refused('CLIENT')), [['refused', received, null]]);
  }
  for (const received of ['HG7ML7M8z78YcAPE', 'UNKNOWN', '251306-143000', '20251006-143000-001']) {
    const refused = (gateway) => gateway.reject(NOON, 'FORMAT', received);
    assert.deepEqual(await findings(t, refused), [['not-an-id', received, null]]);
  }
});

test('suffix-of-another-client: refused, or missed for a client whose own run ID is known', async (t) => {
  const refused = (known) => (gateway, worker) => {
    gateway.record(NOON, 'created', known);
    worker.reject(NOON + SECOND, 'CLIENT_MISMATCH', `${X}-Bo`, { expectClientId: 'Ann-Carver' });
  };
  const name = 'suffix-of-another-client';
  assert.deepEqual(await findings(t, refused(X_ANN)), [[name, `${X}-Bo`, X_ANN]]);
  assert.deepEqual(await findings(t, refused(`${X}-Ann`)), [[name, `${X}-Bo`, null]]);
  const forAnn = { clientId: 'Ann-Carver' };
  assert.deepEqual(await findings(t, missed(`${X}-Bo`, forAnn, X_ANN)), [[name, `${X}-Bo`, X_ANN]]);
  assert.deepEqual(await findings(t, missed(`${X}-Bo`, forAnn)), notFound(`${X}-Bo`));
  assert.deepEqual(await findings(t, missed(`${X}-Bo`, { clientId: 'Bo' }, X_ANN)), notFound(`${X}-Bo`));
});

test('suffix-twice: the whole client ID again, behind a run ID that is known', async (t) => {
  const twice = `${X_ANN}-Ann-Carver`;
  assert.deepEqual(await findings(t, missed(twice, {}, X_ANN)), [['suffix-twice', twice, X_ANN]]);
  assert.deepEqual(await findings(t, missed(twice, {}, `${X}-Ann`)), notFound(twice));
  assert.deepEqual(await findings(t, missed(`${X_ANN}-Carver`, {}, X_ANN)), notFound(`${X_ANN}-Carver`));
  const refused = (received) => (gateway, worker) => {
    gateway.record(NOON, 'created', X_ANN);
    worker.reject(NOON + SECOND, 'SUFFIX', received);
  };
  assert.deepEqual(await findings(t, refused(twice)), [['suffix-twice', twice, X_ANN]]);
  // What the library says of a second suffix: the run ID that has the first.
  assert.deepEqual(await findings(t, refused(X_ANN)), [['suffix-twice', X_ANN, X_ANN]]);
  assert.deepEqual(await findings(t, refused(`${X}-Bo`)), [['refused', `${X}-Bo`, null]]);
});

test('suffix-added: the client ID of one behind that of another, both known', async (t) => {
  const added = `${X_ANN}-Acme-Corp`;
  const write = (...clients) => {
    return (gateway, worker) => {
      for (const client of clients) gateway.record(NOON, 'created', `${X}-${client}`);
      worker.record(NOON + SECOND, 'missing', added);
    };
  };
  const wanted = [['suffix-added', added, `${X}-Acme-Corp`]];
  assert.deepEqual(await findings(t, write('Ann-Carver', 'Acme-Corp')), wanted);
  assert.deepEqual(await findings(t, write('Ann-Carver')), notFound(added));
  assert.deepEqual(await findings(t, write('Acme-Corp', 'Carver')), notFound(added));
  const known = (...all) => {
    write('Ann-Carver', 'Acme-Corp')(...all);
    all[0].record(NOON + 2 * SECOND, 'created', added);
  };
  assert.deepEqual(await findings(t, known), [['looked-up-before-created', added, null]]);
});

test('suffix-cut: any beginning of the client ID that is not known itself', async (t) => {
  for (const [client, known] of [
    ['Ann', 'Ann-Carver'],
    ['An', 'Ann-Carver'],
    ['Ann-Carve', 'Ann-Carver'],
    ['Ann', 'Ann_Carver'],
    ['Ann', 'Anna'],
  ]) {
    const [wrong, right] = [`${X}-${client}`, `${X}-${known}`];
    assert.deepEqual(await findings(t, missed(wrong, {}, right)), [['suffix-cut', wrong, right]]);
    const both = (gateway, ...others) => {
      missed(wrong, {}, right)(gateway, ...others);
      gateway.record(NOON + 2 * SECOND, 'created', wrong);
    };
    assert.deepEqual(await findings(t, both), [['looked-up-before-created', wrong, null]]);
  }
  for (const [runId, known] of [
    [`${X}-Carver`, X_ANN],
    [`${X}-Anna`, X_ANN],
    [`${X}-Ann`, `${baseAt(NOON + 7 * MINUTE)}-Ann-Carver`],
  ]) {
    assert.deepEqual(await findings(t, missed(runId, {}, known)), notFound(runId), `${runId} ${known}`);
  }
});

test('case-changed: nothing but the case of letters', async (t) => {
  const upper = `${X}-ANN-CARVER`;
  assert.deepEqual(await findings(t, missed(upper, {}, X_ANN)), [['case-changed', upper, X_ANN]]);
});

test('separator-changed: exchanged or dropped, with any case', async (t) => {
  for (const client of ['Ann_Carver', 'AnnCarver', 'ann_carver', 'anncarver']) {
    const wrong = `${X}-${client}`;
    assert.deepEqual(await findings(t, missed(wrong, {}, X_ANN)), [['separator-changed', wrong, X_ANN]]);
  }
  for (const client of ['Ann-Car-ver', 'Ann__Carver', 'AnnCarve', 'CarverAnn']) {
    const wrong = `${X}-${client}`;
    const found = await findings(t, missed(wrong, {}, X_ANN));
    assert.ok(!found.some(([name]) => name === 'separator-changed'), client);
  }
});

test('placeholder-client: what stands for no value, and whose place it took where one only may be meant', async (t) => {
  const name = 'placeholder-client';
  for (const placeholder of ['undefined', 'null', 'NaN', 'nan']) {
    const wrong = `${X}-${placeholder}`;
    assert.deepEqual(await findings(t, missed(wrong, {}, X_ANN)), [[name, wrong, X_ANN]]);
    const two = (gateway, ...others) => {
      gateway.record(NOON, 'created', `${X}-Bo`);
      missed(wrong, {}, X_ANN)(gateway, ...others);
    };
    const [{ expected, candidates, confidence }] = await findings(t, two, { more: true });
    assert.deepEqual(candidates.toSorted(), [X_ANN, `${X}-Bo`]);
    assert.deepEqual([candidates.includes(expected), confidence], [true, 'likely']);
  }
  const [alone, other] = [`${X}-undefined`, `${X}-none`];
  assert.deepEqual(await findings(t, missed(alone)), notFound(alone), 'no client is known');
  assert.deepEqual(await findings(t, missed(other, {}, X_ANN)), notFound(other));
});

test('suffix-missing: the base in the table of clients', async (t) => {
  const name = 'suffix-missing';
  const inClients = { table: 'client' };
  assert.deepEqual(await findings(t, missed(X, inClients, X_ANN)), [[name, X, X_ANN]]);
  assert.deepEqual(await findings(t, missed(X, { table: 'job' }, X_ANN)), notFound(X));
  assert.deepEqual(await findings(t, missed(X, inClients, X)), notFound(X));
  const refused = (received) => (gateway, worker) => {
    gateway.record(NOON, 'created', X_ANN);
    worker.reject(NOON + SECOND, 'KIND', received);
  };
  assert.deepEqual(await findings(t, refused(X)), [[name, X, X_ANN]]);
  assert.deepEqual(await findings(t, refused(`${X}-Bo`)), [['refused', `${X}-Bo`, null]]);
});

test('time-zone-shift: as far as a time zone is from UTC, either way', async (t) => {
  for (const minutes of [60, 14 * 60, -60, -330, 345, -14 * 60]) {
    const runId = baseAt(NOON + minutes * MINUTE);
    const [{ class: name, expected, change }] = await findings(t, missed(runId), { more: true });
    assert.deepEqual([name, expected, change.minutes], ['time-zone-shift', X, minutes]);
  }
  for (const ms of [15 * 60 * MINUTE, -15 * 60 * MINUTE, 15 * MINUTE, 75 * MINUTE, HOUR + SECOND]) {
    assert.deepEqual(await findings(t, missed(baseAt(NOON + ms))), notFound(baseAt(NOON + ms)), `${ms}`);
  }
  const runId = `${baseAt(NOON + HOUR)}-Bo`;
  assert.deepEqual(await findings(t, missed(runId, {}, X_ANN)), notFound(runId), 'another client');
});

test('date-changed: up to 31 days, or year, month and day in another order', async (t) => {
  for (const days of [1, -1, 31, -31]) {
    const runId = baseAt(NOON + days * DAY);
    assert.deepEqual(await findings(t, missed(runId)), [['date-changed', runId, X]], `${days}`);
  }
  for (const runId of ['250610-120000', '061025-120000', '100625-120000']) {
    assert.deepEqual(await findings(t, missed(runId)), [['date-changed', runId, X]]);
  }
  for (const runId of [
    baseAt(NOON + 32 * DAY),
    baseAt(NOON - 32 * DAY),
    '250610-120001',
    '240610-120000',
    `250610-120000-Bo`,
  ]) {
    assert.deepEqual(await findings(t, missed(runId)), notFound(runId), runId);
  }
});

test('digits-exchanged: two neighbours of the base, unless that is the distance of a time zone', async (t) => {
  const known = '251006-124803';
  for (const [runId, name] of [
    ['251006-124830', 'digits-exchanged'],
    ['251006-128403', null],
    ['251006-142803', 'digits-exchanged'],
    ['250106-124803', 'digits-exchanged'],
    ['521006-124803', 'digits-exchanged'],
    ['251006-214803', 'time-zone-shift'],
    ['251006-128430', null],
    ['251006-214830', null],
  ]) {
    // Some are no run IDs.
    const none = isRunId(runId) ? notFound(runId) : [];
    const wanted = name === null ? none : [[name, runId, known]];
    assert.deepEqual(await findings(t, missed(runId, {}, known)), wanted, runId);
  }
});

test('neither zone nor date nor digits explain an ID that was generated', async (t) => {
  for (const runId of [baseAt(NOON + HOUR), baseAt(NOON + DAY), '250106-120000']) {
    assert.equal((await findings(t, missed(runId))).length, 1);
    const generated = (gateway, worker, mailer) => {
      missed(runId)(gateway, worker);
      mailer.generate(NOON, runId);
    };
    assert.deepEqual(await findings(t, generated), [['never-created', runId, null]]);
  }
});

test('minted-again: up to 60 seconds after the nearest run of the same client', async (t) => {
  const minted = (seconds, { known = [X], suffix = '', generated = suffix } = {}) => {
    const base = baseAt(NOON + seconds * SECOND);
    const runId = base + suffix;
    const write = (gateway, worker, mailer) => {
      for (const other of known) gateway.record(NOON, 'created', other);
      worker.generate(NOON + seconds * SECOND, base + generated);
      mailer.record(NOON + seconds * SECOND + 9, 'missing', runId);
    };
    return { runId, write };
  };
  for (const [seconds, options, expected, by = /^worker@/] of [
    [1, {}, X],
    [60, {}, X],
    [60, { known: [X, baseAt(NOON + 40 * SECOND)] }, baseAt(NOON + 40 * SECOND)],
    [60, { known: [X_ANN], suffix: '-Ann-Carver' }, X_ANN],
    // Of a generated base a client's run ID was made, and missed.
    [60, { known: [X_ANN], suffix: '-Ann-Carver', generated: '' }, X_ANN, /^mailer@/],
    // Its clock was late.
    [-3, {}, X],
  ]) {
    const { runId, write } = minted(seconds, options);
    const [{ process, ...finding }, ...more] = await findings(t, write, { more: true });
    assert.deepEqual(more, []);
    assert.deepEqual([finding.class, finding.runId, finding.expected], ['minted-again', runId, expected]);
    assert.match(process, by);
    assert.equal(finding.confidence, 'likely');
  }
  for (const [seconds, options] of [
    [61, {}],
    [-7, {}],
    [60, { known: [X_ANN] }],
    [60, { known: [X_ANN], suffix: '-Bo' }],
    [60, { suffix: '', generated: '-Ann-Carver' }],
    [60, { known: [X_ANN], suffix: '-Ann-Carver', generated: '-Bo' }],
  ]) {
    const { runId, write } = minted(seconds, options);
    const found = await findings(t, write);
    assert.match(found[0][0], /^(never-created|not-found)$/, `${seconds} ${JSON.stringify(options)}`);
    assert.deepEqual([found.length, found[0][1]], [1, runId]);
  }
});

test('generated-twice: unless one of the two found it taken', async (t) => {
  const twice =
    (...clashed) =>
    (...all) => {
      all.slice(0, 2).forEach((process, at) => process.generate(NOON + at * SECOND, X));
      for (const at of clashed) all[at].record(NOON + 2 * SECOND, 'clash', X);
    };
  const [finding, ...more] = await findings(t, twice(), { more: true });
  assert.deepEqual(more, []);
  assert.deepEqual([finding.class, finding.runId, finding.expected], ['generated-twice', X, null]);
  assert.match(finding.process, /^worker@/);
  assert.deepEqual(await findings(t, twice(0)), []);
  assert.deepEqual(await findings(t, twice(1)), []);
  assert.equal((await findings(t, twice(2))).length, 1, 'the clash of a third says nothing of these two');
  const forClient = (gateway, worker) => {
    gateway.generate(NOON, X);
    worker.generate(NOON, X_ANN);
    worker.record(NOON + SECOND, 'clash', X);
  };
  assert.deepEqual(await findings(t, forClient), [], 'what clashes is the base');
});

test('created-twice: in another process than the creator', async (t) => {
  const again = (creator, at) => (gateway, worker) => {
    if (creator) gateway.record(NOON, 'created', X);
    [gateway, worker][at].record(NOON + SECOND, 'exists', X);
  };
  assert.deepEqual(await findings(t, again(true, 1)), [['created-twice', X, null]]);
  assert.deepEqual(await findings(t, again(true, 0)), []);
  assert.deepEqual(await findings(t, again(false, 1)), [], 'who made it is in other logs');
});

test('looked-up-before-created: the same table and ID', async (t) => {
  const lookedUp = (runId, more) => (gateway, worker) => {
    worker.record(NOON - SECOND, 'missing', runId, more);
    gateway.record(NOON, 'created', X);
  };
  assert.deepEqual(await findings(t, lookedUp(X)), [['looked-up-before-created', X, null]]);
  assert.deepEqual(await findings(t, lookedUp(X, { table: 'client' })), notFound(X));
  assert.deepEqual(await findings(t, lookedUp(X_ANN)), notFound(X_ANN));
});

test('other-run: within one operation of one process, after resolving', async (t) => {
  const Z = baseAt(NOON + 7 * MINUTE);
  const used =
    ({ op = 'a-0-1', otherOp = op, action = 'found', runId = Z, resolved = X, isFirst = false }) =>
    (gateway, worker) => {
      gateway.record(NOON, 'created', X);
      gateway.record(NOON, 'created', Z);
      worker.resolve(NOON + 2 * SECOND, resolved, { op });
      worker.record(NOON + (isFirst ? 1 : 3) * SECOND, action, runId, { op: otherOp });
    };
  for (const action of ['found', 'updated', 'completed']) {
    assert.deepEqual(await findings(t, used({ action })), [['other-run', Z, X]], action);
  }
  assert.deepEqual(await findings(t, used({ runId: `${Z}-Bo`, resolved: X_ANN })), [
    ['other-run', `${Z}-Bo`, X_ANN],
  ]);
  for (const options of [
    { op: null },
    { otherOp: 'a-0-2' },
    { action: 'exists' },
    { runId: X_ANN },
    { isFirst: true },
  ]) {
    assert.deepEqual(
      (await findings(t, used(options))).filter(([name]) => name === 'other-run'),
      [],
      JSON.stringify(options),
    );
  }
});

test('not-an-id: of any type or form, or nothing', async (t) => {
  for (const [code, received] of [
    ['TYPE', 'object'],
    ['FORMAT', 'foo-bar'],
    ['MISSING', null],
  ]) {
    const refused = (gateway) => gateway.reject(NOON, code, received);
    assert.deepEqual(await findings(t, refused), [['not-an-id', received, null]]);
  }
  for (const code of ['CLIENT', 'CONFLICT', 'EXHAUSTED', 'CLOCK', 'SEQUENCE', 'DEPRECATED']) {
    const found = await findings(t, (gateway) => gateway.reject(NOON, code, null), { more: true });
    const told = found.map((finding) => [finding.class, finding.code, finding.severity]);
    assert.deepEqual(told, [['refused', `ERR_RUN_ID_${code}`, 'low']]);
  }
});

test('never-generated: used, where the logs go back to an earlier generation', async (t) => {
  const used = (ms, action) => (gateway, worker) => {
    gateway.generate(NOON, X);
    if (action === 'pass') worker.event(NOON + HOUR, 'pass', { runId: baseAt(NOON + ms) });
    else worker.record(NOON + HOUR, action, baseAt(NOON + ms));
  };
  const later = baseAt(NOON + 7 * MINUTE);
  for (const action of ['pass', 'found', 'exists']) {
    assert.deepEqual(await findings(t, used(7 * MINUTE, action)), [['never-generated', later, null]]);
  }
  assert.deepEqual(await findings(t, used(-7 * MINUTE, 'found')), [], 'before the logs begin');
  assert.deepEqual(await findings(t, used(7 * MINUTE, 'created')), [], 'not used');
  assert.deepEqual(await findings(t, used(0, 'found')), [], 'generated');
});

test('never-completed: as many milliseconds after its last as --stale says', async (t) => {
  const silent = (ms) => (gateway, worker) => {
    gateway.record(NOON - SECOND, 'created', X);
    worker.record(NOON, 'updated', X);
    worker.record(NOON + ms, 'completed', baseAt(NOON - 7 * MINUTE));
  };
  for (const staleMs of [0, 1, HOUR]) {
    assert.deepEqual(await findings(t, silent(staleMs), { staleMs }), [['never-completed', X, null]]);
    if (staleMs > 0) assert.deepEqual(await findings(t, silent(staleMs - 1), { staleMs }), []);
  }
  const completed = (gateway, worker, mailer) => {
    silent(DAY)(gateway, worker);
    mailer.record(NOON, 'completed', X);
  };
  assert.deepEqual(await findings(t, completed), []);
});

test('the last event is the latest, and not the last line', async (t) => {
  const other = baseAt(NOON - 7 * MINUTE);
  const iso = (ms) => new Date(NOON + ms).toISOString();
  const write = (gateway, worker) => {
    gateway.record(NOON, 'created', X);
    worker.event(NOON + 1, 'pass', { runId: X, time: iso(HOUR) });
    worker.event(NOON + 2, 'pass', { runId: X, time: iso(0) });
    worker.record(NOON + 3, 'completed', other, { time: iso(2 * HOUR) });
    worker.event(NOON + 4, 'pass', { runId: other, time: iso(0) });
  };
  assert.deepEqual(await findings(t, write, { staleMs: HOUR }), [['never-completed', X, null]]);
  assert.deepEqual(await findings(t, write, { staleMs: HOUR + 1 }), []);
});

test('of two classes that fit, the one that stands first in the table is told', async (t) => {
  const twice = `${X_ANN}-Ann-Carver`;
  const both = (more) => (gateway, worker) => {
    for (const known of [X_ANN, `${twice}-Bo`, `${X}-Bo`]) gateway.record(NOON, 'created', known);
    worker.record(NOON, 'missing', twice, more);
  };
  assert.deepEqual(await findings(t, both({})), [['suffix-twice', twice, X_ANN]]);
  assert.deepEqual(await findings(t, both({ clientId: 'Bo' })), [
    ['suffix-of-another-client', twice, `${X}-Bo`],
  ]);
});

test('one finding for a wrong ID, with every place where it was missed or refused', async (t) => {
  const write = (gateway, worker, mailer) => {
    gateway.record(NOON, 'created', X_ANN);
    for (const process of [worker, mailer, worker]) process.record(NOON, 'missing', X, { table: 'client' });
    mailer.reject(NOON, 'KIND', X);
  };
  const [finding, ...more] = await findings(t, write, { more: true });
  assert.deepEqual(more, []);
  assert.equal(finding.class, 'suffix-missing');
  const lines = finding.evidence.filter(({ file }) => file !== 'gateway.log').map(({ line }) => line);
  assert.deepEqual(lines.toSorted(), [1, 1, 2, 2]);
});

test('an ID that a finding names gets none that only says that something is odd', async (t) => {
  const write = (gateway, worker) => {
    gateway.generate(NOON - 7 * MINUTE, baseAt(NOON - 7 * MINUTE));
    gateway.record(NOON, 'created', X_ANN); // never completed
    worker.event(NOON, 'pass', { runId: X }); // never generated
    worker.record(NOON, 'missing', X, { table: 'client' });
    worker.event(NOON + DAY, 'pass', { runId: baseAt(NOON - 7 * MINUTE) });
  };
  assert.deepEqual(await findings(t, write), [['suffix-missing', X, X_ANN]]);
});

test('at most 20 lines are evidence, in the order of what happened', async (t) => {
  const write = (gateway, worker) => {
    gateway.record(NOON, 'created', X_ANN);
    for (let at = 30; at > 0; at--) worker.record(NOON + 7 * SECOND * at, 'missing', X, { table: 'client' });
  };
  for (const shuffle of [(names) => names.toSorted(), (names) => names.toSorted().reverse()]) {
    const [{ evidence, consequenceCount }] = await findings(t, write, { shuffle, more: true });
    const lines = Array.from({ length: 19 }, (_, at) => ({ file: 'worker.log', line: at + 1 }));
    const places = evidence.map(({ file, line }) => ({ file, line }));
    assert.deepEqual(places, [{ file: 'gateway.log', line: 1 }, ...lines]);
    assert.equal(consequenceCount, 30);
  }
});

test('events are certain, and what only a text says is likely', async (t) => {
  const write = (say) => (gateway, worker) => {
    gateway.record(NOON, 'created', X_ANN);
    say(worker);
  };
  for (const [say, confidence] of [
    [(worker) => worker.record(NOON, 'missing', `${X}-Ann`), 'certain'],
    [(worker) => worker.write(NOON, `Job tracking record Not Found: ${X}-Ann`), 'likely'],
  ]) {
    const [finding] = await findings(t, write(say), { more: true });
    assert.deepEqual([finding.class, finding.confidence], ['suffix-cut', confidence]);
  }
  const told = (worker) => worker.write(NOON, `found no record: ${X}-Ann`);
  assert.deepEqual(await findings(t, write(told)), []);
});
