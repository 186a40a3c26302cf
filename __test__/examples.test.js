'use strict';

// The examples of hand-over that need nothing but Node.js: each prints one run on both sides. Those that need a server are
// run by __test__/clients/examples.js.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');

const FOLDER = path.join(__dirname, '..', 'examples');

const ANN = '251006-143000-Ann-Carver';
const LINE = `${ANN} scores Lee-Marlow`;

/** What each prints; `*` is a run ID of its own, the same in each line. */
const EXAMPLES = {
  worker: ['main    *', 'thread  *'],
  'child-process': ['parent  *', 'child   *'],
  kafka: [LINE, '251006-143001-Acme-Corp scores Lee-Marlow'],
  amqp: [LINE, 'acknowledged'],
  sqs: [LINE, LINE],
};

describe('the example', () => {
  for (const [name, expected] of Object.entries(EXAMPLES)) {
    test(`${name}.js hands the run over`, () => {
      const file = path.join(FOLDER, `${name}.js`);
      const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
      assert.deepEqual([status, stderr], [0, '']);
      const made = /\d{6}-\d{6}-Ann-Carver/.exec(stdout)?.[0];
      assert.deepEqual(
        stdout.trimEnd().split('\n'),
        expected.map((line) => line.replace('*', made)),
      );
    });
  }

  test('of each way has at most 40 lines', () => {
    for (const name of [...Object.keys(EXAMPLES), 'bullmq', 'cron', 'pg-boss', 'http-clients']) {
      const lines = fs
        .readFileSync(path.join(FOLDER, `${name}.js`), 'utf8')
        .trimEnd()
        .split('\n');
      assert.ok(lines.length <= 40, `${name}.js has ${lines.length}`);
    }
  });
});
