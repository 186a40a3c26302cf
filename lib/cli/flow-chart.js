'use strict';

// The time line of a run: first a row per process with its life, then a row per event.

const { spellDuration, spellOffset } = require('./duration.js');
const { findingText } = require('./findings.js');
const { styled, wrap } = require('./terminal.js');
const { widthOf } = require('./visible.js');

/** A longer silence gets a row of its own. */
const GAP_MS = 10_000;

/** Steps of a life that are told in the row of its process. */
const MAX_STEPS = 12;

/** Events that say that something is wrong. */
const TROUBLE = new Set(['missing', 'exists', 'clash', 'reject', 'conflict']);

const ARROW = ' -> ';
const MARGIN = 2;

class FlowChart {
  #width;
  #processes;
  #rows;

  constructor(flow, width) {
    this.#width = width;
    const start = Date.parse(flow.startedAt);
    this.#processes = new Map(
      flow.processes.map((name, at) => [name, { name, at, label: labelOf(at), rows: [] }]),
    );
    const marks = marksOf(flow);
    const sources = new Map(flow.handOvers.map(({ from, event }) => [event, from]));
    this.#rows = flow.events.map((event, at) => ({
      event,
      at,
      offset: event.time === null ? null : Date.parse(event.time) - start,
      words: wordsOf(event),
      process: this.#processes.get(event.process),
      from: this.#processes.get(sources.get(at)) ?? null,
      marks: marks[at],
    }));
    for (const row of this.#rows) row.process.rows.push(row);
  }

  *lines() {
    yield* this.#lives();
    yield '';
    yield* this.#timeLine();
  }

  /** A row per process: when it held the run, and what it did. */
  *#lives() {
    for (const { label, name, rows } of this.#processes.values()) {
      yield [styled('bold', label), `  ${name}`, styled('dim', spanText(rows))];
      yield* wrap(lifeOf(rows), this.#width - 6).map((line) => `      ${line}`);
    }
  }

  *#timeLine() {
    const times = this.#rows.map(({ offset }) => (offset === null ? '?' : spellOffset(offset)));
    const margin =
      greatest(
        times.map((time) => time.length),
        'time'.length,
      ) + MARGIN;
    const layout = this.#columns(margin) ?? this.#labels(margin);
    const time = (text) => styled('dim', text.padStart(margin - MARGIN));
    yield [time('time'), '  ', ...layout.head];
    let before = null;
    for (const row of this.#rows) {
      const gap = before === null || row.offset === null ? 0 : row.offset - before;
      if (gap >= GAP_MS) yield [' '.repeat(margin), styled('dim', `... ${spellDuration(gap)} later`)];
      before = row.offset ?? before;
      yield [time(times[row.at]), '  ', ...layout.cells(row), styled('dim', placeOf(row.event))];
      for (const mark of row.marks) yield [' '.repeat(margin), styled('red', `! ${mark}`)];
    }
  }

  /** A column per process, with life lines and arrows; null when they do not fit. */
  #columns(margin) {
    const processes = [...this.#processes.values()];
    const widths = processes.map(
      ({ rows }) =>
        greatest(
          rows.map(({ words }) => widthOf(words)),
          1,
        ) + MARGIN,
    );
    const place = greatest(this.#rows.map(({ event }) => widthOf(placeOf(event))));
    if (margin + widths.reduce((sum, width) => sum + width, 0) + place > this.#width) return null;

    const head = processes.map(({ label }, at) =>
      styled('bold', at === processes.length - 1 ? label : label.padEnd(widths[at])),
    );
    const cells = (row) => {
      const [left, right] = spanOf(row);
      return processes.flatMap((process, at) => {
        const width = widths[at];
        if (process === row.process) return this.#ownCell(row, width);
        if (at === row.from?.at || (at > left && at < right)) {
          return arrowCell(at === left ? '+' : '-', at === row.process.at - 1, at === right, width);
        }
        return (isAlive(process, row.at) ? '|' : '').padEnd(width);
      });
    };
    return { head, cells };
  }

  #ownCell({ words, event, from, process }, width) {
    const shaft = width - widthOf(words) - 1;
    // An arrow from the left ends at the words, one from the right begins behind them.
    const tail = from !== null && from.at > process.at ? ` ${'<'.padEnd(shaft, '-')}` : ' '.repeat(shaft + 1);
    return [styled(colourOf(event), words), tail];
  }

  /** The label of the process in each row. */
  #labels() {
    const texts = this.#rows.map(
      ({ from, process }) => `${from === null ? '' : from.label + ARROW}${process.label}`,
    );
    const labels = greatest(texts.map((text) => text.length)) + MARGIN;
    const words = greatest(this.#rows.map((row) => widthOf(row.words))) + MARGIN;
    return {
      head: [],
      cells: (row) => [
        styled('bold', texts[row.at].padEnd(labels)),
        styled(colourOf(row.event), row.words),
        ' '.repeat(words - widthOf(row.words)),
      ],
    };
  }
}

/** A part of an arrow: its beginning or its middle, up to the words where it ends there. */
function arrowCell(beginning, isBeforeWords, isLast, width) {
  if (isLast) return '+'.padEnd(width);
  return isBeforeWords ? `${beginning.padEnd(width - 2, '-')}> ` : beginning.padEnd(width, '-');
}

/** The columns between which an arrow goes. */
function spanOf({ from, process }) {
  if (from === null) return [0, 0];
  return from.at < process.at ? [from.at, process.at] : [process.at, from.at];
}

/** Whether a process holds the run before and after a row. */
function isAlive({ rows }, at) {
  return rows.length > 0 && rows[0].at < at && rows.at(-1).at > at;
}

/** A, B, … Z, AA, … */
function labelOf(at) {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : labelOf(Math.floor(at / 26) - 1) + letter;
}

/** What happened, in the words of events. */
function wordsOf({ event, action, table, source, code }) {
  if (action !== null) return table === null ? action : `${action} ${table}`;
  const detail = source ?? code;
  return detail === null ? event : `${event} (${detail.replace(/^ERR_(RUN_ID_)?/, '')})`;
}

function colourOf({ event, action }) {
  if (TROUBLE.has(action ?? event)) return 'red';
  return event === 'generate' || action === 'created' ? 'cyan' : null;
}

function placeOf({ at, file, line, confidence }) {
  return `${at ?? `${file}:${line}`}${confidence === 'certain' ? '' : ' (likely)'}`;
}

/** From its first to its last event, where their times are known. */
function spanText(rows) {
  const times = rows.map(({ offset }) => offset).filter((offset) => offset !== null);
  if (times.length === 0) return '';
  const ends = new Set([-greatest(times.map((time) => -time)), greatest(times)]);
  return `  ${[...ends].map(spellOffset).join(' to ')}`;
}

/** The steps of a process, repeated ones counted. */
function lifeOf(rows) {
  const steps = [];
  for (const { words } of rows) {
    if (steps.at(-1)?.words === words) steps.at(-1).times += 1;
    else steps.push({ words, times: 1 });
  }
  const told = steps
    .slice(0, MAX_STEPS)
    .map(({ words, times }) => (times === 1 ? words : `${words} x${times}`));
  if (steps.length > MAX_STEPS) told.push(`... ${steps.length - MAX_STEPS} more`);
  return told.join(ARROW);
}

/** What stands beside each event: the findings that it shows, and another ID than that of the run. */
function marksOf({ runId, events, findings }) {
  const marks = events.map(() => []);
  for (const finding of findings) {
    const at = eventOf(finding, events);
    if (at !== -1) marks[at].push(findingText(finding));
  }
  for (const [at, event] of events.entries()) {
    if (event.runId !== null && event.runId !== runId && marks[at].length === 0) {
      marks[at].push(`as ${event.runId}`);
    }
  }
  return marks;
}

/** The event that shows a finding best: of its own process, where something went wrong, the last. */
function eventOf({ process, evidence }, events) {
  const places = new Set(evidence.map(({ file, line }) => `${line}:${file}`));
  const worth = events.map((event) => {
    if (!places.has(`${event.line}:${event.file}`)) return 0;
    return 1 + 2 * Number(event.process === process) + Number(TROUBLE.has(event.action ?? event.event));
  });
  const best = greatest(worth);
  return best === 0 ? -1 : worth.lastIndexOf(best);
}

/** Without a limit on how many there are. */
function greatest(numbers, least = -Infinity) {
  return numbers.reduce((a, b) => Math.max(a, b), least);
}

module.exports = { FlowChart };
