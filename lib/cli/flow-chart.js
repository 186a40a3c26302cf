'use strict';

// The time line of a run: first a row per process with its life, then a row per event.

const { spellOffset } = require('./duration.js');
const { findingText } = require('./findings.js');
const { styled, wrap } = require('./terminal.js');
const { widthOf } = require('./visible.js');

const COLOURS = { origin: 'cyan', doubt: 'yellow', trouble: 'red' };

const ARROW = ' -> ';
const MARGIN = 2;

class FlowChart {
  #width;
  #lanes;
  #rows;

  /**
   * @param timeLine of time-line.js
   * @param findings that its rows name
   * @param {number} width of the terminal
   */
  constructor({ lanes, rows }, findings, width) {
    this.#width = width;
    this.#lanes = lanes.map((lane, at) => ({ ...lane, at, first: Infinity, last: -Infinity }));
    this.#rows = rows.map((row, at) => ({
      ...row,
      at,
      time: row.offset === null ? '?' : spellOffset(row.offset),
      shownPlace: placeOf(row),
      process: this.#lanes[row.lane],
      from: row.from === null || row.from === row.lane ? null : this.#lanes[row.from],
      marks: marksOf(row, findings),
    }));
    for (const { process, at } of this.#rows) {
      process.first = Math.min(process.first, at);
      process.last = Math.max(process.last, at);
    }
  }

  *lines() {
    yield* this.#lives();
    yield '';
    yield* this.#timeLine();
  }

  /** A row per process: when it held the run, and what it did. */
  *#lives() {
    for (const { label, name, span, life } of this.#lanes) {
      yield [styled('bold', label), `  ${name}`, styled('dim', span === '' ? '' : `  ${span}`)];
      yield* wrap(life.join(ARROW), this.#width - 6).map((line) => `      ${line}`);
    }
  }

  *#timeLine() {
    const margin =
      greatest(
        this.#rows.map(({ time }) => time.length),
        'time'.length,
      ) + MARGIN;
    const layout = this.#columns(margin) ?? this.#labels();
    const dim = (text) => styled('dim', text.padStart(margin - MARGIN));
    yield [dim('time'), '  ', ...layout.head];
    for (const row of this.#rows) {
      if (row.gap !== null) yield [' '.repeat(margin), styled('dim', `... ${row.gap} later`)];
      yield [dim(row.time), '  ', ...layout.cells(row), styled('dim', row.shownPlace)];
      for (const mark of row.marks) yield [' '.repeat(margin), styled('red', `! ${mark}`)];
    }
  }

  /** A column per process, with life lines and arrows; null when they do not fit. */
  #columns(margin) {
    const processes = this.#lanes;
    const widths = processes.map(() => 1 + MARGIN);
    for (const { lane, words } of this.#rows) widths[lane] = Math.max(widths[lane], widthOf(words) + MARGIN);
    const place = greatest(this.#rows.map(({ shownPlace }) => widthOf(shownPlace)));
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
          const arrow = arrowCell(at === left ? '+' : '-', at === row.process.at - 1, at === right, width);
          return row.isChange ? styled('red', arrow) : arrow;
        }
        return (isAlive(process, row.at) ? '|' : '').padEnd(width);
      });
    };
    return { head, cells };
  }

  #ownCell({ words, kind, from, isChange, process }, width) {
    const shaft = width - widthOf(words) - 1;
    // An arrow from the left ends at the words, one from the right begins behind them.
    const tail = from !== null && from.at > process.at ? ` ${'<'.padEnd(shaft, '-')}` : ' '.repeat(shaft + 1);
    return [styled(COLOURS[kind] ?? null, words), isChange ? styled('red', tail) : tail];
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
        styled(COLOURS[row.kind] ?? null, row.words),
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
function isAlive({ first, last }, at) {
  return first < at && last > at;
}

/** Where it was, and for which ID of the same job; a wrong one stands below the row. */
function placeOf({ place, confidence, isOther, isWrong, runId }) {
  const likely = confidence === 'certain' ? '' : ' (likely)';
  return `${place}${likely}${isOther && !isWrong ? `  as ${runId}` : ''}`;
}

/** What stands below a row: the findings that it shows, or the ID that one is about. */
function marksOf({ findings, isOther, isWrong, runId }, all) {
  if (findings.length > 0) return findings.map((number) => findingText(all[number]));
  return isOther && isWrong ? [`as ${runId}`] : [];
}

/** Without a limit on how many there are. */
function greatest(numbers, least = -Infinity) {
  return numbers.reduce((a, b) => Math.max(a, b), least);
}

module.exports = { FlowChart };
