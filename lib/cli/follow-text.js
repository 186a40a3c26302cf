'use strict';

// What is told of logs that are followed, in one line each.

const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const { COLOURS, idsText } = require('./findings.js');
const { loggedValue } = require('./logged-value.js');
const { cut, styled } = require('./terminal.js');

/** Groups that are listed at the end. */
const MAX_PAST = 20;

/** The longest name of a severity. */
const SEVERITY = 'medium'.length;

/** When, how bad, what, where, and with which run ID it began, or how often it has happened. */
function newsLine({ reason, group }, width) {
  const { firstTime, lastTime, example, size } = group;
  const isNew = reason === 'began' && size === 1;
  const rest = isNew && example !== null ? idsText(example) : sizeText(group);
  return lineOf(group, isNew ? firstTime : lastTime, rest, width);
}

function sizeText({ size, firstTime }) {
  return firstTime === null ? count(size, 'time') : `${count(size, 'time')} since ${clock(firstTime)}`;
}

function lineOf(group, time, rest, width) {
  const start = time === null ? '' : `${clock(time)}  `;
  const severity = group.severity.padEnd(SEVERITY);
  const room = width - start.length - SEVERITY - 2;
  const text = [classTextOf(group.class).title, placeText(group), rest].join('  ');
  return [start, styled(['bold', COLOURS[group.severity]], severity), '  ', cut(text, room)];
}

function placeText({ service, at }) {
  const name = loggedValue(service);
  return at === null ? name : `${name} (${loggedValue(at.replace(/^(.*:[0-9]+):[0-9]+$/s, '$1'))})`;
}

function clock(time) {
  return time.slice(11, 19);
}

/** Of runs that are not kept any more, the groups that were told. */
function* pastLines(groups, width) {
  if (groups.length === 0) return;
  yield [styled('dim', 'Told before, also of runs that are no longer kept:')];
  for (const group of groups.slice(0, MAX_PAST)) {
    yield ['  ', ...lineOf(group, group.lastTime, sizeText(group), width - 2)];
  }
  const more = groups.length - MAX_PAST;
  if (more > 0) yield [styled('dim', `  and ${count(more, 'more group')}: --json has each`)];
}

module.exports = { newsLine, pastLines };
