'use strict';

// What the demo prints: chapters, expectations and tables.

const { isDeepStrictEqual, styleText } = require('node:util');

/** Of a note, in characters. */
const WIDTH = 100;

const colourful = process.stdout.isTTY && !process.env.NO_COLOR;
const style = (format, text) => (colourful ? styleText(format, text) : text);

class Report {
  #chapters = 0;
  #held = 0;
  #failed = 0;

  /** Begins a chapter: what it shows, and why that matters. */
  chapter(title, why) {
    this.#chapters += 1;
    console.log(`\n${style('bold', printable(`${this.#chapters}. ${title}`))}\n   ${why}`);
  }

  /** Notes whether what came is what was expected. */
  expect(claim, actual, expected) {
    const holds = isDeepStrictEqual(actual, expected);
    if (holds) this.#held += 1;
    else this.#failed += 1;
    console.log(`   ${holds ? style('green', 'ok  ') : style('red', 'FAIL')} ${printable(claim)}`);
    if (holds) return;
    console.log(`        expected ${printable(JSON.stringify(expected))}`);
    console.log(`        got      ${printable(JSON.stringify(actual))}`);
  }

  note(text) {
    for (const line of wrapped(printable(text))) console.log(`        ${style('dim', line)}`);
  }

  /** The first row is the head. */
  table(rows) {
    const cells = rows.map((row) => row.map((cell) => printable(String(cell ?? '-'))));
    const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
    for (const [at, row] of cells.entries()) {
      const line = row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
      console.log(`   ${at === 0 ? style('dim', line.trimEnd()) : line.trimEnd()}`);
    }
  }

  /** Says how it went; true when every expectation held. */
  close() {
    const total = this.#held + this.#failed;
    const good = this.#failed === 0;
    const words = good
      ? `All ${total} expectations held.`
      : `${this.#failed} of ${total} expectations did not hold.`;
    console.log(`\n${style(good ? 'green' : 'red', words)}`);
    return good;
  }
}

/** Without what a terminal would obey: it may have come over the network. */
function printable(text = 'undefined') {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function wrapped(text) {
  const lines = text.match(new RegExp(`.{1,${WIDTH}}(?: |$)|.{${WIDTH}}`, 'g')) ?? [];
  return lines.map((line) => line.trimEnd());
}

module.exports = { Report, printable };
