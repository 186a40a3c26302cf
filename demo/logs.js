'use strict';

// What remains the next morning: the log files, and two commands that read them.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const COMMAND = path.join(__dirname, '..', 'bin', 'unified-run-id.js');

/** Where the logs and the pages are after the demo. */
const OUTPUT = path.join(__dirname, 'output');

/** `check` and `flow` on the logs in a folder; `run` is drawn. */
async function showLogs(report, log, staged, run) {
  report.chapter('The next morning, from the log files alone');
  const files = log.files();
  const check = await command(log.folder, 'check', ...files, '--json', '--html', 'report.html');
  const { findings } = JSON.parse(check.stdout);
  const services = (name) => name.split('@')[0];
  report.step(
    {
      what: 'unified-run-id check',
      who: 'the logs',
      outcome: `${findings.length} findings`,
      reason: 'all that was staged, and nothing else',
    },
    [
      check.code,
      sorted(once(findings.map((one) => [one.class, one.runId, one.expected, services(one.process)]))),
    ],
    [1, sorted(staged)],
  );
  const whoOf = (one) => one.changedBy.map(({ process }) => services(process)).join(', ') || null;
  report.table([
    ['finding', 'run ID', 'should have been', 'changed by', 'seen in', 'at'],
    ...once(
      findings.map((one) => [
        ...[one.class, one.runId, one.expected, whoOf(one)],
        ...[services(one.process), one.at],
      ]),
    ),
  ]);

  const flow = await command(log.folder, 'flow', run, ...files, '--html', 'run.html');
  const isTold = flow.stdout.includes(`minted-again: ${mintedOf(staged)} instead of`);
  report.step(
    {
      what: 'unified-run-id flow',
      who: 'the logs',
      outcome: run,
      reason: 'from process to process, to the end',
    },
    { code: flow.code, isTold },
    { code: 1, isTold: true },
  );
  const [, lives, timeLine] = flow.stdout.split('\n\n');
  const processes = lives.split('\n').filter((line) => /^[A-Z]/.test(line));
  for (const line of [...processes, ...timeLine.split('\n')]) report.line(line);
}

function mintedOf(staged) {
  return staged.find(([name]) => name === 'minted-again')?.[1];
}

function sorted(rows) {
  return rows.map((row) => JSON.stringify(row)).sort();
}

/** Requests that name several runs cause a finding for each pair of them. */
function once(rows) {
  return [...new Map(rows.map((row) => [row.join(), row])).values()];
}

function command(cwd, ...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...args], { cwd, encoding: 'utf8' }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

/** Puts logs and pages where they stay until the next demo. */
function keep(folder) {
  fs.rmSync(OUTPUT, { recursive: true, force: true });
  fs.cpSync(folder, OUTPUT, { recursive: true });
  return path.relative(process.cwd(), OUTPUT) || '.';
}

module.exports = { keep, showLogs };
