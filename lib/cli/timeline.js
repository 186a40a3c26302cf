'use strict';

// A run as both the terminal and the page show it: a lane for each process, and a row for each event.

const { spellDuration, spellOffset } = require('./duration.js');

/** A longer silence is folded. */
const GAP_MS = 10_000;

/** The maximum of steps shown next to a process. */
const MAX_STEPS = 12;

/** Events that should be visible at a glance; all others are ordinary steps. */
const KINDS = {
  generate: 'origin',
  created: 'origin',
  completed: 'end',
  missing: 'trouble',
  exists: 'trouble',
  reject: 'trouble',
  clash: 'doubt',
  conflict: 'doubt',
};

const STEP = 'step';

/** @type {number[]} */
const NONE = [];

/**
 * @param flow a run: its processes, its events in order, the hand-overs, and the findings
 * @returns `{ lanes, rows }`; lanes and findings are referred to by number
 */
function timeLineOf(flow) {
  const rows = [...rowsOf(flow)];
  return { lanes: lanesOf(flow.processes, rows), rows };
}

/** A row for each event; `events` may be any iterable, because there may be more events than fit in memory. */
function* rowsOf({ runId, baseRunId, startedAt, processes, events, handOvers, marks, findings }) {
  const lanes = new Map(processes.map((name, at) => [name, at]));
  const wrong = new Set(findings.map((finding) => finding.runId));
  const arrows = new Map(handOvers.map((handOver) => [handOver.event, handOver]));
  const marked = new Map();
  for (const { event, finding, isChange } of marks) {
    const mark = marked.get(event) ?? { findings: [], isChange: false };
    mark.findings.push(finding);
    mark.isChange ||= isChange;
    marked.set(event, mark);
  }
  let start = startedAt === null ? null : Date.parse(startedAt);
  let isFirst = true;
  let before = null;
  let number = -1;
  for (const event of events) {
    number += 1;
    const time = event.time === null ? null : Date.parse(event.time);
    if (time !== null && isFirst) {
      // The second of the run ID, or the first event if IDs were ahead of the clock or there is no ID.
      start = Math.min(start ?? time, time);
      isFirst = false;
    }
    const arrow = arrows.get(number);
    const mark = marked.get(number);
    const offset = time === null || start === null ? null : time - start;
    // Each property is written out: an object that is spread and extended takes several times the memory.
    yield {
      number,
      time: event.time,
      runId: event.runId,
      at: event.at,
      file: event.file,
      line: event.line,
      text: event.text,
      confidence: event.confidence,
      offset,
      /** The length of the silence before it, if it is long. */
      gap:
        offset !== null && before !== null && offset - before >= GAP_MS
          ? spellDuration(offset - before)
          : null,
      lane: lanes.get(event.process),
      /** The lane that handed the ID over, or had it last. */
      from: arrow === undefined ? null : lanes.get(arrow.from),
      /** Whether the logs say who handed it over. */
      isProved: arrow?.proved ?? false,
      /** Whether this process is named as the one that changed the ID here. */
      isChange: mark?.isChange ?? false,
      kind: KINDS[event.action ?? event.event] ?? STEP,
      words: wordsOf(event),
      place: event.at ?? `${event.file}:${event.line}`,
      // An ID other than the run's own: of the same job, or the subject of a finding.
      isOther: event.runId !== null && event.runId !== runId,
      isBase: event.runId === baseRunId,
      isWrong: wrong.has(event.runId),
      findings: mark?.findings ?? NONE,
      /** How many equal events it stands for, and the time of the last one. */
      times: 1,
      lastOffset: offset,
    };
    before = offset ?? before;
  }
}

/** Merges consecutive equal rows. */
function* folded(rows) {
  let last = null;
  for (const row of rows) {
    if (last !== null && isRepetition(last, row)) {
      last.times += 1;
      last.lastOffset = row.lastOffset ?? last.lastOffset;
      continue;
    }
    if (last !== null) yield last;
    last = row;
  }
  if (last !== null) yield last;
}

function isRepetition(last, row) {
  return (
    row.lane === last.lane &&
    row.words === last.words &&
    row.runId === last.runId &&
    row.at === last.at &&
    row.file === last.file &&
    row.confidence === last.confidence &&
    row.gap === null &&
    row.from === null &&
    row.findings.length === 0 &&
    last.findings.length === 0
  );
}

/** The lanes of processes with their steps. */
function lanesOf(processes, rows) {
  const lanes = processes.map((name, at) => new Lane(name, at));
  for (const row of rows) lanes[row.lane].take(row);
  return lanes.map((lane) => lane.told());
}

/** The steps of one process, without its rows. */
class Lane {
  #name;
  #at;
  #first = Infinity;
  #last = -Infinity;
  #begin = Infinity;
  #end = -Infinity;
  #steps = [];
  #left = 0;
  #words = null;

  constructor(name, at) {
    this.#name = name;
    this.#at = at;
  }

  take({ number, offset, lastOffset, words, times }) {
    this.#first = Math.min(this.#first, number);
    this.#last = Math.max(this.#last, number);
    this.#begin = Math.min(this.#begin, offset ?? Infinity);
    this.#end = Math.max(this.#end, lastOffset ?? -Infinity);
    const isAgain = this.#words === words;
    this.#words = words;
    if (!isAgain && this.#steps.length < MAX_STEPS) this.#steps.push({ words, times });
    else if (!isAgain) this.#left += 1;
    else if (this.#left === 0) this.#steps.at(-1).times += times;
  }

  told() {
    const life = this.#steps.map(({ words, times }) => repeated(words, times));
    if (this.#left > 0) life.push(`... ${this.#left} more`);
    const ends = this.#begin > this.#end ? [] : [...new Set([this.#begin, this.#end])];
    return {
      at: this.#at,
      label: labelOf(this.#at),
      name: this.#name,
      span: ends.map(spellOffset).join(' to '),
      life,
      first: this.#first,
      last: this.#last,
    };
  }
}

/** What happened, and how often in a row. */
function repeated(words, times) {
  return times === 1 ? words : `${words} x${times}`;
}

/** A, B, … Z, AA, … */
function labelOf(at) {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : labelOf(Math.floor(at / 26) - 1) + letter;
}

/** What happened, in the words of events. */
function wordsOf({ event, action, table, source, carrier, code }) {
  if (action !== null) return table === null ? action : `${action} ${table}`;
  const detail = source ?? carrier ?? code;
  return detail === null ? event : `${event} (${detail.replace(/^ERR_(RUN_ID_)?/, '')})`;
}

module.exports = { folded, lanesOf, repeated, rowsOf, timeLineOf };
