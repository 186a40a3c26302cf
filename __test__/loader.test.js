'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { load } = require('../lib/binding.js');
const { copyPackage, loadedAddon } = require('./support/package-copy.js');
const { thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const BINDING = require.resolve('../lib/binding.js');
const FILE = path.basename(loadedAddon());
const LINUX = { platform: 'linux', arch: 'x64', version: 'v20.17.0' };
const NO_ADDON = 'This is a text file that somebody has renamed.\n'.repeat(20);

const workspace = new Workspace(test);

const addonBytes = fs.readFileSync(loadedAddon());

let roots = 0;

/** A prebuilds folder with these contents; a content is that of the platform's addon file. */
function prebuilds(contents) {
  const root = workspace.path(`prebuilds-${++roots}`);
  fs.mkdirSync(root);
  for (const [folder, content] of Object.entries(contents)) {
    fs.mkdirSync(path.join(root, folder));
    fs.writeFileSync(path.join(root, folder, FILE), content);
  }
  return root;
}

/** What dlopen itself says of a file. */
const dlopenWords = (file) =>
  thrownBy(() => process.dlopen({ exports: {} }, path.toNamespacedPath(file))).message.split(/\r?\n/);

test('a platform that the package does not bring is named, with what was tried and what to do', () => {
  const root = prebuilds({ 'linux-x64-gnu': NO_ADDON, 'darwin-arm64': NO_ADDON });
  const error = thrownBy(() => load([root], { platform: 'sunos', arch: 'sparc64', version: 'v20.17.0' }));
  assert.equal(error.code, 'ERR_RUN_ID_ADDON');
  assert.match(error.message, /no working addon for sunos-sparc64 \(Node\.js v20\.17\.0\)/);
  assert.ok(error.message.includes(`${path.join(root, 'sunos-sparc64', FILE)}\n    does not exist`));
  assert.match(error.message, /This package contains: darwin-arm64, linux-x64-gnu\./);
  assert.match(error.message, /reinstall on this platform/);
  assert.doesNotMatch(error.message, /renamed/);
});

test('Linux is named with both C libraries, glibc first', () => {
  const root = prebuilds({ 'darwin-arm64': NO_ADDON });
  const { message } = thrownBy(() => load([root], { ...LINUX, arch: 'riscv64' }));
  const [gnu, musl] = ['gnu', 'musl'].map((libc) =>
    message.indexOf(path.join(root, `linux-riscv64-${libc}`)),
  );
  assert.ok(gnu > 0 && musl > gnu, message);
});

test('another system has one addon for each architecture', () => {
  const root = prebuilds({ 'linux-x64-gnu': NO_ADDON });
  for (const platform of ['darwin', 'win32', 'freebsd']) {
    const { message } = thrownBy(() => load([root], { ...LINUX, platform }));
    assert.equal(message.split(FILE).length - 1, 1, message);
    assert.ok(message.includes(path.join(root, `${platform}-x64`, FILE)), message);
  }
});

test('a checkout without any addon is told to build one', () => {
  const checkout = workspace.path('checkout');
  fs.mkdirSync(path.join(checkout, 'prebuilds'), { recursive: true });
  fs.writeFileSync(path.join(checkout, 'Cargo.toml'), '');
  for (const root of ['prebuilds', 'nowhere']) {
    const { message } = thrownBy(() => load([path.join(checkout, root)], LINUX));
    assert.match(message, /^unified-run-id has no working addon for linux-x64 /);
    assert.match(message, /This package contains: none\./);
    assert.match(message, /npm run build/);
    assert.doesNotMatch(message, /bundle/);
  }
});

test('a package without any addon says first what to do where it was bundled', () => {
  for (const root of [prebuilds({}), workspace.path('nowhere')]) {
    const { message } = thrownBy(() => load([root], LINUX));
    const [first, second] = message.split('\n');
    assert.match(first, /^unified-run-id cannot load its addon\. If it was bundled, /);
    for (const setting of [
      'serverExternalPackages',
      'externals',
      '--external:unified-run-id',
      'prebuilds/',
    ]) {
      assert.ok(first.includes(setting), first);
    }
    assert.match(second, /^unified-run-id has no working addon for linux-x64 /);
    assert.doesNotMatch(message, /npm run build|reinstall/);
  }
});

for (const [title, content] of [
  ['a text file', NO_ADDON],
  ['an empty file', ''],
  ['an addon of which only the beginning arrived', addonBytes.subarray(0, 500)],
]) {
  test(`${title} is refused in dlopen's own words`, () => {
    const root = prebuilds({ 'linux-x64-gnu': content });
    const file = path.join(root, 'linux-x64-gnu', FILE);
    const error = thrownBy(() => load([root], LINUX));
    assert.equal(error.code, 'ERR_RUN_ID_ADDON');
    for (const words of dlopenWords(file)) assert.ok(error.message.includes(words), error.message);
    assert.ok(error.message.includes(path.join(root, 'linux-x64-musl', FILE)));
    assert.match(error.message, /the error above says why/);
  });
}

test('both words are shown when neither C library fits', () => {
  const root = prebuilds({ 'linux-x64-gnu': NO_ADDON, 'linux-x64-musl': '' });
  const { message } = thrownBy(() => load([root], LINUX));
  for (const folder of ['linux-x64-gnu', 'linux-x64-musl']) {
    for (const words of dlopenWords(path.join(root, folder, FILE))) assert.ok(message.includes(words));
  }
});

/** Loads from prebuilds folders, in a process of its own, and tells which files were taken. */
const takenFrom = (...roots) =>
  workspace.ask(
    (binding, folders, host) => {
      const { load: loadFrom } = require(binding);
      const addon = loadFrom(folders, host);
      const isTaken = (file) => folders.some((folder) => file.startsWith(folder));
      const taken = Object.keys(require.cache).filter(isTaken);
      console.log(JSON.stringify({ taken, works: addon.isRunId('251006-143000') !== undefined }));
    },
    { args: [BINDING, roots, LINUX] },
  );

for (const [title, contents, taken] of [
  ['the glibc addon is taken where it loads', ['linux-x64-gnu', 'linux-x64-musl'], 'linux-x64-gnu'],
  ['the musl addon is taken where there is no other', ['linux-x64-musl'], 'linux-x64-musl'],
]) {
  test(title, async () => {
    const root = prebuilds(Object.fromEntries(contents.map((folder) => [folder, addonBytes])));
    assert.deepEqual(await takenFrom(root), { taken: [path.join(root, taken, FILE)], works: true });
  });
}

test('the musl addon is taken where the glibc one does not load', async () => {
  const root = prebuilds({ 'linux-x64-gnu': NO_ADDON, 'linux-x64-musl': addonBytes });
  assert.deepEqual(await takenFrom(root), { taken: [path.join(root, 'linux-x64-musl', FILE)], works: true });
});

test('the addon of the first folder that has one that loads is taken', async () => {
  const [bad, good, other] = [NO_ADDON, addonBytes, addonBytes].map((content) =>
    prebuilds({ 'linux-x64-gnu': content }),
  );
  const taken = await takenFrom(workspace.path('nowhere'), bad, good, other);
  assert.deepEqual(taken, { taken: [path.join(good, 'linux-x64-gnu', FILE)], works: true });
});

const first = copyPackage(workspace.path('first'));
const second = copyPackage(workspace.path('second copy'));

const warningsIn = (text) => text.split('\n').filter((line) => line.includes('Two copies of unified-run-id'));

/** Loads copies, each in a new worker when told so, all alive until the last is loaded. */
async function loadEach(...loads) {
  const { once } = require('node:events');
  const { Worker } = require('node:worker_threads');
  const workers = [];
  for (const { entry, inWorker } of loads) {
    if (!inWorker) {
      require(entry).generateTimestampRunId();
      continue;
    }
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      require(workerData).generateTimestampRunId();
      parentPort.once('message', () => {});
      parentPort.postMessage('loaded');`;
    const worker = new Worker(source, { eval: true, workerData: entry });
    workers.push(worker);
    await once(worker, 'message');
  }
  for (const worker of workers) {
    const exit = once(worker, 'exit');
    worker.postMessage('end');
    await exit;
  }
}

const inMain = ({ entry }) => ({ entry });
const inWorker = ({ entry }) => ({ entry, inWorker: true });

const SECOND_COPIES = [
  ['in one thread', [inMain(first), inMain(second), inMain(second), inMain(first)]],
  ['the second one in a worker', [inMain(first), inWorker(second)]],
];
// Only Linux tells a thread what another one has loaded.
if (process.platform === 'linux') {
  SECOND_COPIES.push(
    ['the first one in a worker', [inWorker(first), inMain(second)]],
    ['in two workers', [inWorker(first), inWorker(second)]],
  );
}

for (const [title, loads] of SECOND_COPIES) {
  test(`a second copy of the package, ${title}, warns once and names both`, async () => {
    const { code, stderr } = await workspace.run(loadEach, { args: loads });
    assert.equal(code, 0, stderr);
    const warnings = warningsIn(stderr);
    assert.equal(warnings.length, 1, stderr);
    assert.match(warnings[0], /RUN_ID_TWO_COPIES/);
    for (const { addon } of [first, second]) assert.ok(warnings[0].includes(addon), warnings[0]);
  });
}

test('the same copy again, in whichever thread, warns of nothing', async () => {
  const loads = [inMain(first), inWorker(first), inMain(first), inWorker(first)];
  const { code, stderr } = await workspace.run(loadEach, { args: loads });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

test('the same copy behind a link warns of nothing', async () => {
  const link = workspace.path('linked');
  fs.symlinkSync(path.dirname(first.entry), link, 'junction');
  const loads = [inMain(first), { entry: path.join(link, 'index.js') }];
  const { code, stderr } = await workspace.run(loadEach, { args: loads });
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
});

for (const [title, extensions] of [
  ['everything was deleted from require.cache', ['.js', '.node']],
  ['all but the addon was deleted from require.cache', ['.js']],
  ['only the addon was deleted from require.cache', ['.node']],
]) {
  test(`it can be required again after ${title}, and goes on with the same sequence`, async () => {
    const { before, after, again, same } = await workspace.ask(
      (entry, deleted) => {
        const runIds = require(entry);
        const before = runIds.generateTimestampRunId();
        for (const file of Object.keys(require.cache)) {
          if (deleted.some((extension) => file.endsWith(extension))) delete require.cache[file];
        }
        const fresh = require(entry);
        const after = fresh.generateTimestampRunId();
        const again = runIds.generateTimestampRunId();
        console.log(JSON.stringify({ before, after, again, same: fresh === runIds }));
      },
      { args: [first.entry, extensions] },
    );
    assert.ok(before < after && after < again, `${before} < ${after} < ${again}`);
    assert.equal(same, !extensions.includes('.js'));
  });
}
