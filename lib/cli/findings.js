'use strict';

// What was judged inconsistent, for people. What a class means is said by the addon.

const binding = require('../binding.js');
const { count } = require('../count.js');
const { labelled, styled } = require('./terminal.js');

/** Of a finding that are shown; JSON has all of them. */
const MAX_PLACES = 5;

const NO_ID = '(no run ID)';

/** A block of lines for each finding. */
function* findingBlocks(findings, width) {
  const classes = binding.findingClasses();
  for (const finding of findings) {
    const sentence = classes.find(({ name }) => name === finding.class)?.sentence;
    yield [styled(['bold', 'red'], finding.class)];
    yield* labelled(entriesOf(finding, sentence), { indent: 2, width });
    yield '';
  }
}

function entriesOf({ runId, expected, change, process, at, confidence, evidence }, sentence) {
  return [
    ['run ID', [runId ?? NO_ID]],
    ...(expected === null ? [] : [['expected', [expected]]]),
    ...((change?.minutes ?? null) === null ? [] : [['shift', [shiftText(change.minutes)]]]),
    ...(sentence === undefined ? [] : [['meaning', sentence]]),
    ...(process === null ? [] : [['process', [process]]]),
    ...(at === null ? [] : [['at', [at]]]),
    ['confidence', [confidence]],
    ['evidence', placesOf(evidence)],
  ];
}

/** How far a time is off, in hours as time zones are written. */
function shiftText(minutes) {
  const [hours, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${hours} h${rest === 0 ? '' : ` ${rest} min`} ${minutes > 0 ? 'ahead' : 'behind'}`;
}

function placesOf(evidence) {
  const places = evidence.slice(0, MAX_PLACES).map(({ file, line }) => `${file}:${line}`);
  const more = evidence.length - places.length;
  return more === 0 ? places : [...places, `and ${more} more`];
}

/** A finding in one line. */
function findingText({ class: name, runId, expected }) {
  const instead = expected === null ? '' : ` instead of ${expected}`;
  return `${name}: ${runId ?? NO_ID}${instead}`;
}

/** How many there are of each class, in the order in which they came. */
function countsText(findings) {
  const counts = new Map();
  for (const { class: name } of findings) counts.set(name, (counts.get(name) ?? 0) + 1);
  return `${count(findings.length, 'finding')}: ${[...counts].map(([name, many]) => `${many} ${name}`).join(', ')}`;
}

/** How far a good judgement goes when a file could not be read. */
function limit(isPartial) {
  return isPartial ? ' as far as the files could be read' : '';
}

/** A line about lines that say nothing, if there are any. */
function* skippedLine(skipped) {
  if (skipped > 0) yield [styled('yellow', skippedText(skipped))];
}

function skippedText(skipped) {
  return `${count(skipped, 'torn or unreadable line')} left out.`;
}

module.exports = { countsText, findingBlocks, findingText, limit, skippedLine, skippedText };
