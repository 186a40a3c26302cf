'use strict';

// What the page is given: texts that are ready to be shown, so that it only has to draw.

const binding = require('../binding.js');
const { clientOf, isRunId } = require('../core/run-id.js');
const { spellOffset } = require('./duration.js');
const { limit, skippedText } = require('./findings.js');
const { problemText } = require('./logs.js');
const { timeLineOf } = require('./timeline.js');

/** A process as events name it, `service@host/pid/proc`, without its last part. */
const WITHOUT_PROC = /^(.*@.*\/[^/]+)\/[0-9a-f]{8}$/;

/** The page of one run. */
function runPage(answer) {
  const { flow, texts } = answer;
  return { ...common(answer), texts, run: runOf(flow), report: null };
}

/** The page of all findings, the worst first, each with its run. */
function reportPage(picture) {
  const { verdict, ranking, flows, texts, consistentRuns } = picture;
  const { findings, runs } = verdict;
  const ranked = ranking.map(({ finding, runId, flow, inFlow }) => ({
    ...findingOf(findings[finding]),
    run: runId,
    flow,
    inFlow,
  }));
  const report = { runs, consistentRuns, findings: ranked, flows: each(flows, runOf) };
  return { ...common(verdict), texts, run: null, report };
}

/** One by one, when they are written: all at once would take several times the memory of the page. */
function* each(flows, make) {
  for (const flow of flows) yield make(flow);
}

/** What both pages have: what the classes mean, and what could not be read. */
function common({ skipped, problems }) {
  const classes = binding.findingClasses().map(({ name, ...meaning }) => [name, meaning]);
  const notes = [...(skipped === 0 ? [] : [skippedText(skipped)]), ...problems.map(problemText)];
  return { classes: Object.fromEntries(classes), notes, limit: limit(problems.length > 0) };
}

function runOf(flow) {
  const { runId, baseRunId, clientId, startedAt, findings } = flow;
  const { lanes, rows } = timeLineOf(flow);
  const parts = { runId, baseRunId, clientId, startedAt };
  return { ...parts, findings: findings.map(findingOf), lanes: shortened(lanes), rows: rows.map(rowOf) };
}

/** With short names where these are enough to tell them apart. */
function shortened(lanes) {
  const shorts = lanes.map(({ name }) => WITHOUT_PROC.exec(name)?.[1] ?? name);
  const isOne = new Map();
  for (const short of shorts) isOne.set(short, !isOne.has(short));
  return lanes.map((lane, at) => ({ ...lane, short: isOne.get(shorts[at]) ? shorts[at] : lane.name }));
}

function rowOf(row) {
  const { time, offset, gap, lane, from, isChange, kind, words, runId, isOther, isWrong } = row;
  const { place, at, file, line, text, confidence, findings } = row;
  const when = offset === null ? '?' : spellOffset(offset);
  const [client = null] = clientsOf(runId);
  return {
    time,
    when,
    gap,
    lane,
    from,
    isChange,
    kind,
    words,
    runId,
    isOther,
    isWrong,
    client,
    place,
    at,
    file,
    line,
    text,
    confidence,
    findings,
  };
}

function findingOf(finding) {
  return { ...finding, clients: clientsOf(finding.runId, finding.expected) };
}

function clientsOf(...runIds) {
  const clients = runIds.filter(isRunId).map(clientOf);
  return [...new Set(clients)].filter((client) => client !== null);
}

module.exports = { reportPage, runPage };
