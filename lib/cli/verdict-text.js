'use strict';

// The verdict as text: a table of the findings, the worst first, a block for each line of code that caused them, and
// what was read.

const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const {
  COLOURS,
  INDENT,
  affectedText,
  differenceLines,
  idsText,
  indented,
  limit,
  quotes,
  skippedLine,
  storyLines,
  titleOf,
} = require('./findings.js');
const { loggedValue } = require('./logged-value.js');
const { observedText } = require('./observed-places.js');
const { nothingText, outcomeText } = require('./outcome.js');
const { cut, labelled, styled, table, wrap } = require('./terminal.js');
const { widthOf } = require('./visible.js');

/** Groups that are shown; JSON has all of them. */
const MAX_GROUPS = 100;

/** The maximum of services that are listed, even if all is well. */
const MAX_SERVICES = 6;

/** The width of the overview's columns except "what" and "where", with the spaces between all columns. */
const OTHER_COLUMNS = 41;

/**
 * @param {import('./verdict-view.js').VerdictView} view
 * @param {{ all?: boolean, summary?: boolean, width: number }} how
 */
function* verdictText(view, { all = false, summary: isSummary = false, width }) {
  const { findingCount, groupCount } = view.summary;
  if (findingCount > 0) {
    yield* overview(view, width);
    if (!isSummary) yield* all ? eachFinding(view, width) : blocks(view, width);
    if (groupCount > MAX_GROUPS) {
      const more = `And ${count(groupCount - MAX_GROUPS, 'more group')}, less severe: --json has them all; `;
      yield* wrap(`${more}--class, --service, --severity and --since narrow them down.`, width);
    }
  }
  yield* observedText(view.summary, width);
  yield* ending(view.summary, width);
}

/** A line for each group. */
function* overview(view, width) {
  const groups = [...firstOf(view.groups())];
  const services = groups.map(({ service }) => cut(loggedValue(service), Math.floor(width / 4)));
  const longest = Math.max(...services.map(widthOf), 'where'.length);
  const room = Math.max(width - OTHER_COLUMNS - longest, 20);
  yield* table(
    () => [
      ['severity', 'runs', 'what', 'where', 'since (UTC)'].map((title) => styled('dim', title)),
      ...groups.map((group, at) => [
        severityOf(group),
        group.runs === 0 ? '-' : String(group.runs),
        cut(classTextOf(group.class).title, room),
        services[at],
        group.firstTime === null ? '' : timeText(group.firstTime),
      ]),
    ],
    { right: [1] },
  );
  yield '';
}

function* firstOf(groups) {
  let left = MAX_GROUPS;
  for (const group of groups) {
    if (left === 0) return;
    left -= 1;
    yield group;
  }
}

function severityOf({ severity, known }) {
  return known ? styled('dim', 'known') : styled(['bold', COLOURS[severity]], severity);
}

function* blocks(view, width) {
  for (const group of firstOf(view.groups())) {
    if (group.known) continue;
    yield* block(
      group,
      group.examples.map((number) => view.finding(number)),
      width,
    );
  }
}

/** What one line of code did. */
function* block(group, [first, ...others], width) {
  yield titleOf(group);
  yield* indented(wrap(scopeText(group), width - INDENT));
  yield '';
  yield* storyLines(first, width);
  yield* differenceLines(first);
  yield* quotes(first, width);
  yield* otherExamples(group, others, width);
  yield '';
  const { remedy } = classTextOf(group.class);
  const entries = [
    ...(remedy === '' ? [] : [['to do', remedy]]),
    ...(first.next === null ? [] : [['next', [first.next]]]),
  ];
  if (entries.length > 0) yield* labelled(entries, { indent: INDENT, width });
  yield '';
}

/** How much is affected, where, since when, and how certain it is. */
function scopeText(group) {
  const { clientCount, clients, processCount, service, at, route, confidence, firstTime, lastTime } = group;
  const only = clientCount === 1 ? ` (${loggedValue(clients[0])})` : '';
  const affected = [
    affectedText(group),
    ...(clientCount === 0 ? [] : [`${count(clientCount, 'client')}${only}`]),
    `${count(processCount, 'process', 'processes')} of ${loggedValue(service)}`,
  ].join(', ');
  const place = at === null ? '' : `, at ${loggedValue(at)}`;
  const boundary = route === null ? '' : ` (${route.split(' ', 2).map(loggedValue).join(' ')})`;
  return `${affected}${place}${boundary}; ${periodText(firstTime, lastTime)}; ${confidence}`;
}

function periodText(firstTime, lastTime) {
  if (firstTime === null) return 'without a time';
  const [first, last] = [firstTime, lastTime ?? firstTime].map(timeText);
  if (first === last) return `${first} UTC`;
  const isOneDay = first.slice(0, 10) === last.slice(0, 10);
  return `${first} to ${isOneDay ? last.slice(11) : last} UTC`;
}

/** Two more findings of the group, one line each, and how many there are. */
function* otherExamples({ findingCount }, others, width) {
  if (others.length === 0) return;
  const margin = ' '.repeat(INDENT);
  const more = findingCount - 1 - others.length;
  yield '';
  yield [margin, styled('dim', more === 0 ? 'also:' : `also, and ${more} more, which --all shows:`)];
  for (const finding of others) {
    const time = finding.firstTime === null ? '' : `${timeText(finding.firstTime)}  `;
    yield [margin, margin, cut(`${time}${idsText(finding)}`, width - 2 * INDENT)];
  }
}

/** Every finding, with its story and the places of its lines. */
function* eachFinding(view, width) {
  for (const finding of view.findings()) {
    yield titleOf(finding);
    yield* indented([cut(idsText(finding), width - INDENT)]);
    yield* storyLines(finding, width);
    const places = finding.evidence.map(({ file, line }) => `${file}:${line}`);
    if (places.length > 0) yield* indented(wrap(places.join(', '), width - INDENT));
    yield '';
  }
}

/** The result, what could not be judged, and what was read. */
function* ending(summary, width) {
  const { runs, findingCount, groupCount, counts, leftOut, notes, skipped, passedOver, services, problems } =
    summary;
  if (findingCount === 0 && runs === 0) {
    yield [styled('yellow', `${nothingText(summary)}.`)];
  } else if (findingCount === 0) {
    const what = outcomeText(summary, limit(problems.length > 0));
    yield [styled('green', `${count(runs, 'run')}, ${what}.`)];
  } else {
    const classes = Object.entries(counts).map(([name, many]) => `${many} ${name}`);
    const found = `${count(findingCount, 'finding')} in ${count(groupCount, 'group')}: ${classes.join(', ')}`;
    yield* inStyle('bold', wrap(`${count(runs, 'run')}, ${found}.`, width));
  }
  if (leftOut > 0) yield `${count(leftOut, 'other finding')} left out by the filters.`;
  for (const note of notes) yield* inStyle('yellow', wrap(`${note}.`, width));
  yield* skippedLine(skipped);
  if (passedOver > 0) yield `${count(passedOver, 'file')} without a run ID or an event.`;
  yield* serviceLines(services);
}

function* inStyle(style, lines) {
  for (const line of lines) {
    if (line !== '') yield [styled(style, line)];
  }
}

/** Which services were read, with the times of their first and last line. */
function* serviceLines(services) {
  if (services.length === 0) return;
  const told = services.slice(0, MAX_SERVICES);
  const more = services.length - told.length;
  yield [styled('dim', 'Read:')];
  yield* table(() => told.map(serviceRow), { indent: INDENT, right: [1, 2] });
  for (const service of told) yield* missingText(service);
  if (more > 0) yield [styled('dim', `  and ${count(more, 'more service')}: --json has them all`)];
}

function serviceRow({ service, processes, runs, firstTime, lastTime }) {
  const row = [loggedValue(service), count(processes, 'process', 'processes'), count(runs, 'run')];
  return [...row, periodText(firstTime, lastTime)];
}

/** What is missing from a service's log. */
function* missingText({ service, sharedWithMissing, missingLines }) {
  const name = loggedValue(service);
  if (missingLines > 0) yield `  ${name}: ${count(missingLines, 'line')} missing`;
  if (sharedWithMissing > 0)
    yield `  ${name}: ${count(sharedWithMissing, 'run')} shared with services not read`;
}

function timeText(time) {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}

module.exports = { verdictText };
