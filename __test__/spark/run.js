'use strict';

// Extracts logs on a Spark cluster of two workers: `check` says of the extract what it says of the logs. Needs Java, and
// Python with venv; pyspark comes from PyPI. Not part of the gate.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { mixedLines, writeLog } = require('../../bench/log-lines.js');
const { BIN } = require('../../tools/command-line.js');
const { LoggedProcess } = require('../support/event-lines.js');
const { Workspace } = require('../../tools/workspace.js');

const MIB = 16;

const RUN_ID = '251006-143000-Ann-Carver';

test('what Spark pipes through extract is checked as the logs are', (t) => {
  const workspace = new Workspace(t);
  const run = (program, args) =>
    execFileSync(program, args, {
      cwd: workspace.folder,
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  run('python3', ['-m', 'venv', 'venv']);
  const bin = workspace.path('venv', 'bin');
  run(path.join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'pyspark']);

  const files = Array.from({ length: 12 }, (_, at) => workspace.path(`${at}.log`));
  for (const [at, file] of files.entries()) {
    writeLog(file, mixedLines, MIB);
    const changer = new LoggedProcess({ service: `worker-${at}`, pid: at }, '2025-10-07T08:00:00.000Z');
    const [right, wrong] = [`${RUN_ID}-${at}`, `${RUN_ID}-${at}`.toLowerCase()];
    // The last line of the log may be cut.
    const changed =
      changer.generate(0, right) + changer.pass(1, wrong) + changer.record(2, 'missing', 'client', wrong);
    fs.appendFileSync(file, `\n${changed}`);
  }
  const began = process.hrtime.bigint();
  run(path.join(bin, 'python'), [
    path.join(__dirname, 'extract.py'),
    `${process.execPath} ${BIN} extract`,
    'all.extract',
    ...files,
  ]);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  t.diagnostic(`${files.length * MIB} MiB in ${seconds.toFixed(1)} s, the start of Spark included`);

  const check = (...named) => {
    const args = [BIN, 'check', '--json', '--fail-on', 'none', ...named];
    const verdict = JSON.parse(run(process.execPath, args));
    return { ...verdict, findings: verdict.findings.map(({ next, ...finding }) => finding) };
  };
  const [own, whole] = [check('all.extract'), check(...files.sort())];
  assert.ok(whole.findings.length >= files.length);
  assert.deepEqual(own, whole);
});
