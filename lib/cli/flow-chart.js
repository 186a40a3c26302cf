'use strict';

// The timeline of a run: first what each process did, then a row per event.

const { count } = require('../count.js');
const { spellOffset } = require('./duration.js');
const { findingText } = require('./findings.js');
const { styled, wrap } = require('./terminal.js');
const { repeated } = require('./timeline.js');
const { widthOf } = require('./visible.js');

const COLOURS = { origin: 'cyan', doubt: 'yellow', trouble: 'yellow' };

/** Red marks only the process that changed the ID. */
const CHANGE = 'red';

const MARGIN = 2;

/** Between two processes. */
const HANDED = '->';
const SEEN_NEXT = '..';
const DOTS = '. .';

/** Between the steps of a process. */
const THEN = ' -> ';

class FlowChart {
  #width;
  #lanes;
  #rowsOf;
  #findings;
  /** Processes without a visible row. */
  #left;
  #seenNext = SEEN_NEXT;
  /** The signs that need an explanation. */
  #signs = { isProved: false, isSeenNext: false, isChange: false, isLikely: false };

  /**
   * @param lanes of timeline.js
   * @param {() => Iterable<any>} rowsOf returns a new iterable of the rows each time; there may be more than fit in memory
   * @param findings that the rows refer to
   * @param {number} width of the terminal
   * @param {Set<number> | null} shown the numbers of the lanes to draw; null for all
   */
  constructor(lanes, rowsOf, findings, width, shown = null) {
    this.#width = width;
    this.#findings = findings;
    this.#rowsOf = rowsOf;
    const drawn = shown === null ? lanes : lanes.filter(({ at }) => shown.has(at));
    this.#lanes = drawn.map((lane, column) => ({ ...lane, column }));
    this.#left = lanes.length - drawn.length;
  }

  *lines() {
    yield* this.#lives();
    yield '';
    yield* this.#timeLine();
    yield* this.#legend();
  }

  /** What each process did, and when. */
  *#lives() {
    for (const { label, name, span, life } of this.#lanes) {
      yield [styled('bold', label), `  ${name}`, styled('dim', span === '' ? '' : `  ${span}`)];
      yield* wrap(life.join(THEN), this.#width - 6).map((line) => `      ${line}`);
    }
    if (this.#left > 0)
      yield [styled('dim', `... and ${count(this.#left, 'more process', 'more processes')}`)];
  }

  *#timeLine() {
    const widths = this.#measured();
    const columns = this.#columns(widths);
    const layout = columns ?? this.#labels(widths);
    if (columns !== null) this.#seenNext = DOTS;
    const time = (text) => styled('dim', text.padStart(widths.time));
    const below = ' '.repeat(widths.time + MARGIN);
    yield [time('time'), '  ', ...layout.head];
    for (const row of this.#rows()) {
      if (row.leftOut !== undefined) {
        yield [below, styled('dim', `... ${count(row.leftOut, 'event')} left out: --all shows each`)];
        continue;
      }
      if (row.gap !== null) yield [below, styled('dim', `... ${row.gap} later`)];
      yield [time(row.shownTime), '  ', ...layout.cells(row), styled('dim', row.shownPlace)];
      for (const mark of row.marks) {
        const lines = wrap(`! ${mark}`, this.#width - below.length - MARGIN);
        const format = row.isChange ? CHANGE : 'yellow';
        yield* lines.map((line, at) => [below, at === 0 ? '' : '  ', styled(format, line)]);
      }
    }
  }

  /** The rows as they are written. */
  *#rows() {
    const laneOf = new Map(this.#lanes.map((lane) => [lane.at, lane]));
    for (const row of this.#rowsOf()) {
      if (row.leftOut !== undefined) {
        yield row;
        continue;
      }
      // Each property is written out: spreading took longer than everything else.
      yield {
        number: row.number,
        gap: row.gap,
        kind: row.kind,
        confidence: row.confidence,
        isProved: row.isProved,
        isChange: row.isChange,
        shownTime: row.offset === null ? '?' : spellOffset(row.offset),
        shownWords: repeated(row.words, row.times),
        shownPlace: placeOf(row),
        process: laneOf.get(row.lane),
        sender: row.from === null || row.from === row.lane ? null : laneOf.get(row.from),
        marks: marksOf(row, this.#findings),
      };
    }
  }

  /** The widths of the parts, and which signs occur. */
  #measured() {
    const widths = { time: 'time'.length, words: 0, place: 0, label: 0, lanes: this.#lanes.map(() => 1) };
    const widen = (name, text) => {
      widths[name] = Math.max(widths[name], widthOf(text));
    };
    for (const row of this.#rows()) {
      if (row.leftOut !== undefined) continue;
      widen('time', row.shownTime);
      widen('words', row.shownWords);
      widen('place', row.shownPlace);
      widen('label', labelsOf(row));
      const { column } = row.process;
      widths.lanes[column] = Math.max(widths.lanes[column], widthOf(row.shownWords));
      this.#signs.isProved ||= row.sender !== null && row.isProved;
      this.#signs.isSeenNext ||= row.sender !== null && !row.isProved;
      this.#signs.isChange ||= row.isChange;
      this.#signs.isLikely ||= row.confidence !== 'certain';
    }
    return widths;
  }

  /** A column per process, with life lines and arrows; null when they do not fit. */
  #columns(measured) {
    const processes = this.#lanes;
    const widths = measured.lanes.map((width) => width + MARGIN);
    const all = measured.time + MARGIN + widths.reduce((sum, width) => sum + width, 0) + measured.place;
    if (all > this.#width) return null;

    const head = processes.map(({ label }, at) =>
      styled('bold', at === processes.length - 1 ? label : label.padEnd(widths[at])),
    );
    const cells = (row) => {
      const [left, right] = spanOf(row);
      return processes.map((process, at) => {
        const width = widths[at];
        if (process === row.process) return this.#ownCell(row, width);
        const isCrossed = process === row.sender || (at > left && at < right);
        if (isCrossed) return arrowCell(row, at === left, at === row.process.column - 1, at === right, width);
        return (isAlive(process, row.number) ? '|' : '').padEnd(width);
      });
    };
    return { head, cells: (row) => cells(row).flat() };
  }

  #ownCell({ shownWords, kind, sender, isProved, isChange, process }, width) {
    const shaft = width - widthOf(shownWords) - 1;
    // An arrow from the left ends at the text, and one from the right begins after it.
    const isFromRight = sender !== null && sender.column > process.column;
    const arrow = isProved ? '<'.padEnd(shaft, '-') : dotted(shaft);
    const tail = ` ${isFromRight ? arrow : ' '.repeat(shaft)}`;
    return [styled(isChange ? CHANGE : (COLOURS[kind] ?? null), shownWords), tail];
  }

  /** The label of the process in each row. */
  #labels({ label, words }) {
    return {
      head: [],
      cells: (row) => [
        styled('bold', labelsOf(row).padEnd(label + MARGIN)),
        styled(row.isChange ? CHANGE : (COLOURS[row.kind] ?? null), row.shownWords),
        ' '.repeat(words + MARGIN - widthOf(row.shownWords)),
      ],
    };
  }

  /** What the logs prove, and what is only a sequence. */
  *#legend() {
    const { isProved, isSeenNext, isChange, isLikely } = this.#signs;
    const lines = [
      isProved && `${HANDED} handed over: the logs show who sent it and who received it`,
      isSeenNext && `${this.#seenNext} seen next: only the order of the events connects the two`,
      isChange && '! changed here: the finding names this process',
      isLikely && '(likely): read from a text, not from an event',
    ].filter((line) => line !== false);
    if (lines.length > 0) yield '';
    for (const line of lines)
      yield* wrap(line, this.#width)
        .map((part) => styled('dim', part))
        .map((part) => [part]);
  }
}

/** Who received it, and from whom. */
function labelsOf({ sender, isProved, process }) {
  return sender === null
    ? process.label
    : `${sender.label} ${isProved ? HANDED : SEEN_NEXT} ${process.label}`;
}

/** A part of an arrow: its beginning or its middle, or its end before the text. */
function arrowCell({ isProved }, isFirst, isBeforeWords, isLast, width) {
  if (!isProved) return `${dotted(isLast ? 1 : width - 1)} `.padEnd(width);
  if (isLast) return '+'.padEnd(width);
  const beginning = isFirst ? '+' : '-';
  return isBeforeWords ? `${beginning.padEnd(width - 2, '-')}> ` : beginning.padEnd(width, '-');
}

/** A line without an arrowhead. */
function dotted(width) {
  return '. '.repeat(Math.ceil(width / 2)).slice(0, width);
}

/** The columns that an arrow connects. */
function spanOf({ sender, process }) {
  if (sender === null) return [0, 0];
  return sender.column < process.column ? [sender.column, process.column] : [process.column, sender.column];
}

/** Whether a process has the run both before and after an event. */
function isAlive({ first, last }, number) {
  return first < number && last > number;
}

/** The call site, and the ID if it is another one of the same job; a wrong one is shown below the row. */
function placeOf({ place, confidence, isOther, isWrong, isBase, runId }) {
  const likely = confidence === 'certain' ? '' : ' (likely)';
  const id = isBase ? '(the job)' : `as ${runId}`;
  return `${place}${likely}${isOther && !isWrong ? `  ${id}` : ''}`;
}

/** The text below a row: its findings, or the ID that a finding is about. */
function marksOf({ findings, isChange, isOther, isWrong, runId }, all) {
  if (findings.length === 0) return isOther && isWrong ? [`as ${runId}`] : [];
  return findings.map((number) => `${isChange ? 'changed here: ' : ''}${findingText(all[number])}`);
}

module.exports = { FlowChart };
