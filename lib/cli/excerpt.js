'use strict';

// The part of a long timeline around its findings.

/** That many rows fit on a screen or two, and are all shown. */
const WHOLE = 60;

/** Rows kept at the beginning and at the end, and on either side of a finding. */
const CONTEXT = 8;

/** Findings that are shown. */
const MAX_MARKED = 10;

/**
 * Rows, in their order; `{ leftOut }` stands for that many events.
 *
 * @param {Iterable<{ findings: number[], times: number }>} rows
 */
function excerptOf(rows) {
  const whole = [];
  const kept = [];
  const excerpt = new Excerpt((part) => kept.push(part));
  for (const row of rows) {
    if (whole.length <= WHOLE) whole.push(row);
    excerpt.take(row);
  }
  excerpt.end();
  return whole.length <= WHOLE ? whole : kept;
}

class Excerpt {
  #keep;
  /** The last rows, not yet kept. */
  #waiting = [];
  #leftOut = 0;
  /** How many more rows are to be kept. */
  #due = CONTEXT;
  #marked = 0;

  constructor(keep) {
    this.#keep = keep;
  }

  take(row) {
    if (row.findings.length > 0 && this.#marked < MAX_MARKED) {
      this.#marked += 1;
      this.#due = CONTEXT + 1;
    }
    this.#waiting.push(row);
    if (this.#due > 0) {
      this.#due -= 1;
      this.end();
    } else if (this.#waiting.length > CONTEXT) {
      this.#leftOut += this.#waiting.shift().times;
    }
  }

  end() {
    if (this.#leftOut > 0) this.#keep({ leftOut: this.#leftOut });
    this.#leftOut = 0;
    for (const row of this.#waiting) this.#keep(row);
    this.#waiting = [];
  }
}

module.exports = { excerptOf };
