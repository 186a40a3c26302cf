'use strict';

// The progress of reading, for a person who waits at a terminal.

const { onInterruption } = require('./interruption.js');

/** Work that takes less time than this shows nothing. */
const DELAY_MS = 300;

const REDRAW_MS = 100;

const BAR = 30;

/** The width if the terminal does not report its own. */
const WIDTH = 80;

const CLEAR = '\r\x1b[K';

class ProgressBar {
  #stream;
  #total;
  #readBytes;
  #began = process.hrtime.bigint();
  #timer;
  /** @type {(() => void) | null} */
  #listening = null;

  /**
   * @param stream where it is drawn
   * @param {number | null} total bytes, where known
   * @param {() => number} readBytes how many were read
   */
  constructor(stream, total, readBytes) {
    this.#stream = stream;
    this.#total = total;
    this.#readBytes = readBytes;
    this.#timer = setTimeout(() => this.#show(), DELAY_MS);
  }

  end() {
    clearInterval(this.#timer);
    if (this.#listening === null) return;
    this.#listening();
    this.#listening = null;
    this.#stream.write(CLEAR);
  }

  #show() {
    this.#listening = onInterruption(() => this.#stream.write(CLEAR));
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#draw();
  }

  #draw() {
    const seconds = Number(process.hrtime.bigint() - this.#began) / 1e9;
    const text = progressText(this.#readBytes(), this.#total, seconds);
    this.#stream.write(`${CLEAR}${text.slice(0, (this.#stream.columns || WIDTH) - 1)}`);
  }
}

function progressText(bytes, total, seconds) {
  const speed = `${bytesText(bytes / seconds)}/s`;
  if (total === null) return `${bytesText(bytes)}  ${speed}`;
  const share = total === 0 ? 1 : Math.min(1, bytes / total);
  const bar = '#'.repeat(Math.floor(share * BAR)).padEnd(BAR, '.');
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `[${bar}]${percent}  ${bytesText(bytes)} of ${bytesText(total)}  ${speed}`;
}

/** A size in a suitable unit. */
function bytesText(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** A bar if a person can see it; null otherwise. */
function progressBar(stream, total, readBytes) {
  const isSeen = stream.isTTY === true && process.env.TERM !== 'dumb';
  return isSeen ? new ProgressBar(stream, total, readBytes) : null;
}

module.exports = { bytesText, progressBar };
