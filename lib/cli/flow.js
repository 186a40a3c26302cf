'use strict';

const binding = require('../binding.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { FlowChart } = require('./flow-chart.js');
const { countsText, findingBlocks, limit, skippedLine } = require('./findings.js');
const { readLogs, tellProblems } = require('./logs.js');
const { runPage } = require('./page-data.js');
const { PageFile } = require('./page-file.js');
const { styled } = require('./terminal.js');
const { timeLineOf } = require('./timeline.js');
const { UsageError } = require('./usage-error.js');

/** The life of one run, across processes. */
async function flow({ runId, files, grace, html, json }, out, err) {
  requireRunId(runId);
  const page = await PageFile.at(html, files);
  const { answer, rename } = await readLogs(
    files,
    (paths, progress) => binding.flowFiles(runId, paths, grace, progress),
    { rereads: true },
  );
  const told = JSON.parse(answer, rename);
  const { flow: life, texts, skipped, problems } = told;
  if (json) await out.printJson({ ...withTexts(life, texts), skipped });
  else await out.print(report(life, skipped, problems.length > 0, out.width));
  const isWritten = (await page?.write(runPage(told), err)) ?? true;
  if ((await tellProblems(problems, err)) || !isWritten) return ERROR;
  return life.events.length === 0 || life.findings.length > 0 ? INCONSISTENT : CONSISTENT;
}

/** With the line of each event, which the answer has once for all events that are in it. */
function withTexts(life, texts) {
  return { ...life, events: life.events.map((event) => ({ ...event, text: texts[event.text] })) };
}

function requireRunId(runId) {
  const { RunIdError, normalizeRunId } = require('./run-ids.js');
  try {
    normalizeRunId(runId);
  } catch (error) {
    if (!(error instanceof RunIdError)) throw error;
    throw new UsageError(`<runId> is not a run ID: "${error.received}". ${error.hint ?? ''}`.trimEnd());
  }
}

function* report(life, skipped, isPartial, width) {
  const { runId, clientId, startedAt, events, findings } = life;
  const client = clientId === null ? '' : `  client ${clientId}`;
  yield [styled('bold', runId), `  started ${startedAt}${client}`];
  yield '';
  if (events.length === 0) yield [styled('yellow', `No event of ${runId} in these files.`)];
  else yield* new FlowChart(timeLineOf(life), findings, width).lines();
  if (findings.length > 0) {
    yield '';
    yield* findingBlocks(findings, width);
    yield [styled('bold', `${countsText(findings)}.`)];
  } else if (events.length > 0) {
    yield '';
    yield [styled('green', `Consistent${limit(isPartial)}.`)];
  }
  yield* skippedLine(skipped);
}

module.exports = { flow };
