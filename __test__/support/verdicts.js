'use strict';

// Verdicts in the addon's format, written by hand.

const BASE = '251126-024655';

const sight = (service, at, time, line, runId) => ({
  process: `${service}@vm/${line}/0000000${line}`,
  runId,
  at,
  time: `2025-11-26T${time}Z`,
  file: `${service}.log`,
  line,
});

/** The event of an occurrence, as in its line. */
function quoteOf({ file, line, time, process, at, runId }, event) {
  const identity = `"service":"${file.slice(0, -4)}","proc":"${process.slice(-8)}","host":"vm","pid":${line}`;
  const text = `[run-id] {"v":1,"time":"${time}",${identity},${event},"at":"${at}","runId":"${runId}","op":null}`;
  return { file, line, time, process, text };
}

/** A finding of an ID whose letters changed case. */
function findingOf(more = {}) {
  const [wrong, right] = [`${BASE}-ann-carver`, `${BASE}-Ann-Carver`];
  const from = sight('worker', 'worker.js:1:1', '02:46:54.990', 1, right);
  const to = sight('worker', 'worker.js:6:1', '02:46:55.000', 2, wrong);
  const missed = sight('webhook', 'webhook.js:11:17', '02:46:55.018', 3, wrong);
  return {
    class: 'case-changed',
    severity: 'high',
    confidence: 'certain',
    runId: wrong,
    expected: right,
    candidates: [],
    change: { kind: 'case-changed', start: 14, end: 19, minutes: null },
    changedBy: [{ process: to.process, at: to.at, from, to }],
    arrivedAt: null,
    lastRight: null,
    process: to.process,
    at: to.at,
    service: 'worker',
    route: null,
    consequences: [missed],
    consequenceCount: 1,
    firstTime: to.time,
    lastTime: missed.time,
    code: null,
    source: null,
    message: null,
    evidence: [
      quoteOf(from, '"event":"receive"'),
      quoteOf(to, '"event":"pass"'),
      quoteOf(missed, '"event":"record","method":"getClientRun","action":"missing"'),
    ],
    meaning: 'Letters of the run ID changed their case, so the record was not found.',
    next: `npx unified-run-id flow ${right} worker.log webhook.log`,
    ...more,
  };
}

/** The group of a finding; `examples` are numbers. */
function groupOf(finding, examples = [0], more = {}) {
  return {
    class: finding.class,
    severity: finding.severity,
    confidence: finding.confidence,
    service: finding.service,
    at: finding.at,
    route: finding.route,
    changeKind: finding.change?.kind ?? null,
    code: finding.code,
    findings: examples,
    findingCount: examples.length,
    runs: examples.length,
    clients: ['Ann-Carver'],
    clientCount: 1,
    processes: [finding.process],
    processCount: 1,
    firstTime: finding.firstTime,
    lastTime: finding.lastTime,
    histogram: new Array(20).fill(0),
    examples: examples.slice(0, 3),
    meaning: finding.meaning,
    ...more,
  };
}

/** What the addon's `Verdict` does. Without groups each finding is one of its own. */
function verdictOf(findings, groups = findings.map((finding, at) => groupOf(finding, [at])), more = {}) {
  const counts = {};
  const severities = { high: 0, medium: 0, low: 0 };
  for (const { class: name, severity } of findings) {
    counts[name] = (counts[name] ?? 0) + 1;
    severities[severity] += 1;
  }
  const summary = {
    version: 1,
    consistent: findings.length === 0,
    runs: 3,
    skipped: 0,
    passedOver: 0,
    unread: 0,
    services: [],
    notes: [],
    findingCount: findings.length,
    groupCount: groups.length,
    leftOut: 0,
    counts,
    severities,
    observedCount: 0,
    observed: [],
    problems: [],
    ...more,
  };
  return {
    summary: () => JSON.stringify(summary),
    groups: (from, count) => JSON.stringify(groups.slice(from, from + count)),
    findings: (from, count) => JSON.stringify(findings.slice(from, from + count)),
  };
}

module.exports = { findingOf, groupOf, verdictOf };
