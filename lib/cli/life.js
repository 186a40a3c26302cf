'use strict';

// The result of `flow`, which the addon returns in pieces: as one text, it may exceed the maximum length of a string.

const { asAscii, asciiJson } = require('../events/ascii-json.js');

/** The lines fetched at a time: a thousand lines of 4 KB are a string of 4 MB. */
const PIECE = 1000;

/** The maximum of events that a page draws, limited by what a browser can show, and how many precede the first finding. */
const MAX_DRAWN = 20_000;
const DRAWN_BEFORE = 1_000;

/** The maximum of findings in a page: each takes a kilobyte of it. */
const MAX_FINDINGS = 5_000;

/** Characters of log lines in a page. */
const MAX_DRAWN_TEXT = 8 << 20;

class Life {
  #flow;

  /** @param flow the `Flow` of the addon */
  constructor(flow) {
    this.#flow = flow;
    this.summary = JSON.parse(flow.summary());
    this.problems = JSON.parse(flow.problems());
    const { handOverCount, findingCount, markCount } = this.summary;
    this.handOvers = [...this.#all(handOverCount, (from) => flow.handOvers(from, PIECE))];
    this.findings = [...this.#all(findingCount, (from) => flow.findings(from, PIECE))];
    this.marks = [...this.#all(markCount, (from) => flow.marks(from, PIECE))];
  }

  get isEmpty() {
    return this.summary.eventCount === 0;
  }

  /** For `rowsOf`: events are read each time they are requested, without their lines. */
  get timeLine() {
    const { runId, baseRunId, startedAt, processes } = this.summary;
    const { handOvers, findings, marks } = this;
    const events = { [Symbol.iterator]: () => this.#events(0, false) };
    return { runId, baseRunId, startedAt, processes, events, handOvers, findings, marks };
  }

  /** Lines of JSON, one for each event, hand-over, finding and mark. */
  *json() {
    const { runId, baseRunId, clientId, startedAt, processes, skipped } = this.summary;
    const head = { version: 1, runId, baseRunId, clientId, startedAt, processes, skipped };
    const { problems } = this;
    yield `${asciiJson({ ...head, problems }).slice(0, -1)},`;
    yield '"events": [';
    yield* this.#pieces();
    yield* ['],', ...listed('handOvers', this.handOvers, ',')];
    yield* listed('findings', this.findings, ',');
    yield* listed('marks', this.marks, '}');
  }

  /** The events that a page draws: all, or those around the first finding; and the first findings. */
  get drawn() {
    const { runId, baseRunId, clientId, startedAt, processes, skipped, eventCount, findingCount } =
      this.summary;
    const findings = this.findings.slice(0, MAX_FINDINGS);
    const ofListed = this.marks.filter(({ finding }) => finding < MAX_FINDINGS);
    const first = Math.min(eventCount, ...ofListed.map(({ event }) => event));
    const start = eventCount <= MAX_DRAWN ? 0 : Math.max(0, first - DRAWN_BEFORE);
    const events = [];
    const texts = [];
    let length = 0;
    for (const event of this.#events(start, true)) {
      length += event.text?.length ?? 0;
      if (events.length >= MAX_DRAWN || (length > MAX_DRAWN_TEXT && events.length > 0)) break;
      events.push({ ...event, text: texts.push(event.text ?? '') - 1 });
    }
    const isDrawn = ({ event }) => event >= start && event < start + events.length;
    const moved = (one) => ({ ...one, event: one.event - start });
    const [handOvers, marks] = [this.handOvers, ofListed].map((all) => all.filter(isDrawn).map(moved));
    const { problems } = this;
    const parts = { runId, baseRunId, clientId, startedAt, processes };
    const flow = { ...parts, events, handOvers, findings, marks };
    return { flow, texts, eventCount, findingCount, skipped, problems };
  }

  *#events(start, hasLines) {
    const { eventCount } = this.summary;
    for (let from = start; from < eventCount; from += PIECE) {
      yield* JSON.parse(this.#flow.events(from, PIECE, hasLines));
    }
  }

  /** The addon's JSON, unchanged. */
  *#pieces() {
    const { eventCount } = this.summary;
    for (let from = 0; from < eventCount; from += PIECE) {
      const piece = asAscii(this.#flow.events(from, PIECE, true).slice(1, -1));
      yield from + PIECE < eventCount ? `${piece},` : piece;
    }
  }

  *#all(count, take) {
    for (let from = 0; from < count; from += PIECE) yield* JSON.parse(take(from));
  }
}

/** A list as a member of a JSON object, one element per line. */
function* listed(name, elements, end) {
  yield `"${name}": [`;
  for (const [at, element] of elements.entries()) {
    yield asciiJson(element) + (at < elements.length - 1 ? ',' : '');
  }
  yield `]${end}`;
}

module.exports = { Life };
