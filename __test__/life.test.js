'use strict';

// The answer of `flow` is taken in pieces, and a page is given a part of a long one.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Life } = require('../lib/cli/life.js');
const { excerptOf } = require('../lib/cli/excerpt.js');
const { folded, lanesOf } = require('../lib/cli/timeline.js');

/** A stand-in for the addon's Flow, which notes the greatest piece that was asked for. */
class Flow {
  most = 0;
  #count;
  #text;
  #marked;
  #findings;

  constructor(count, text, marked, findings = 1) {
    this.#count = count;
    this.#text = text;
    this.#marked = marked;
    this.#findings = findings;
  }

  summary() {
    const counts = {
      eventCount: this.#count,
      handOverCount: this.#count,
      findingCount: this.#findings,
      markCount: this.#findings,
    };
    return JSON.stringify({ runId: 'x', processes: ['a'], skipped: 0, ...counts });
  }

  problems() {
    return '[]';
  }

  events(from, count, hasLines) {
    return this.#piece(from, count, (at) => ({ at, text: hasLines ? `${at} ${this.#text}` : null }));
  }

  handOvers(from, count) {
    return this.#piece(from, count, (event) => ({ from: 'a', to: 'b', event, proved: true }));
  }

  findings(from, count) {
    return this.#piece(from, count, () => ({ class: 'suffix-cut' }), this.#findings);
  }

  marks(from, count) {
    const mark = { event: this.#marked, isChange: true };
    return this.#piece(from, count, (finding) => ({ finding, ...mark }), this.#findings);
  }

  #piece(from, count, make, all = this.#count) {
    this.most = Math.max(this.most, count);
    const length = Math.max(0, Math.min(count, all - from));
    return JSON.stringify(Array.from({ length }, (_, at) => make(from + at)));
  }
}

test('JSON is written from pieces of at most a thousand', () => {
  const flow = new Flow(2_500, '\u{1f600}', 7);
  const lines = [...new Life(flow).json()];
  assert.ok(lines.every((line) => /^[\x20-\x7e]*$/.test(line)));
  const { events, handOvers, findings, marks } = JSON.parse(lines.join('\n'));
  assert.deepEqual([events.length, handOvers.length, findings.length, marks.length], [2_500, 2_500, 1, 1]);
  assert.deepEqual([events[2_499].at, events[2_499].text], [2_499, '2499 \u{1f600}']);
  assert.equal(flow.most, 1000);
});

test('a page is given all of a short run, and of a long one what is around its first finding', () => {
  for (const [count, marked, first, length] of [
    [20_000, 15_000, 0, 20_000],
    [20_001, 500, 0, 20_000],
    [50_000, 25_000, 24_000, 20_000],
    [50_000, 49_999, 48_999, 1_001],
  ]) {
    const { flow, texts, eventCount } = new Life(new Flow(count, '', marked)).drawn;
    assert.deepEqual([flow.events.length, flow.events[0].at, eventCount], [length, first, count]);
    assert.equal(flow.events[flow.marks[0].event].at, marked);
    assert.deepEqual([flow.handOvers.length, flow.handOvers[0].event], [length, 0]);
    assert.equal(texts[flow.events.at(-1).text], `${first + length - 1} `);
  }
});

test('a page is given the first 5,000 findings, of however many', () => {
  for (const [count, length] of [
    [5_000, 5_000],
    [130_000, 5_000],
  ]) {
    const { flow, findingCount } = new Life(new Flow(30_000, '', 25_000, count)).drawn;
    assert.deepEqual([flow.findings.length, flow.marks.length, findingCount], [length, length, count]);
    assert.equal(flow.events[0].at, 24_000);
  }
});

test('a page is given at most eight million characters of lines', () => {
  const { texts } = new Life(new Flow(5_000, 'x'.repeat(4_000), 0)).drawn;
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  assert.ok(length <= 8 << 20 && length > (8 << 20) - 5_000, `${length}`);
});

const row = (words, more) => ({
  lane: 0,
  words,
  runId: 'x',
  at: 'a.js:1:1',
  file: 'a.log',
  confidence: 'certain',
  gap: null,
  from: null,
  findings: [],
  times: 1,
  offset: 0,
  lastOffset: 0,
  ...more,
});

test('only equal events that follow one another are one row', () => {
  const differing = [
    { lane: 1 },
    { words: 'found' },
    { runId: 'y' },
    { at: 'b.js:1:1' },
    { file: 'b.log' },
    { confidence: 'likely' },
    { gap: '10 s' },
    { from: 1 },
    { findings: [0] },
  ];
  for (const more of differing) {
    const times = [...folded([row('pass'), row('pass'), row('pass', more), row('pass')])].map(
      (one) => one.times,
    );
    const isNext = 'gap' in more || 'from' in more;
    assert.deepEqual(times, isNext ? [2, 2] : [2, 1, 1], JSON.stringify(more));
  }
  const [one] = folded([
    row('pass', { offset: 1, lastOffset: 1 }),
    row('pass', { lastOffset: 5 }),
    row('pass', { lastOffset: null }),
  ]);
  assert.deepEqual([one.times, one.offset, one.lastOffset], [3, 1, 5]);
});

test('of what a process did the first twelve steps are told, and how many more there are', () => {
  const lifeOf = (count) => {
    const rows = Array.from({ length: count }, (_, at) => row(`step ${at}`, { number: at }));
    return lanesOf(['a'], rows.concat(rows.at(-1)))[0].life;
  };
  const steps = Array.from({ length: 11 }, (_, at) => `step ${at}`);
  assert.deepEqual(lifeOf(12), [...steps, 'step 11 x2']);
  assert.deepEqual(lifeOf(15), [...steps, 'step 11', '... 3 more']);
});

test('an excerpt has both ends and what is around findings, and tells how much it leaves out', () => {
  const rows = (count, marked) =>
    Array.from({ length: count }, (_, at) => ({ at, times: 2, findings: marked.includes(at) ? [0] : [] }));
  const shown = (...args) => excerptOf(rows(...args)).map((part) => part.at ?? `-${part.leftOut}`);
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, at) => from + at);
  assert.deepEqual(shown(60, []), range(0, 59));
  assert.deepEqual(shown(61, []), [...range(0, 7), `-${2 * 45}`, ...range(53, 60)]);
  assert.deepEqual(shown(100, [50]), [
    ...range(0, 7),
    `-${2 * 34}`,
    ...range(42, 58),
    `-${2 * 33}`,
    ...range(92, 99),
  ]);
  // Findings beside one another are one part, and nothing is left out between parts that meet.
  assert.deepEqual(shown(100, [12, 20]), [...range(0, 28), `-${2 * 63}`, ...range(92, 99)]);
  const many = shown(
    1_000,
    Array.from({ length: 15 }, (_, at) => 50 * (at + 1)),
  );
  assert.ok(many.includes(500) && !many.includes(550));
});
