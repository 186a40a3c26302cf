'use strict';

// The addon's verdict as it is shown: with pseudonyms if requested, and with the findings that the baseline knows.
// It is fetched in pieces: all findings at once may not fit in memory.

const { Baseline } = require('./baseline.js');

/** Findings or groups that are fetched from the addon at a time. */
const BATCH = 500;

class VerdictView {
  #verdict;
  #redaction;
  #baseline;

  /**
   * @param verdict of the addon
   * @param {{ redaction?: import('./redaction.js').Redaction | null, baseline?: Baseline | null }} [how]
   */
  constructor(verdict, { redaction = null, baseline = null } = {}) {
    this.#verdict = verdict;
    this.#redaction = redaction;
    this.#baseline = baseline ?? new Baseline();
    this.summary = this.#shown(JSON.parse(verdict.summary()));
  }

  /** Each group, the worst first, with whether it is known. */
  *groups() {
    for (const groups of this.#groupBatches()) yield* groups;
  }

  /** The finding with that number. */
  finding(number) {
    const [finding] = JSON.parse(this.#verdict.findings(number, 1));
    return this.#shown(finding);
  }

  /** Some findings, beginning with that number. */
  *findings(from = 0, to = this.summary.findingCount) {
    for (let at = from; at < to; at += BATCH) {
      const piece = this.#verdict.findings(at, Math.min(BATCH, to - at));
      for (const finding of JSON.parse(piece)) yield this.#shown(finding);
    }
  }

  /** All groups as JSON arrays. */
  *groupPieces() {
    for (const groups of this.#groupBatches()) yield JSON.stringify(groups);
  }

  /** All findings as JSON arrays. */
  *findingPieces() {
    for (let at = 0; at < this.summary.findingCount; at += BATCH)
      yield this.#text(this.#verdict.findings(at, BATCH));
  }

  /** What else a page draws. */
  picture(rename) {
    return this.#shown(JSON.parse(this.#verdict.picture(), rename));
  }

  *#groupBatches() {
    for (let at = 0; at < this.summary.groupCount; at += BATCH) {
      const groups = JSON.parse(this.#verdict.groups(at, BATCH));
      yield groups.map((group) => ({ ...this.#shown(group), known: this.#baseline.has(group) }));
    }
  }

  /** JSON, parsed only if something in it has to be replaced. */
  #text(json) {
    return this.#redaction === null ? json : JSON.stringify(this.#shown(JSON.parse(json)));
  }

  #shown(value) {
    return this.#redaction === null ? value : this.#redaction.redact(value);
  }
}

module.exports = { VerdictView };
