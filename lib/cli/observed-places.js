'use strict';

// The counts of unified-run-id/observe, for the terminal and the page: where something would be refused, and which places
// are ready to be switched.

const { count } = require('../count.js');
const { loggedValue } = require('./logged-value.js');
const { cut, styled, table, wrap } = require('./terminal.js');
const { widthOf } = require('./visible.js');

/** Places that the terminal shows; the page has all. */
const MAX_SHOWN = 40;

const INDENT = 2;

/** The width of the columns of state and count, with the spaces between all columns. */
const OTHER_COLUMNS = 26;

/** What to do at a place, by its state. */
const TO_DO = {
  refused: 'first fix what is passed there',
  generates: 'right where the application generates the ID itself, wrong where it should have found one',
  unplaced: 'give it its own place: { place }',
  ready: 'ready to be switched to the function that throws',
};

const COLOURS = { refused: 'yellow', generates: 'cyan', unplaced: 'dim', ready: 'green' };

/** The places of a verdict with their texts, those with the most to do first. */
function placesOf({ observed }) {
  return observed.map(({ state, seen, service, place, others, refused, wouldGenerate, confidence }) => ({
    state,
    seen,
    service: loggedValue(service),
    place: place === null ? (others ? 'all other places' : 'not known') : loggedValue(place),
    what: [
      ...refused.map(({ outcome, code, count: times }) => `${times} ${nameOf(outcome, code)}`),
      ...(wouldGenerate > 0 ? [`${wouldGenerate} would start a new run`] : []),
      ...(confidence === 'certain' ? [] : ['only quoted in the logs']),
    ].join(', '),
    example: exampleOf(refused),
  }));
}

function nameOf(outcome, code) {
  if (outcome === 'differs') return 'would find another run ID';
  return code === null ? 'would throw another error' : loggedValue(code);
}

/** The value that would be refused most often; null if none was kept. */
function exampleOf(refused) {
  const { received } = refused.find((one) => one.received !== null) ?? { received: null };
  return received === null ? null : loggedValue(received);
}

/** In a sentence: how many places there are, and how many are ready. */
function totalText({ observed, observedCount }) {
  const ready = observed.filter(({ state }) => state === 'ready').length;
  return `Observed: ${count(observedCount, 'place')}, ${ready} ready to be switched.`;
}

/** A table of the places; empty if nothing was observed. */
function* observedText(summary, width) {
  const { observedCount } = summary;
  if (observedCount === 0) return;
  yield [styled('bold', totalText(summary))];
  const shown = placesOf(summary).slice(0, MAX_SHOWN);
  const rows = shown.map((place) => ({
    ...place,
    service: cut(place.service, Math.floor(width / 5)),
    place: cut(place.place, Math.floor(width / 3)),
  }));
  const longest = (name) => Math.max(name.length, ...rows.map((row) => widthOf(row[name])));
  const room = Math.max(width - OTHER_COLUMNS - longest('service') - longest('place'), 20);
  yield* table(
    () => [
      ['state', 'seen', 'service', 'place', 'what would happen'].map((title) => styled('dim', title)),
      ...rows.map(({ state, seen, service, place, what, example }) => [
        styled(COLOURS[state], state),
        String(seen),
        service,
        place,
        cut(example === null ? what : `${what}, such as ${example}`, room),
      ]),
    ],
    { indent: INDENT, right: [1] },
  );
  const more = observedCount - shown.length;
  if (more > 0) yield `  and ${count(more, 'more place')}: --json and --html have each`;
  for (const [state, toDo] of Object.entries(TO_DO)) {
    if (shown.some((place) => place.state === state)) yield* wrap(`${state}: ${toDo}.`, width);
  }
  yield '';
}

module.exports = { TO_DO, observedText, placesOf, totalText };
