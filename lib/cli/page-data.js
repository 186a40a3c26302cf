'use strict';

// The data of a page: texts that are ready to be shown, so that it only has to draw.

const fs = require('node:fs/promises');
const { version } = require('../../package.json');
const binding = require('../binding.js');
const { count } = require('../count.js');
const { classTextOf } = require('./class-texts.js');
const { EVENT, FINDING, TextTable, pack } = require('./columns.js');
const { limit, skippedText } = require('./findings.js');
const { serviceOf: serviceNameOf } = require('./logged-value.js');
const { problemText } = require('./logs.js');
const { TO_DO, placesOf, totalText } = require('./observed-places.js');
const { storyOf } = require('./story.js');
const { timeLineOf } = require('./timeline.js');

/** A process as events name it, `service@host/pid/proc`, without its last part. */
const WITHOUT_PROC = /^(.*@.*\/[^/]+)\/[0-9a-f]{8}$/;

/** The maximum of groups in a report; there may be as many as findings. */
const MAX_GROUPS = 300;

/** The maximum of listed findings in total, besides the first of each group. */
const MAX_LISTED = 5000;

/**
 * The page of one run.
 *
 * @param drawn its events, as many as a page shows, and their lines
 * @param frame of `frameOf`
 */
function runPage({ flow, texts, eventCount, findingCount, skipped, problems }, frame) {
  const table = new TextTable();
  // A line may have several events.
  const lines = new TextTable();
  const events = flow.events.map((event) => ({ ...event, text: lines.number(texts[event.text]) }));
  const { findings } = flow;
  const notes = [
    ...(eventCount > events.length ? [`${count(events.length, 'event')} of ${eventCount} are drawn`] : []),
    ...(findingCount > findings.length
      ? [`${count(findings.length, 'finding')} of ${findingCount} are listed`]
      : []),
  ];
  return {
    ...common({ services: servicesOf(flow), notes, skipped, problems }, frame),
    report: null,
    lines: lines.all(),
    run: runOf({ ...flow, events }, table),
    strings: table.all(),
  };
}

/** The services of a run, with the times of their first and last event. */
function servicesOf({ events }) {
  const services = new Map();
  for (const { process, time } of events) {
    const service = serviceNameOf(process);
    const known = services.get(service) ?? { service, processes: new Set(), firstTime: null, lastTime: null };
    known.processes.add(process);
    if (time !== null && (known.firstTime === null || time < known.firstTime)) known.firstTime = time;
    if (time !== null && (known.lastTime === null || time > known.lastTime)) known.lastTime = time;
    services.set(service, known);
  }
  return [...services.values()].map((one) => ({ ...one, processes: one.processes.size, runs: 1 }));
}

/**
 * The page of all findings: their causes, the worst first, and the runs of examples.
 *
 * @param {import('./verdict-view.js').VerdictView} verdict
 * @param picture of it: the runs that are drawn
 * @param frame of `frameOf`
 */
function reportPage(verdict, { drawn, flows, texts }, frame) {
  const { summary } = verdict;
  const { runs, consistentRuns, findingCount, groupCount, severities, leftOut } = summary;
  const groups = withLists(firstOf(verdict.groups(), MAX_GROUPS));
  const table = new TextTable();
  return {
    ...common(summary, frame),
    run: null,
    lines: texts,
    report: {
      runs,
      consistentRuns,
      findingCount,
      groupCount,
      severities,
      leftOut,
      limit: limit(summary.problems.length > 0),
      observed: summary.observedCount === 0 ? null : observedOf(summary),
      groups: each(groups, (group) => groupOf(group, verdict)),
      flows: each(flows, (flow) => whole(runOf(flow, table))),
      findings: listed(verdict, groups, drawn, table),
    },
    // After everything that uses it.
    strings: table.all(),
  };
}

/** What was observed by place. */
function observedOf(summary) {
  const places = placesOf(summary);
  const states = Object.entries(TO_DO).filter(([name]) => places.some(({ state }) => state === name));
  return { total: totalText(summary), count: summary.observedCount, places, states };
}

/** The first items of an iterable. */
function firstOf(items, most) {
  const first = [];
  for (const item of items) {
    if (first.length === most) break;
    first.push(item);
  }
  return first;
}

/** Each group with its listed findings, starting with the first ones. */
function withLists(groups) {
  let from = 0;
  return groups.map((group) => {
    // At least one, by which the group is found.
    const number = Math.min(group.findings.length, Math.max(1, MAX_LISTED - from));
    const list = { from, count: number };
    from += number;
    return { ...group, listed: list };
  });
}

/** The findings that are listed, each as a row. Those of one group stand together. */
function* listed(verdict, groups, drawn, table) {
  const flowOf = new Map(drawn.map(({ finding, flow, inFlow }) => [finding, { flow, inFlow }]));
  for (const { findings, listed: list } of groups) {
    const first = findings[0];
    let at = first;
    for (const finding of verdict.findings(first, first + list.count)) {
      yield pack(rowOf(finding, flowOf.get(at)), FINDING, table);
      at += 1;
    }
  }
}

function rowOf({ runId, expected, process, firstTime, change, changedBy, arrivedAt, evidence }, drawn) {
  const { file = null, line = null } = changedBy[0]?.to ?? arrivedAt ?? evidence[0] ?? {};
  const { flow, inFlow } = drawn ?? { flow: null, inFlow: null };
  const { start, end } = change ?? { start: null, end: null };
  return { runId, expected, process, file, line, time: msOf(firstTime), start, end, flow, inFlow };
}

/** Created one by one while they are written: all at once would take several times the page's memory. */
function* each(items, make) {
  for (const item of items) yield make(item);
}

/** A run with its events in an array: an item that is created while it is written may not contain an iterator. */
function whole(run) {
  return { ...run, rows: [...run.rows] };
}

/**
 * The common part of both pages: the meanings of the classes, and what the page is about.
 *
 * @param {any} answer
 * @param {any} frame
 */
function common({ skipped, problems, notes = [], services = [] }, frame) {
  const classes = binding.findingClasses().map(({ name, severity, sentence }) => {
    const { title, remedy } = classTextOf(name);
    return [name, { severity, title, remedy: remedy || sentence, meaning: sentence }];
  });
  return {
    frame: {
      ...frame,
      notes: [...notes, ...(skipped === 0 ? [] : [skippedText(skipped)]), ...problems.map(problemText)],
      services: services.map(serviceOf),
    },
    classes: Object.fromEntries(classes),
    limit: limit(problems.length > 0),
  };
}

function serviceOf({ firstTime, lastTime, missingLines, sharedWithMissing, ...service }) {
  const missing = [
    ...(missingLines ? [`${count(missingLines, 'line')} missing`] : []),
    ...(sharedWithMissing ? [`${count(sharedWithMissing, 'run')} shared with services not read`] : []),
  ];
  const times = { firstTime: msOf(firstTime), lastTime: msOf(lastTime) };
  return { ...service, ...times, missing: missing.join(', ') || null };
}

/**
 * What the page says about how it was made.
 *
 * @param {string[]} command and its arguments
 * @param {string[]} files as they were named
 * @param {(number | null)[]} lines of each file, if they were counted
 */
async function frameOf(command, files, lines = []) {
  const sizeOf = async (name) => (await fs.stat(name).catch(() => null))?.size ?? null;
  const sizes = await Promise.all(files.map(sizeOf));
  return {
    command: ['unified-run-id', ...command].map((word) => binding.shellQuoted(word)).join(' '),
    version,
    made: Date.now(),
    files: files.map((name, at) => ({ name, bytes: sizes[at], lines: lines[at] ?? null })),
  };
}

/** A group, described by the first of its examples. */
function groupOf(group, verdict) {
  const { class: name, service, at, findings, examples, ...told } = group;
  const example = findingOf(verdict.finding(examples[0]));
  return {
    ...told,
    class: name,
    service,
    at,
    key: [name, service ?? '', at ?? '', example.code ?? ''].join('/').replace(/\/+$/, ''),
    firstTime: msOf(group.firstTime),
    lastTime: msOf(group.lastTime),
    example,
  };
}

/** A finding in full. */
function findingOf(finding) {
  return {
    ...finding,
    story: storyOf(finding),
    evidence: finding.evidence.map((place) => ({ ...place, time: msOf(place.time) })),
  };
}

function runOf(flow, table) {
  const { runId, baseRunId, clientId, startedAt } = flow;
  const findings = flow.findings.map(findingOf);
  const { lanes, rows } = timeLineOf(flow);
  const processes = shortened(lanes);
  const services = [...new Set(processes.map(({ service }) => service))];
  const laneOf = processes.map(({ service }) => services.indexOf(service));
  const packed = (row) => {
    const from = row.from === null ? null : laneOf[row.from];
    const link = from === null ? null : row.isProved ? 'proved' : 'seen';
    const numbers = { time: msOf(row.time), from, lane: laneOf[row.lane], process: row.lane };
    return pack({ ...row, ...numbers, link }, EVENT, table);
  };
  return {
    key: runId ?? keyOf(flow),
    runId,
    baseRunId,
    clientId,
    startedAt,
    findings,
    processes,
    services: services.map((name) => ({ name })),
    rows: each(rows, packed),
  };
}

/** The key of a run without an ID: its first finding, and where that is. */
function keyOf({ findings: [finding] }) {
  const { file, line } = finding?.evidence[0] ?? {};
  return [finding?.class, file, line].join(':');
}

/** With the service of each, and short names if these are enough to distinguish them. */
function shortened(lanes) {
  const services = lanes.map(({ name }) => serviceNameOf(name));
  const shorts = lanes.map(({ name }) => WITHOUT_PROC.exec(name)?.[1] ?? name);
  const [ofService, ofShort] = [services, shorts].map(countsOf);
  return lanes.map(({ name, span, life }, at) => {
    const [service, short] = [services[at], shorts[at]];
    const told = ofService.get(service) === 1 ? service : ofShort.get(short) === 1 ? short : name;
    return { name, service, span, life, short: told };
  });
}

function countsOf(names) {
  const counts = new Map();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function msOf(time) {
  return time === null || time === undefined ? null : Date.parse(time);
}

module.exports = { frameOf, reportPage, runPage };
