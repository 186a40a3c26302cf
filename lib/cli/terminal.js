'use strict';

// A stream for people. A line is a list of spans; each is made visible here, at the last moment, so that
// nothing can bypass it.

const { styleText } = require('node:util');
const { asciiJson } = require('../events/ascii-json.js');
const { visible, widthOf } = require('./visible.js');

/** The width if there is no terminal to ask. */
const WIDTH = 100;
const LEAST_WIDTH = 40;

/** Appended to a text that was cut. */
const ELLIPSIS = '...';

/** Characters that are written at once. */
const CHUNK = 1 << 16;

class Span {
  constructor(format, text) {
    this.format = format;
    this.text = text;
  }
}

/** A text in a colour or another format of `util.styleText`; null is none. */
function styled(format, text) {
  return new Span(format, text);
}

class Terminal {
  #stream;
  #colourful;
  /** @type {NodeJS.ErrnoException | null} */
  #failure = null;

  constructor(stream) {
    this.#stream = stream;
    this.#colourful = hasColours(stream);
    stream.on('error', (error) => {
      this.#failure ??= error;
    });
  }

  get width() {
    return Math.max(LEAST_WIDTH, this.#stream.columns || WIDTH);
  }

  /** Why writing failed; null if it did not, or only because the reader is gone. */
  get failure() {
    return this.#failure?.code === 'EPIPE' ? null : this.#failure;
  }

  /** Whether nothing more can be written. */
  get isClosed() {
    return this.#failure !== null;
  }

  /** Records that something else could not write to the stream. */
  fail(error) {
    this.#failure ??= error;
  }

  /** Writes lines; each is a text or a list of texts and spans. Stops early if the reader is gone. */
  async print(lines) {
    let chunk = '';
    for (const line of lines) {
      chunk += `${this.#render(line)}\n`;
      if (chunk.length < CHUNK) continue;
      await this.#write(chunk);
      if (this.#failure !== null) return;
      chunk = '';
    }
    await this.#write(chunk);
  }

  /** Writes a value for programs. */
  async printJson(value) {
    await this.print(asciiJson(value, 2).split('\n'));
  }

  #render(line) {
    if (typeof line === 'string') return visible(line);
    return line.map((part) => this.#renderPart(part)).join('');
  }

  #renderPart(part) {
    if (typeof part === 'string') return visible(part);
    const text = visible(part.text);
    // From Node.js 22 on, it would otherwise check the terminal of stdout, whatever this stream is.
    return this.#colourful && part.format !== null
      ? styleText(part.format, text, { validateStream: false })
      : text;
  }

  /** @returns {Promise<void> | undefined} */
  #write(text) {
    if (text === '' || this.#failure !== null) return undefined;
    return new Promise((resolve) => {
      this.#stream.write(text, (error) => {
        this.#failure ??= error ?? null;
        resolve();
      });
    });
  }
}

/** As in Node.js: FORCE_COLOR takes precedence over NO_COLOR. */
function hasColours(stream) {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR || TERM === 'dumb') return false;
  return stream.isTTY === true;
}

/** The width of a text or a span. */
function widthOfSpan(part) {
  return widthOf(typeof part === 'string' ? part : part.text);
}

/** As much of a text as fits into a width once it is visible. */
function cut(text, width) {
  const shown = visible(text);
  if (widthOf(shown) <= width) return shown;
  let end = '';
  let used = ELLIPSIS.length;
  for (const character of shown) {
    used += widthOf(character);
    if (used > width) break;
    end += character;
  }
  return end + ELLIPSIS;
}

/** Lines of at most that width, broken between words; a longer word is not broken. */
function wrap(text, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}

/**
 * Lines of cells in aligned columns; columns in `right` are right-aligned.
 *
 * @param {() => Iterable<any[]>} rowsOf returns a new iterable each time: once for the widths, and once for the lines
 * @param {{ indent?: number, right?: number[] }} [layout]
 */
function* table(rowsOf, { indent = 0, right = [] } = {}) {
  const widths = [];
  for (const row of rowsOf()) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, widthOfSpan(cell));
    }
  }
  for (const row of rowsOf()) {
    const line = [' '.repeat(indent)];
    for (const [column, cell] of row.entries()) {
      const padding = ' '.repeat(widths[column] - widthOfSpan(cell));
      const isLast = column === row.length - 1;
      if (right.includes(column)) line.push(padding, cell);
      else line.push(cell, isLast ? '' : padding);
      if (!isLast) line.push('  ');
    }
    yield line;
  }
}

/** A label with a text next to it, which may take several lines. */
function* labelled(entries, { indent = 0, width }) {
  const margin = Math.max(...entries.map(([label]) => label.length)) + 2;
  for (const [label, text] of entries) {
    const lines = Array.isArray(text) ? text : wrap(text, width - indent - margin);
    for (const [at, line] of lines.entries()) {
      yield [' '.repeat(indent), styled('dim', (at === 0 ? label : '').padEnd(margin)), line];
    }
  }
}

module.exports = { ELLIPSIS, Terminal, cut, labelled, styled, table, widthOfSpan, wrap };
