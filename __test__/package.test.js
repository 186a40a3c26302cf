'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { MAX_PACKED, packedSize } = require('../tools/packed-size.js');
const { ROOT, pack } = require('../tools/tarball.js');
const { ENTRIES, namesIn } = require('./support/entries.js');

/** Kilobytes of 1,000 bytes for everything but the addon: code, declarations, documents. */
const MAX_REST_KB = 375;

/** Repeats the declarations, which are in the package. */
const NOT_PACKED = ['api.md'];

const RUN_ID = /^[0-9]{6}-[0-9]{6}-Ann-Carver$/;

/** The files below a folder, with slashes. */
function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .sort();
}

describe('the packed tarball', () => {
  let tarball;
  let app;
  let installed;

  before(async () => {
    tarball = await pack();
    app = path.join(tarball.folder, 'app');
    installed = path.join(app, 'node_modules', 'unified-run-id');
    fs.mkdirSync(app);
    fs.copyFileSync(tarball.file, path.join(app, 'that.tgz'));
    await tarball.npm.run(app, 'install', './that.tgz');
  });
  after(() => tarball.remove());

  const read = (file) => fs.readFileSync(path.join(installed, file));
  const prebuilds = () => filesIn(installed).filter((file) => file.endsWith('.node'));

  test('is installed where there is no Rust', () => {
    for (const tool of ['cargo', 'rustc', 'cc']) {
      const { error } = spawnSync(tool, ['--version'], { env: tarball.npm.environment });
      assert.equal(error?.code, 'ENOENT', `${tool} is on PATH`);
    }
  });

  test('can be required after installation', async () => {
    const script = "console.log(require('unified-run-id').generateTimestampRunId('Ann-Carver'))";
    const { stdout, stderr } = await tarball.npm.node(app, '-e', script);
    assert.match(stdout.trim(), RUN_ID);
    assert.equal(stderr, '');
  });

  test('can be imported by name after installation', async () => {
    fs.writeFileSync(
      path.join(app, 'app.mjs'),
      "import { generateTimestampRunId } from 'unified-run-id';\nconsole.log(generateTimestampRunId('Ann-Carver'));\n",
    );
    const { stdout, stderr } = await tarball.npm.node(app, 'app.mjs');
    assert.match(stdout.trim(), RUN_ID);
    assert.equal(stderr, '');
  });

  test('has every entry with every export after installation', async () => {
    const names = Object.fromEntries(ENTRIES.map((entry) => [entry.name, namesIn(entry)]));
    const script = `
      const names = ${JSON.stringify(Object.keys(names))};
      console.log(JSON.stringify(Object.fromEntries(names.map((name) => [name, Object.keys(require(name))]))));`;
    const { stdout } = await tarball.npm.node(app, '-e', script);
    assert.deepEqual(JSON.parse(stdout), names);
  });

  test('is loaded from two files and the addon', async () => {
    const script = `
      require('unified-run-id');
      console.log(JSON.stringify(Object.keys(require.cache)));`;
    const { stdout } = await tarball.npm.node(app, '-e', script);
    const loaded = JSON.parse(stdout).map((file) => path.relative(installed, file).replaceAll(path.sep, '/'));
    assert.deepEqual(
      loaded.filter((file) => !file.endsWith('.node')),
      ['index.js', 'lib/packed-core.js'],
    );
    assert.equal(loaded.length, 3);
  });

  test('has one state for all entries, and no frame of its own in a stack', async () => {
    fs.writeFileSync(
      path.join(app, 'states.js'),
      `
      const { configure, RunIdError, stats } = require('unified-run-id');
      const { extract, inject, runWithRunId } = require('unified-run-id/context');
      const { observeRunId } = require('unified-run-id/observe');
      const { runIdBoundary } = require('unified-run-id/http');
      const told = [];
      configure({ log: 'all', logger: ({ event, at }) => told.push([event, at]) });
      let error;
      try {
        extract({ runId: 'lost' });
      } catch (thrown) {
        error = thrown;
      }
      const { runId } = runWithRunId('251006-143000', () => inject({}));
      observeRunId(runId);
      console.log(
        JSON.stringify({
          told,
          isRunIdError: error instanceof RunIdError,
          frame: error.stack.split('\\n')[1].replace(/^.*[\\\\/]/, ''),
          counts: [stats().rejected.ERR_RUN_ID_FORMAT, stats().sent.data, stats().observed.same],
          boundary: typeof runIdBoundary,
        }),
      );`,
    );
    const { stdout, stderr } = await tarball.npm.node(app, 'states.js');
    assert.deepEqual(JSON.parse(stdout), {
      told: [
        ['configure', 'states.js:7:7'],
        ['reject', 'states.js:10:9'],
        ['send', 'states.js:14:61'],
        ['observe', 'states.js:15:7'],
      ],
      isRunIdError: true,
      frame: 'states.js:10:9)',
      counts: [1, 1, 1],
      boundary: 'function',
    });
    assert.equal(stderr, '');
  });

  test('lets its package.json be read, and no other file', async () => {
    const script = `
      const { version } = require('unified-run-id/package.json');
      let code;
      try {
        require('unified-run-id/lib/binding.js');
      } catch (error) {
        code = error.code;
      }
      console.log(version, code);`;
    const { stdout } = await tarball.npm.node(app, '-e', script);
    const { version } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    assert.equal(stdout.trim(), `${version} ERR_PACKAGE_PATH_NOT_EXPORTED`);
  });

  test('installs nothing beside itself', () => {
    const neighbours = fs.readdirSync(path.join(app, 'node_modules')).filter((name) => !name.startsWith('.'));
    assert.deepEqual(neighbours, ['unified-run-id']);
  });

  /** Of declarations users need those of the entries. */
  const isDeclared = (file) => ENTRIES.some(({ types }) => types === `./${file}`);

  /** What is in dist/ in its place. */
  const isBundled = (file) => file.startsWith('lib/page/') || /^lib\/eslint\/.*\.js$/.test(file);

  test('holds what a user needs and nothing else', () => {
    const [addons, files] = [prebuilds(), filesIn(installed).filter((file) => !file.endsWith('.node'))];
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'NOTICES.txt',
      'README.md',
      'bin/unified-run-id.js',
      'dist/eslint.js',
      'dist/page.js',
      'dist/style.css',
      'index.d.ts',
      'index.js',
      'package.json',
      'lib/packed-core.js',
      ...filesIn(path.join(ROOT, 'lib'))
        .map((file) => `lib/${file}`)
        .filter((file) => !isBundled(file) && (file.endsWith('.js') || isDeclared(file))),
      ...filesIn(path.join(ROOT, 'docs'))
        .filter((file) => file.endsWith('.md') || file.startsWith('observability/'))
        .filter((file) => !NOT_PACKED.includes(file))
        .map((file) => `docs/${file}`),
      ...filesIn(path.join(ROOT, 'schemas')).map((file) => `schemas/${file}`),
    ];
    assert.deepEqual(files, expected.sort());
    assert.ok(addons.length > 0);
    for (const file of addons) {
      assert.match(
        file,
        /^prebuilds\/(linux-[a-z0-9]+-(gnu|musl)|(darwin|win32)-[a-z0-9]+)\/unified-run-id\.node$/,
      );
    }
  });

  test('holds no path of the machine that built it', () => {
    const home = os.homedir();
    const places = [
      ROOT,
      `${home}${path.sep}`,
      process.env.CARGO_HOME || path.join(home, '.cargo'),
      process.env.RUSTUP_HOME || path.join(home, '.rustup'),
    ];
    for (const file of filesIn(installed)) {
      const text = read(file).toString('latin1');
      for (const place of places) assert.ok(!text.includes(place), `${file} holds ${place}`);
      assert.doesNotMatch(text, /(\/home|\/Users|[A-Z]:\\Users)[\\/]\w+[\\/]/, `${file} holds a home folder`);
    }
  });

  test(`takes at most ${MAX_PACKED} bytes for each platform`, () => {
    for (const file of prebuilds()) {
      const packed = packedSize(read(file));
      assert.ok(packed <= MAX_PACKED, `${file} takes ${packed} bytes`);
    }
  });

  test(`takes at most ${MAX_REST_KB} KB for all else`, () => {
    const addons = prebuilds().map((file) => packedSize(read(file)));
    const rest = fs.statSync(tarball.file).size - addons.reduce((sum, size) => sum + size, 0);
    assert.ok(rest <= MAX_REST_KB * 1000, `${rest} bytes`);
  });

  test('runs no script when it is installed', () => {
    const { scripts = {}, gypfile } = JSON.parse(read('package.json'));
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish']) {
      assert.equal(scripts[name], undefined);
    }
    assert.equal(gypfile, undefined);
  });

  test('depends on nothing at run time', () => {
    const manifest = JSON.parse(read('package.json'));
    const kinds = Object.keys(manifest).filter((key) => /dependencies$/i.test(key));
    assert.deepEqual(kinds, ['peerDependencies']);
    assert.equal(manifest.scripts, undefined);
    const { peerDependencies, peerDependenciesMeta } = manifest;
    for (const name of Object.keys(peerDependencies))
      assert.deepEqual(peerDependenciesMeta[name], { optional: true });
  });

  test('asks for the Node.js that the tests begin with', () => {
    assert.deepEqual(JSON.parse(read('package.json')).engines, { node: '>=20.17' });
  });
});

test('no lock file says where a package is fetched from', () => {
  const projects = path.join(ROOT, '__test__', 'hosts', 'projects');
  const locks = fs
    .readdirSync(projects, { recursive: true })
    .filter((file) => /(^|[\\/])(package-lock\.json|pnpm-lock\.yaml)$/.test(file))
    .map((file) => path.join(projects, file));
  assert.ok(locks.length > 10);
  for (const file of [path.join(ROOT, 'package-lock.json'), ...locks]) {
    assert.doesNotMatch(fs.readFileSync(file, 'utf8'), /"resolved": "http|tarball:/, file);
  }
});
