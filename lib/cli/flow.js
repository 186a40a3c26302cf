'use strict';

const binding = require('../binding.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { excerptOf } = require('./excerpt.js');
const { FlowChart } = require('./flow-chart.js');
const { countsText, findingBlocks, limit, skippedLine } = require('./findings.js');
const { Life } = require('./life.js');
const { readLogs, tellProblems } = require('./logs.js');
const { frameOf, runPage } = require('./page-data.js');
const { PageFile } = require('./page-file.js');
const { styled } = require('./terminal.js');
const { folded, lanesOf, rowsOf } = require('./timeline.js');
const { UsageError } = require('./usage-error.js');

/** The life of one run, across processes. */
async function flow({ runId, files, stale, html, json, all }, out, err) {
  requireRunId(runId);
  const page = await PageFile.at(html, files);
  let code = ERROR;
  const use = async ({ answer }) => {
    const life = new Life(answer);
    await out.print(json ? life.json() : report(life, all === true, out.width));
    const frame = await frameOf(['flow', runId, ...files], files);
    const isWritten = (await page?.write(runPage(life.drawn, frame), err)) ?? true;
    await tellProblems(life.problems, err);
    if (isWritten) code = codeOf(life);
  };
  const read = (paths, progress, names) => binding.flowFiles(runId, paths, names, stale, progress);
  await readLogs(files, read, { rereads: true, passes: 2, use });
  return code;
}

/** Findings come before files that could not be read. */
function codeOf({ findings, problems, isEmpty }) {
  if (findings.length > 0) return INCONSISTENT;
  if (problems.length > 0) return ERROR;
  return isEmpty ? INCONSISTENT : CONSISTENT;
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

function* report({ summary, timeLine, findings, problems, isEmpty }, isWhole, width) {
  const { runId, clientId, startedAt, processes, skipped } = summary;
  const client = clientId === null ? '' : `  client ${clientId}`;
  yield [styled('bold', runId), `  started ${startedAt}${client}`];
  yield '';
  if (isEmpty) yield [styled('yellow', `These files have no events of ${runId}.`)];
  else {
    const lanes = lanesOf(processes, rowsOf(timeLine));
    const excerpt = isWhole ? null : excerptOf(folded(rowsOf(timeLine)));
    const shown = excerpt && new Set(excerpt.flatMap(({ lane, from }) => [lane, from]));
    yield* new FlowChart(lanes, () => excerpt ?? rowsOf(timeLine), findings, width, shown).lines();
  }
  if (findings.length > 0) {
    yield '';
    yield* findingBlocks(findings, width);
    yield [styled('bold', `${countsText(findings)}.`)];
  } else if (!isEmpty) {
    yield '';
    yield [styled('green', `Consistent${limit(problems.length > 0)}.`)];
  }
  yield* skippedLine(skipped);
}

module.exports = { flow };
