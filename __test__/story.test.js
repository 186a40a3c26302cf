'use strict';

// The sentences that tell a finding: what they say, and that they never say more than the finding holds.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { findingClasses } = require('../lib/binding.js');
const { classTextOf } = require('../lib/cli/class-texts.js');
const { serviceOf } = require('../lib/cli/logged-value.js');
const { storyOf } = require('../lib/cli/story.js');

const CLASSES = [...new Set(findingClasses().map(({ name }) => name))];

const BASE = '251126-024655';
const RIGHT = `${BASE}-Ann-Carver`;
const WRONG = `${BASE}-ann-carver`;
const DAY = '2025-11-26T';

const sight = (service, at, time, line, more = {}) => ({
  process: `${service}@vm/${line}/0000000${line % 10}`,
  runId: WRONG,
  at,
  time: time === null ? null : `${DAY}${time}Z`,
  file: `${service}.log`,
  line,
  ...more,
});

const HELD = sight('worker', 'worker.js:1:1', '02:46:54.990', 1, { runId: RIGHT });
const MADE = sight('worker', 'worker.js:6:1', '02:46:55.000', 2);
const MISSED = sight('webhook', 'webhook.js:11:17', '02:46:55.018', 3);
const ARRIVED = sight('webhook', 'webhook.js:9:5', '02:46:55.010', 4, { source: 'req.body.runId' });

const line = ({ process, file, line: number, time }, text) => ({ file, line: number, time, process, text });
const missed = (of) => line(of, '[run-id] {"event":"record","action":"missing"}');

/** A finding as JSON has it, in which nothing is known but what is given. */
function finding(name, more) {
  return {
    class: name,
    severity: 'high',
    confidence: 'certain',
    runId: WRONG,
    expected: RIGHT,
    candidates: [],
    change: { kind: name, start: 14, end: 19, minutes: null },
    changedBy: [],
    arrivedAt: null,
    lastRight: null,
    process: MISSED.process,
    at: MISSED.at,
    service: 'webhook',
    route: null,
    consequences: [],
    consequenceCount: 0,
    firstTime: `${DAY}02:46:55.018Z`,
    lastTime: null,
    code: null,
    source: null,
    message: null,
    evidence: [],
    ...more,
  };
}

const changed = (more) => finding('case-changed', more);
const other = (name, more) => finding(name, { change: null, expected: null, ...more });

const culprit = (to, from = null) => ({ process: to.process, at: to.at, from, to });
const BY_WORKER = { changedBy: [culprit(MADE, HELD)], consequences: [MISSED], evidence: [missed(MISSED)] };

const STORIES = [
  [
    'a culprit that is certain',
    changed(BY_WORKER),
    'At 02:46:55 worker (worker.js:6) turned …-Ann-Carver into …-ann-carver; ' +
      'webhook (webhook.js:11) looked that up 18 ms later and found nothing.',
  ],
  [
    'what it did later itself',
    changed({ ...BY_WORKER, consequences: [{ ...MISSED, process: MADE.process }] }),
    'At 02:46:55 worker (worker.js:6) turned …-Ann-Carver into …-ann-carver; ' +
      'it looked that up 18 ms later and found nothing.',
  ],
  [
    'a later use of which no line is quoted is no lookup',
    changed({ ...BY_WORKER, evidence: [line(MISSED, null)] }),
    'At 02:46:55 worker (worker.js:6) turned …-Ann-Carver into …-ann-carver; webhook (webhook.js:11) used it 18 ms later.',
  ],
  [
    'a clock that is behind says nothing of how much later',
    changed({ ...BY_WORKER, consequences: [{ ...MISSED, time: `${DAY}02:46:51.000Z` }] }),
    'At 02:46:55 worker (worker.js:6) turned …-Ann-Carver into …-ann-carver; ' +
      'webhook (webhook.js:11) looked that up and found nothing.',
  ],
  [
    'without times',
    changed({
      changedBy: [culprit({ ...MADE, time: null }, { ...HELD, time: null })],
      consequences: [{ ...MISSED, time: null }],
      evidence: [missed(MISSED)],
    }),
    'worker (worker.js:6) turned …-Ann-Carver into …-ann-carver; webhook (webhook.js:11) looked that up and found nothing.',
  ],
  [
    'a lookup in place of the right one',
    changed({ changedBy: [culprit(MADE, HELD)], evidence: [missed(MADE)] }),
    'At 02:46:55 worker (worker.js:6) looked up …-ann-carver in place of …-Ann-Carver, and found nothing.',
  ],
  [
    'a base in place of a client',
    finding('suffix-missing', { ...BY_WORKER, runId: BASE }),
    `At 02:46:55 worker (worker.js:6) used ${BASE} in place of ${RIGHT}; ` +
      'webhook (webhook.js:11) looked that up 18 ms later and found nothing.',
  ],
  [
    'a time zone, with its distance',
    finding('time-zone-shift', {
      changedBy: [culprit(MADE, HELD)],
      runId: '251126-081655-Ann-Carver',
      change: { kind: 'time-zone-shift', start: 7, end: 11, minutes: 330 },
    }),
    `At 02:46:55 worker (worker.js:6) turned ${RIGHT} into 251126-081655-Ann-Carver, 5 h 30 min ahead.`,
  ],
  [
    'a second ID',
    finding('minted-again', { ...BY_WORKER, runId: '251126-024657-Ann-Carver', change: null }),
    `At 02:46:55 worker (worker.js:6) made a second ID, 251126-024657-Ann-Carver, for the run ${RIGHT}; ` +
      'webhook (webhook.js:11) looked that up 18 ms later and found nothing.',
  ],
  [
    'likely, as it was never seen with the right one',
    changed({ confidence: 'likely', changedBy: [culprit(MADE)] }),
    'At 02:46:55 probably worker (worker.js:6) turned …-Ann-Carver into …-ann-carver. It was not seen with the right one.',
  ],
  [
    'likely, as it had the right one long ago',
    changed({ confidence: 'likely', changedBy: [culprit(MADE, { ...HELD, time: `${DAY}02:42:55.000Z` })] }),
    'At 02:46:55 probably worker (worker.js:6) turned …-Ann-Carver into …-ann-carver. It had the right one last 4 min before.',
  ],
  [
    'likely, as the lines are no proof',
    changed({ confidence: 'likely', changedBy: [culprit({ ...MADE, time: null }, HELD)] }),
    'Probably worker (worker.js:6) turned …-Ann-Carver into …-ann-carver. The logs make this likely but do not prove it.',
  ],
  [
    'likely, as several are near',
    changed({
      confidence: 'likely',
      changedBy: [culprit(MADE, HELD)],
      candidates: [RIGHT, `${BASE}-ANN-Carver`],
    }),
    'At 02:46:55 probably worker (worker.js:6) turned …-Ann-Carver into …-ann-carver. ' +
      'It may stand for any of …-Ann-Carver or …-ANN-Carver.',
  ],
  [
    'several culprits',
    changed({ changedBy: [culprit(MADE, HELD), culprit(MISSED, HELD)] }),
    'From 02:46:55 on worker (worker.js:6) and webhook (webhook.js:11) turned …-Ann-Carver into …-ann-carver, each independently.',
  ],
  [
    'several processes at one line',
    changed({
      changedBy: [1, 2, 3].map((pid) => culprit({ ...MADE, process: `worker@vm/${pid}/0000000a` })),
    }),
    'From 02:46:55 on 3 processes of worker (worker.js:6) turned …-Ann-Carver into …-ann-carver, each independently.',
  ],
  [
    'more culprits than are named',
    changed({ changedBy: ['a', 'b', 'c', 'd', 'e'].map((name) => culprit(sight(name, null, null, 1))) }),
    'a, b, c and 2 more turned …-Ann-Carver into …-ann-carver, each independently.',
  ],
  [
    'an arrival',
    changed({
      arrivedAt: ARRIVED,
      lastRight: HELD,
      consequences: [ARRIVED, MISSED],
      evidence: [missed(MISSED)],
    }),
    'At 02:46:55 …-ann-carver arrived at webhook (webhook.js:9) in req.body.runId instead of …-Ann-Carver; ' +
      'webhook (webhook.js:11) looked that up 8 ms later and found nothing. ' +
      'These logs do not show who changed it; worker (worker.js:1) had the right one last, at 02:46:54.',
  ],
  [
    'an arrival by a carrier, of which no more is known',
    changed({ arrivedAt: { ...ARRIVED, source: 'env' } }),
    'At 02:46:55 …-ann-carver arrived at webhook (webhook.js:9) in RUN_ID of the environment instead of …-Ann-Carver. ' +
      'These logs do not show who changed it.',
  ],
  [
    'a shifted time that arrived',
    finding('time-zone-shift', {
      arrivedAt: { ...ARRIVED, source: null },
      runId: '251126-004655-Ann-Carver',
      change: { kind: 'time-zone-shift', start: 8, end: 9, minutes: -120 },
    }),
    `At 02:46:55 251126-004655-Ann-Carver arrived at webhook (webhook.js:9) instead of ${RIGHT}. ` +
      'Its time is 2 h behind. These logs do not show who changed it.',
  ],
  [
    'a lookup, and nobody who changed it',
    changed({ consequences: [MISSED], evidence: [missed(MISSED)] }),
    'At 02:46:55 webhook (webhook.js:11) looked up …-ann-carver and found nothing; …-Ann-Carver is right. ' +
      'These logs do not show who changed it.',
  ],
  [
    'a lookup that is only quoted',
    changed({ evidence: [missed(MISSED)], confidence: 'likely' }),
    'At 02:46:55 webhook (webhook.js:11) looked up …-ann-carver and found nothing; probably …-Ann-Carver is right. ' +
      'These logs do not show who changed it.',
  ],
  [
    'a lookup of which no line was kept',
    changed({ consequences: [MISSED], evidence: [line(MISSED, null)] }),
    'At 02:46:55 webhook (webhook.js:11) looked up …-ann-carver and found nothing; …-Ann-Carver is right. ' +
      'These logs do not show who changed it.',
  ],
  [
    'one of several uses of which no line was kept',
    changed({ consequences: [MISSED, MISSED], consequenceCount: 2, evidence: [line(MISSED, null)] }),
    'At 02:46:55 webhook (webhook.js:11) used …-ann-carver; …-Ann-Carver is right. These logs do not show who changed it.',
  ],
  [
    'a use elsewhere of which no line was kept',
    changed({ consequences: [MADE], evidence: [line(MADE, null)] }),
    'At 02:46:55 worker (worker.js:6) used …-ann-carver; …-Ann-Carver is right. These logs do not show who changed it.',
  ],
  [
    'what may have been refused, of which no line was kept',
    finding('suffix-missing', { runId: BASE, consequences: [MISSED], evidence: [line(MISSED, null)] }),
    `At 02:46:55 webhook (webhook.js:11) used ${BASE}; ${RIGHT} is right. These logs do not show who changed it.`,
  ],
  [
    'a lookup of another process that is only quoted',
    changed({ evidence: [missed(MADE)] }),
    'At 02:46:55 webhook (webhook.js:11) used …-ann-carver; …-Ann-Carver is right. These logs do not show who changed it.',
  ],
  [
    'a refusal of the wrong client is no lookup',
    finding('suffix-of-another-client', {
      runId: `${BASE}-Acme-Corp`,
      consequences: [MISSED],
      evidence: [line(MISSED, '[run-id] {"event":"reject","code":"ERR_RUN_ID_CLIENT_MISMATCH"}')],
      confidence: 'likely',
    }),
    'At 02:46:55 webhook (webhook.js:11) used …-Acme-Corp; probably …-Ann-Carver is right. ' +
      'These logs do not show who changed it.',
  ],
  [
    "another client's, of whom is not known",
    other('suffix-of-another-client', {}),
    `At 02:46:55 webhook (webhook.js:11) used ${WRONG}, where the run of another client belongs.`,
  ],
  [
    "another client's that arrived, of whom is not known",
    other('suffix-of-another-client', { arrivedAt: ARRIVED }),
    `At 02:46:55 ${WRONG} arrived at webhook (webhook.js:9) in req.body.runId, where the run of another client belongs.`,
  ],
  [
    'a second ID, and nobody who made it',
    finding('minted-again', { change: null, runId: '251126-024657', lastRight: HELD }),
    `At 02:46:55 webhook (webhook.js:11) used 251126-024657; ${RIGHT} is right. ` +
      'These logs do not show who made it; worker (worker.js:1) had the right one last, at 02:46:54.',
  ],
  [
    'not found, with what is near',
    other('not-found', { candidates: [RIGHT] }),
    `At 02:46:55 webhook (webhook.js:11) looked up ${WRONG} and found nothing; the closest is ${RIGHT}.`,
  ],
  [
    'not found at all',
    other('not-found', {}),
    `At 02:46:55 webhook (webhook.js:11) looked up ${WRONG} and found nothing.`,
  ],
  [
    'never created, with the refusal',
    other('never-created', { code: 'ERR_JOB_DATABASE', message: 'no permission' }),
    `At 02:46:55 webhook (webhook.js:11) looked up ${WRONG}: it was generated, but these logs do not show the ` +
      'creation of its record. Its creation was refused with ERR_JOB_DATABASE. The error says "no permission".',
  ],
  [
    'too early',
    other('looked-up-before-created', {}),
    `At 02:46:55 webhook (webhook.js:11) looked up ${WRONG} and found nothing: according to the clocks, its record did not exist yet.`,
  ],
  [
    'a retry that succeeds',
    other('found-later', {}),
    `At 02:46:55 webhook (webhook.js:11) looked up ${WRONG} and found nothing; the same operation found it afterwards.`,
  ],
  [
    'gone',
    other('not-found-after-created', {}),
    `At 02:46:55 webhook (webhook.js:11) looked up ${WRONG} and found nothing, although its record had been created before.`,
  ],
  [
    'two at once',
    other('sources-disagree', { candidates: [`${BASE}-Acme-Corp`] }),
    `At 02:46:55 webhook (webhook.js:11) got two run IDs at once: ${WRONG} and ${BASE}-Acme-Corp.`,
  ],
  [
    'baggage of an unknown sender',
    other('baggage-disagrees', { candidates: [`${BASE}-Acme-Corp`] }),
    `At 02:46:55 webhook (webhook.js:11) got ${WRONG}, and with it baggage of an unknown sender that names ${BASE}-Acme-Corp.`,
  ],
  [
    'made by two',
    other('generated-twice', { evidence: [missed(MISSED), missed(MADE)] }),
    `At 02:46:55 webhook (webhook.js:11) generated ${WRONG}, and so did worker.`,
  ],
  [
    'made by two, of which one is known',
    other('generated-twice', {}),
    `At 02:46:55 webhook (webhook.js:11) generated ${WRONG}, and so did another process.`,
  ],
  [
    'created twice',
    other('created-twice', {}),
    `At 02:46:55 webhook (webhook.js:11) tried to create the record of ${WRONG}, which already existed.`,
  ],
  [
    'another run',
    other('other-run', { expected: '251126-030000' }),
    `At 02:46:55 webhook (webhook.js:11) used the record of ${WRONG} in an operation of the run 251126-030000.`,
  ],
  [
    'no ID but a promise',
    other('not-an-id', {
      runId: 'promise',
      code: 'ERR_RUN_ID_TYPE',
      source: 'req.body.runId',
      message:
        'STRICT RUN ID ERROR: Object passed to normalizeRunId instead of string. It is a promise: await it.',
    }),
    'At 02:46:55 webhook (webhook.js:11) got a promise in req.body.runId where a run ID belongs. ' +
      'The error says "STRICT RUN ID ERROR: Object passed to normalizeRunId instead of string. It is a promise: await it."',
  ],
  [
    'no ID but an empty text',
    other('not-an-id', { runId: '', code: 'ERR_RUN_ID_FORMAT', source: 'query' }),
    'At 02:46:55 webhook (webhook.js:11) got an empty text in the query where a run ID belongs.',
  ],
  [
    'no ID but a text that is a word for a kind',
    other('not-an-id', { runId: 'promise', code: 'ERR_RUN_ID_FORMAT' }),
    'At 02:46:55 webhook (webhook.js:11) got "promise" where a run ID belongs.',
  ],
  [
    'no ID, again and again',
    other('not-an-id', { runId: '', code: 'ERR_RUN_ID_FORMAT', consequenceCount: 6 }),
    'At 02:46:55 webhook (webhook.js:11) got an empty text where a run ID belongs, and 6 more times here.',
  ],
  [
    'nothing at all',
    other('not-an-id', { runId: null, code: 'ERR_RUN_ID_MISSING', message: 'No run ID' }),
    'At 02:46:55 webhook (webhook.js:11) got nothing where a run ID belongs. The error says "No run ID".',
  ],
  [
    "another system's ID",
    other('external-id', { runId: 'HG7ML7M8z78YcAPEB', code: 'ERR_RUN_ID_FORMAT', source: 'body' }),
    'At 02:46:55 webhook (webhook.js:11) got "HG7ML7M8z78YcAPEB" in the body where a run ID belongs.',
  ],
  [
    'a refusal',
    other('refused', { code: 'ERR_JOB_FINISHED', message: 'The job is finished' }),
    `At 02:46:55 a call of ${WRONG} in webhook (webhook.js:11) was refused with ERR_JOB_FINISHED. The error says "The job is finished".`,
  ],
  [
    'a refusal without a time',
    other('refused', { runId: null, code: 'ERR_RUN_ID_CLOCK', firstTime: null }),
    'A call in webhook (webhook.js:11) was refused with ERR_RUN_ID_CLOCK. The log does not contain the received value.',
  ],
  [
    'made by nobody',
    other('never-generated', {}),
    `At 02:46:55 webhook (webhook.js:11) used ${WRONG}, which no process in these logs generated.`,
  ],
  [
    'without an end',
    other('never-completed', {}),
    `At 02:46:55 webhook (webhook.js:11) created the record of ${WRONG}, and these logs do not show its completion.`,
  ],
  [
    'a log that is not here',
    other('log-missing', { runId: null, consequenceCount: 4999 }),
    'For 5000 runs of webhook, these logs lack the beginning or the end; the first was seen at 02:46:55.',
  ],
  [
    'lines that are not here',
    other('lines-missing', { runId: null, service: null, consequenceCount: 7 }),
    '7 lines that webhook numbered are missing from these logs.',
  ],
  [
    'a line that is not here',
    other('lines-missing', { runId: null, consequenceCount: 1 }),
    '1 line that webhook numbered is missing from these logs.',
  ],
];

for (const [name, told, story] of STORIES) {
  test(`the story: ${name}`, () => assert.equal(storyOf(told), story));
}

test('every class has a title of its own and what to do, and one that is not known its name', () => {
  const titles = CLASSES.map((name) => classTextOf(name).title);
  assert.equal(new Set(titles).size, titles.length);
  for (const name of CLASSES) {
    const { title, remedy } = classTextOf(name);
    assert.match(title, /^[A-Z][^.]{5,60}$/);
    assert.match(remedy, /^[A-Z].*\.$/);
  }
  for (const name of ['newer', 'constructor'])
    assert.deepEqual(classTextOf(name), { title: name, remedy: '' });
});

test('the ellipsis is the one that is asked for', () => {
  assert.ok(
    storyOf(changed(BY_WORKER), { ellipsis: '...' }).includes('turned ...-Ann-Carver into ...-ann-carver;'),
  );
});

test('a process whose service is not known is told by where it ran, another by its own name', () => {
  const to = (process) => changed({ changedBy: [culprit({ ...MADE, process }, HELD)] });
  assert.match(storyOf(to('-@vm/7/0000000a')), /^At 02:46:55 vm\/7\/0000000a \(/);
  assert.match(storyOf(to('vm/27296')), /^At 02:46:55 vm\/27296 \(/);
});

const CLAIM = 'scheduler (a.js:1) turned X into Y. At 02:46:56 worker';

test('no value from a log can pass for a sentence', () => {
  const hostile = { ...MADE, process: `${CLAIM}@vm/1/00000001`, at: `b.js:1) did it; "api (c.js:1:1` };
  assert.equal(
    storyOf(changed({ changedBy: [culprit(hostile, HELD)] })),
    `At 02:46:55 "${CLAIM}" ("b.js:1) did it; \\"api (c.js:1") turned …-Ann-Carver into …-ann-carver.`,
  );
});

test('whatever the values are, what is not a name stands in quotes, and nothing is invisible', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.constant(CLAIM),
    fc.constant('\u001b[2J\u202e"\\'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...CLASSES), text, text, text, text, (name, process, at, runId, message) => {
      const seen = { ...MADE, process, at, runId, source: at };
      for (const more of [{ changedBy: [culprit(seen, seen)] }, { arrivedAt: seen, lastRight: seen }, {}]) {
        const told = { ...finding(name, more), process, at, runId, message, code: message, source: at };
        const story = storyOf({ ...told, service: process, consequences: [seen] });
        assert.match(story, /^[^\p{C}\p{Zl}\p{Zp}]+$/u);
        // Outside quotes only plain names, and the words of the sentences.
        const bare = story.replace(/"(?:[^"\\]|\\.)*"/g, '');
        assert.ok(!bare.includes('"') && !bare.includes(CLAIM), story);
      }
    }),
  );
});

test('of a long value 80 characters are told, and of what an error says 200', () => {
  const lengths = (more, name = 'not-an-id') =>
    [...storyOf(other(name, more)).matchAll(/x{9,}|y{9,}/g)].map(([text]) => text.length);
  assert.deepEqual(lengths({ runId: 'x'.repeat(81), message: 'y'.repeat(201) }), [80, 200]);
  assert.deepEqual(lengths({ runId: 'x'.repeat(80), message: 'y'.repeat(200) }), [80, 200]);
  assert.deepEqual(lengths({ runId: 'x'.repeat(81) }, 'never-generated'), [80]);
});

test('a process without a service is named by where it ran', () => {
  for (const [process, service] of [
    ['@acme/api@web-1/7/0a1b2c3d', '@acme/api'],
    ['web-1/7', 'web-1/7'],
    ['@web-1/7/0a1b2c3d', 'web-1/7/0a1b2c3d'],
    ['-@web-1/7/0a1b2c3d', 'web-1/7/0a1b2c3d'],
  ]) {
    assert.equal(serviceOf(process), service, process);
  }
});
