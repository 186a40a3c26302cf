'use strict';

// A finding as text: what happened, the two IDs, the lines that show it, and what to do.

const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const { differenceOf } = require('./difference.js');
const { loggedValue } = require('./logged-value.js');
const { storyOf } = require('./story.js');
const { ELLIPSIS, cut, labelled, styled, wrap } = require('./terminal.js');
const { visible, widthOf } = require('./visible.js');

/** Quoted lines per finding. */
const MAX_QUOTED = 4;

const INDENT = 2;
const MARGIN = ' '.repeat(INDENT);

/** The prefix of a log line: at the beginning of a line, GitHub would treat `::error` as a command. */
const QUOTE = '| ';

/** The part of a client's run ID before the client. */
const BASE = /^[0-9]{6}-[0-9]{6}-/;

/** Characters of a quoted line that are shown after its run ID: the closing quote. What precedes the ID says more. */
const AFTER_ID = 1;

/** The action in an event, in whatever quotes. */
const EVENT = /(?<=["\\;])event(?=["\\&])/;

/** Classes with two run IDs, neither of which is known to be wrong. */
const DISAGREEING = new Set(['sources-disagree', 'baggage-disagrees']);

const NO_ID = '(no run ID)';

const COLOURS = { high: 'red', medium: 'yellow', low: 'cyan' };

/** ASCII, like everything else that this command itself prints. */
const STYLE = { ellipsis: ELLIPSIS };

/** A block of lines for each finding. */
function* findingBlocks(findings, width) {
  for (const finding of findings) {
    yield titleOf(finding);
    yield* storyLines(finding, width);
    yield* differenceLines(finding);
    yield* quotes(finding, width);
    const { remedy } = classTextOf(finding.class);
    if (remedy !== '') {
      yield '';
      yield* labelled([['to do', remedy]], { indent: INDENT, width });
    }
    yield '';
  }
}

/** Severity and title, with the class as a label. */
function titleOf({ class: name, severity }) {
  const title = styled(['bold', COLOURS[severity]], `${severity}: ${classTextOf(name).title}`);
  return [title, styled('dim', `  ${name}`)];
}

function storyLines(finding, width) {
  return indented(wrap(storyOf(finding, STYLE), width - INDENT));
}

/** The two IDs, one below the other. */
function* differenceLines({ runId, expected, change }) {
  const difference = differenceOf(runId, expected, change);
  if (difference === null) return;
  const spans = (parts, colour) =>
    parts.map(({ text, isChanged }) => (isChanged ? styled(['bold', colour], text) : text));
  yield '';
  yield [MARGIN, styled('dim', 'wrong  '), ...spans(difference.wrong, 'red')];
  yield [MARGIN, styled('dim', 'right  '), ...spans(difference.right, 'green')];
  yield [MARGIN, '       ', styled('dim', difference.marks)];
}

/** The lines that show it, each below its place. */
function* quotes(finding, width) {
  const { runId, expected, evidence } = finding;
  if (evidence.length === 0) return;
  yield '';
  for (const { file, line, text } of mostTelling(finding)) {
    yield [MARGIN, styled('dim', `${file}:${line}`)];
    if (text !== null) yield [MARGIN, QUOTE, excerpt(text, [runId, expected], width - INDENT - QUOTE.length)];
  }
  const more = evidence.length - MAX_QUOTED;
  if (more > 0) yield [MARGIN, styled('dim', `and ${count(more, 'more line')}: --json has them all`)];
}

/** The lines of the story first, in their order. */
function mostTelling({ evidence, changedBy, arrivedAt, lastRight, consequences }) {
  const [culprit = { from: null, to: null }] = changedBy;
  const story = [culprit.to, arrivedAt, consequences.at(-1), culprit.from, lastRight].filter(
    (sight) => sight,
  );
  const rankOf = ({ file, line }) => {
    const rank = story.findIndex((sight) => sight.file === file && sight.line === line);
    return rank === -1 ? story.length : rank;
  };
  const chosen = new Set(
    [...evidence].sort((one, other) => rankOf(one) - rankOf(other)).slice(0, MAX_QUOTED),
  );
  return evidence.filter((place) => chosen.has(place));
}

/**
 * As much of a line as fits, including the run ID or the action: an event begins with its process, which says little.
 */
function excerpt(text, runIds, width) {
  const line = visible(text.trimStart());
  if (widthOf(line) <= width) return line;
  const found = runIds.find((runId) => runId && line.includes(runId));
  const start =
    found === undefined
      ? line.search(EVENT)
      : line.indexOf(found) + found.length + AFTER_ID + 2 * ELLIPSIS.length - width;
  return start <= 0 ? cut(line, width) : cut(ELLIPSIS + line.slice(start), width);
}

/** A finding in one line. */
function findingText({ class: name, runId, expected }) {
  return `${name}: ${idsText({ class: name, runId, expected })}`;
}

/** The wrong ID, and the right one if it is known; without its base if both have the same. */
function idsText({ class: name, runId, expected, candidates = [] }) {
  if (runId === null) return NO_ID;
  const wrong = loggedValue(runId);
  if (DISAGREEING.has(name) && candidates.length > 0) return `${wrong} and ${loggedValue(candidates[0])}`;
  if (expected === null) return wrong;
  const [base, other] = [runId, expected].map((id) => BASE.exec(id)?.[0]);
  const right = base !== undefined && base === other ? expected.replace(base, `${ELLIPSIS}-`) : expected;
  return `${wrong} instead of ${loggedValue(right)}`;
}

/** How much a group affects: a value received in place of an ID belongs to no run. */
function affectedText({ runs, findingCount }) {
  return runs === 0 ? count(findingCount, 'finding') : count(runs, 'run');
}

/** How many there are of each class, in order of first occurrence. */
function countsText(findings) {
  const counts = new Map();
  for (const { class: name } of findings) counts.set(name, (counts.get(name) ?? 0) + 1);
  return `${count(findings.length, 'finding')}: ${[...counts].map(([name, many]) => `${many} ${name}`).join(', ')}`;
}

/** The limit of a good verdict if a file could not be read. */
function limit(isPartial) {
  return isPartial ? ' as far as the files could be read' : '';
}

/** A line about unreadable lines, if there are any. */
function* skippedLine(skipped) {
  if (skipped > 0) yield [styled('yellow', skippedText(skipped))];
}

function skippedText(skipped) {
  return `${count(skipped, 'torn or unreadable line')} left out.`;
}

function* indented(lines) {
  for (const line of lines) yield `${MARGIN}${line}`;
}

module.exports = {
  COLOURS,
  INDENT,
  affectedText,
  countsText,
  differenceLines,
  findingBlocks,
  findingText,
  idsText,
  indented,
  limit,
  quotes,
  skippedLine,
  skippedText,
  storyLines,
  titleOf,
};
