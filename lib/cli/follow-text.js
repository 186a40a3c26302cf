'use strict';

// The lines that are printed while logs are followed, one for each finding.

const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const { COLOURS } = require('./findings.js');
const { loggedValue } = require('./logged-value.js');
const { cut, styled } = require('./terminal.js');

/** Groups that are listed at the end. */
const MAX_PAST = 20;

/** The maximum width of a run ID, or of the value received in place of one. */
const MAX_TOLD = 28;

/** The longest name of a severity. */
const SEVERITY = 'medium'.length;

/** When, how severe, the first run ID or the number of occurrences, what, and where. */
function newsLine({ reason, group }, width) {
  const { firstTime, lastTime, example, size } = group;
  const isFirst = reason === 'began' && size === 1 && example !== null;
  return isFirst
    ? lineOf(group, firstTime, example.runId === null ? '' : loggedValue(example.runId), width)
    : lineOf(group, lastTime, count(size, 'time'), width);
}

function lineOf(group, time, told, width) {
  const start = time === null ? '' : `${clock(time)}  `;
  const severity = group.severity.padEnd(SEVERITY);
  const room = width - start.length - SEVERITY - 2;
  const parts = [cut(told, MAX_TOLD), classTextOf(group.class).title, placeText(group)];
  const text = parts.filter((part) => part !== '').join('  ');
  return [start, styled(['bold', COLOURS[group.severity]], severity), '  ', cut(text, room)];
}

function placeText({ service, at }) {
  const name = loggedValue(service);
  return at === null ? name : `${name} (${loggedValue(at.replace(/^(.*:[0-9]+):[0-9]+$/s, '$1'))})`;
}

function clock(time) {
  return time.slice(11, 19);
}

/** The groups that were reported for runs that are no longer kept. */
function* pastLines(groups, width) {
  if (groups.length === 0) return;
  yield [styled('dim', 'Reported before, including for runs that are no longer kept:')];
  for (const group of groups.slice(0, MAX_PAST)) {
    yield ['  ', ...lineOf(group, group.lastTime, count(group.size, 'time'), width - 2)];
  }
  const more = groups.length - MAX_PAST;
  if (more > 0) yield [styled('dim', `  and ${count(more, 'more group')}: --json has them all`)];
}

module.exports = { newsLine, pastLines };
