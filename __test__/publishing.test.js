'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { ROOT, pack } = require('../tools/tarball.js');
const { ENTRIES } = require('./support/entries.js');

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
    // Whatever attw takes for harmless: each way, that of TypeScript's node10 too, ends at the entry's declarations.
    for (const { name, types } of ENTRIES) {
      const { resolutions } = analysis.entrypoints[name.replace('unified-run-id', '.')];
      const found = Object.entries(resolutions).map(([way, { resolution, visibleProblems }]) => [
        way,
        path.posix.relative('/node_modules/unified-run-id', resolution?.fileName ?? ''),
        visibleProblems,
      ]);
      const expected = ['node10', 'node16-cjs', 'node16-esm', 'bundler'];
      const file = path.posix.normalize(types);
      assert.deepEqual(
        found,
        expected.map((way) => [way, file, []]),
      );
    }
    assert.equal(status, 0, stderr);
  });
});
