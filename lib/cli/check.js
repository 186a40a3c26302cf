'use strict';

const binding = require('../binding.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { countsText, findingBlocks, limit, skippedLine } = require('./findings.js');
const { count, readLogs, tellProblems } = require('./logs.js');
const { styled } = require('./terminal.js');

/** Every run judged; only the inconsistent ones are shown. */
async function check({ files, grace, json }, out, err) {
  const { answer } = await readLogs(files, (paths, progress) => binding.checkFiles(paths, grace, progress));
  const { consistent, runs, skipped, findings, problems } = JSON.parse(answer);
  if (json) await out.printJson({ consistent, runs, skipped, findings });
  else await out.print(report({ runs, skipped, findings }, problems.length > 0, out.width));
  if (await tellProblems(problems, err)) return ERROR;
  return consistent ? CONSISTENT : INCONSISTENT;
}

function* report({ runs, skipped, findings }, isPartial, width) {
  if (findings.length === 0) {
    yield [styled('green', `${count(runs, 'run')}, consistent${limit(isPartial)}.`)];
  } else {
    yield* findingBlocks(findings, width);
    yield [styled('bold', `${count(runs, 'run')}, ${countsText(findings)}.`)];
  }
  yield* skippedLine(skipped);
}

module.exports = { check };
