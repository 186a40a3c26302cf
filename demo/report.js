'use strict';

// What the demo prints, and its verdict.

const { isDeepStrictEqual, styleText } = require('node:util');

/** Of a line, in characters. */
const WIDTH = 110;

const colourful = process.stdout.isTTY && !process.env.NO_COLOR;
const style = (format, text) => (colourful ? styleText(format, text) : text);

class Report {
  #steps = [];
  #failed = 0;

  chapter(title) {
    console.log(`\n${style('bold', printable(title))}`);
  }

  /**
   * One step, which also appears in the summary: what was done, by whom, and the result. It passes if the result is the
   * expected one.
   */
  step({ what, who, outcome, reason }, actual, expected) {
    const holds = isDeepStrictEqual(actual, expected);
    if (!holds) this.#failed += 1;
    this.#steps.push([holds ? 'ok' : 'FAIL', what, who, outcome, reason]);
    console.log(`${mark(holds)} ${printable(what)}: ${printable(outcome)}`);
    if (holds) return;
    console.log(`     expected ${printable(JSON.stringify(expected))}`);
    console.log(`     got      ${printable(JSON.stringify(actual))}`);
  }

  note(text) {
    for (const line of wrapped(printable(text))) console.log(`     ${style('dim', line)}`);
  }

  /** A line of a command's output. */
  line(text) {
    console.log(`     ${printable(text)}`.trimEnd());
  }

  /** The first row is the head. */
  table(rows, indent = 5) {
    const cells = rows.map((row) => row.map((cell) => printable(String(cell ?? '-'))));
    const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
    for (const [at, row] of cells.entries()) {
      const line = row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
      console.log(`${' '.repeat(indent)}${at === 0 ? style('dim', line.trimEnd()) : line.trimEnd()}`);
    }
  }

  /** The summary, and one last line; true if every step passed and no record was lost. */
  close({ made, found, lost }, output) {
    this.chapter('Summary');
    this.table([['', 'what was done', 'by', 'what came out', 'why'], ...this.#steps], 0);
    const isGood = this.#failed === 0 && lost === 0;
    const failed = this.#failed === 0 ? '' : ` ${this.#failed} of ${this.#steps.length} steps FAILED.`;
    const line = `${made} records made, ${found} found, ${lost} lost.${failed}`;
    console.log(`\n${style(isGood ? 'green' : 'red', line)}`);
    console.log(`Pages for a browser: ${output}/report.html, ${output}/run.html; the logs: ${output}/logs/`);
    return isGood;
  }
}

function mark(holds) {
  return holds ? style('green', 'ok  ') : style('red', 'FAIL');
}

/** Without control characters: it may have come over the network. */
function printable(text) {
  return String(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function wrapped(text) {
  const width = WIDTH - 5;
  const lines = text.match(new RegExp(`.{1,${width}}(?: |$)|.{${width}}`, 'g')) ?? [];
  return lines.map((line) => line.trimEnd());
}

module.exports = { Report, printable };
