'use strict';

// A run as both views show it, the terminal and the page: a lane for each process, and a row for each event.

const { spellDuration, spellOffset } = require('./duration.js');

/** A longer silence is folded. */
const GAP_MS = 10_000;

/** Steps of a life that are told beside its process. */
const MAX_STEPS = 12;

/** What is to be seen at a glance; all other events are ordinary steps. */
const KINDS = {
  generate: 'origin',
  created: 'origin',
  completed: 'end',
  missing: 'trouble',
  exists: 'trouble',
  reject: 'trouble',
  clash: 'doubt',
  conflict: 'doubt',
};

const STEP = 'step';

/**
 * @param flow the answer of the addon: a run, its events in order, and what is wrong with it
 * @returns `{ lanes, rows }`; lanes and findings are named by their numbers
 */
function timeLineOf(flow) {
  const { processes, events, handOvers, marks } = flow;
  const lanes = new Map(processes.map((name, at) => [name, at]));
  const times = events.map(({ time }) => (time === null ? null : Date.parse(time)));
  const start = beginningOf(flow, times);
  const wrong = new Set(flow.findings.map(({ runId }) => runId));
  // `from` is the lane that handed the ID over: the row's own where its process had the right one and used another.
  // Each property is named: an object that is spread and added to takes several times the memory.
  const rows = events.map((event, at) => ({
    time: event.time,
    runId: event.runId,
    at: event.at,
    file: event.file,
    line: event.line,
    text: event.text,
    confidence: event.confidence,
    offset: times[at] === null ? null : times[at] - start,
    gap: null,
    lane: lanes.get(event.process),
    from: null,
    isChange: false,
    kind: KINDS[event.action ?? event.event] ?? STEP,
    words: wordsOf(event),
    place: event.at ?? `${event.file}:${event.line}`,
    // Another ID than that of the run: of the same job, or what a finding is about.
    isOther: event.runId !== null && event.runId !== flow.runId,
    isWrong: wrong.has(event.runId),
    findings: [],
  }));
  for (const { event, from } of handOvers) rows[event].from = lanes.get(from);
  for (const { event, finding, from } of marks) {
    rows[event].findings.push(finding);
    if (from === null) continue;
    rows[event].isChange = true;
    rows[event].from = lanes.get(from);
  }
  foldGaps(rows);
  const rowsOf = processes.map(() => []);
  for (const row of rows) rowsOf[row.lane].push(row);
  return { lanes: processes.map((name, at) => laneOf(name, at, rowsOf[at])), rows };
}

/** The second of the run ID, or its first event where IDs ran ahead of the clock; that alone where there is no ID. */
function beginningOf({ startedAt }, times) {
  const first = times.find((time) => time !== null);
  return startedAt === null ? first : Math.min(Date.parse(startedAt), first ?? Infinity);
}

/** Tells each row after a long silence how long it was. */
function foldGaps(rows) {
  let before = null;
  for (const row of rows) {
    if (row.offset === null) continue;
    if (before !== null && row.offset - before >= GAP_MS) row.gap = spellDuration(row.offset - before);
    before = row.offset;
  }
}

function laneOf(name, at, rows) {
  return { label: labelOf(at), name, span: spanOf(rows), life: lifeOf(rows) };
}

/** A, B, … Z, AA, … */
function labelOf(at) {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : labelOf(Math.floor(at / 26) - 1) + letter;
}

/** What happened, in the words of events. */
function wordsOf({ event, action, table, source, code }) {
  if (action !== null) return table === null ? action : `${action} ${table}`;
  const detail = source ?? code;
  return detail === null ? event : `${event} (${detail.replace(/^ERR_(RUN_ID_)?/, '')})`;
}

/** From its first to its last event, where their times are known. */
function spanOf(rows) {
  let [first, last] = [Infinity, -Infinity];
  for (const { offset } of rows) {
    if (offset === null) continue;
    first = Math.min(first, offset);
    last = Math.max(last, offset);
  }
  return first > last ? '' : [...new Set([first, last])].map(spellOffset).join(' to ');
}

/** The steps of a process, each with how often it was repeated at once; at the end how many more there are. */
function lifeOf(rows) {
  const steps = [];
  for (const { words } of rows) {
    const last = steps.at(-1);
    if (last !== undefined && last.words === words) last.times += 1;
    else steps.push({ words, times: 1 });
  }
  const told = steps
    .slice(0, MAX_STEPS)
    .map(({ words, times }) => (times === 1 ? words : `${words} x${times}`));
  if (steps.length > MAX_STEPS) told.push(`... ${steps.length - MAX_STEPS} more`);
  return told;
}

module.exports = { timeLineOf };
