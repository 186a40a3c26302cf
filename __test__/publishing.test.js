'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { ROOT, pack } = require('../tools/tarball.js');

const ATTW = path.join(ROOT, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');

describe('what would be published', () => {
  let tarball;
  before(async () => {
    tarball = await pack();
  });
  after(() => tarball.remove());

  test('is clean by publint', async () => {
    const { publint } = await import('publint');
    const { buffer, byteOffset, byteLength } = fs.readFileSync(tarball.file);
    const content = buffer.slice(byteOffset, byteOffset + byteLength);
    const { messages, pkg } = await publint({
      pack: { tarball: content },
      strict: true,
      level: 'suggestion',
    });
    assert.equal(pkg.name, 'unified-run-id');
    assert.deepEqual(messages, []);
  });

  test('has types that every way of importing it finds', () => {
    const args = [ATTW, tarball.file, '--format=json', '--no-definitely-typed', '--no-color'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: tarball.folder,
      encoding: 'utf8',
    });
    const { analysis, problems } = JSON.parse(stdout);
    assert.deepEqual(analysis.types, { kind: 'included' });
    assert.deepEqual(problems, {});
    assert.deepEqual(
      Object.values(analysis.entrypoints['.'].resolutions).map(({ visibleProblems }) => visibleProblems),
      [[], [], [], []],
    );
    assert.equal(status, 0, stderr);
  });
});
