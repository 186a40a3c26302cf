'use strict';

const binding = require('../binding.js');
const { count } = require('../count.js');
const { CONSISTENT, ERROR, INCONSISTENT } = require('./exit-code.js');
const { countsText, findingBlocks, limit, skippedLine } = require('./findings.js');
const { readLogs, tellProblems } = require('./logs.js');
const { reportPage } = require('./page-data.js');
const { PageFile } = require('./page-file.js');
const { styled } = require('./terminal.js');

/** Every run judged; only the inconsistent ones are shown. */
async function check({ files, grace, html, json }, out, err) {
  const page = await PageFile.at(html, files);
  const read = page === null ? binding.checkFiles : binding.pictureFiles;
  const { answer, rename } = await readLogs(files, (paths, progress) => read(paths, grace, progress), {
    rereads: page !== null,
  });
  const picture = JSON.parse(answer, rename);
  const { consistent, runs, skipped, findings, problems } = page === null ? picture : picture.verdict;
  if (json) await out.printJson({ consistent, runs, skipped, findings });
  else await out.print(report({ runs, skipped, findings }, problems.length > 0, out.width));
  const isWritten = (await page?.write(reportPage(picture), err)) ?? true;
  if ((await tellProblems(problems, err)) || !isWritten) return ERROR;
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
