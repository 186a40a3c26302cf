'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { describe, test } = require('node:test');
const { configure } = require('../index.js');
const {
  childEnv,
  currentRunId,
  requireRunId,
  runIdFromEnv,
  runWithRunId,
  withRunId,
} = require('../context.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const OTHER = '251006-143001';
const ROOT = path.join(__dirname, '..');
const BAD = [null, '', 'foo-bar', ` ${BASE}`, 7, {}, [BASE], Promise.resolve(BASE)];

describe('the run in hand', () => {
  test('is the one that was entered, over every await, and no longer', async () => {
    const returned = await runWithRunId(ANN, async () => {
      await new Promise(setImmediate);
      assert.equal(requireRunId(), ANN);
      return currentRunId();
    });
    assert.equal(returned, ANN);
    assert.equal(currentRunId(), undefined);
  });

  test('is MISSING outside when it is required', () => assert.equal(codeOf(requireRunId), 'MISSING'));

  test('is checked before it is entered', () => {
    for (const value of [undefined, ...BAD]) {
      assert.match(
        codeOf(() => runWithRunId(value, () => assert.fail('entered'))),
        /^(TYPE|FORMAT)$/,
      );
    }
  });

  test('may become that of a client of the same base', () => {
    runWithRunId(BASE, () => {
      runWithRunId(ANN, () => assert.equal(currentRunId(), ANN));
      assert.equal(currentRunId(), BASE);
    });
  });

  test('may not become another run, unless it is said', () => {
    runWithRunId(ANN, () => {
      assert.equal(
        codeOf(() => runWithRunId(OTHER, () => assert.fail('entered'))),
        'CONFLICT',
      );
      runWithRunId(OTHER, () => assert.equal(currentRunId(), OTHER), { replace: true });
      assert.equal(currentRunId(), ANN);
    });
  });

  test('takes a function and known options only', () => {
    assert.ok(thrownBy(() => runWithRunId(ANN, undefined)) instanceof TypeError);
    assert.ok(thrownBy(() => runWithRunId(ANN, () => {}, { replaces: true })) instanceof TypeError);
    assert.ok(thrownBy(() => runWithRunId(ANN, () => {}, { replace: 'no' })) instanceof TypeError);
  });

  test('gives its errors a stack that begins at the caller', () => {
    assert.match(rejectionOf(requireRunId).stack.split('\n')[1], /thrown\.js/);
  });
});

describe('the environment of a child', () => {
  test('is a full copy with RUN_ID', () => {
    const env = { PATH: '/bin', RUN_ID: OTHER };
    assert.deepEqual(childEnv(ANN, env), { PATH: '/bin', RUN_ID: ANN });
    assert.equal(env.RUN_ID, OTHER);
    assert.deepEqual(childEnv(ANN), { ...process.env, RUN_ID: ANN });
  });

  test('takes the run in hand, and needs one', () => {
    assert.equal(runWithRunId(ANN, () => childEnv()).RUN_ID, ANN);
    assert.equal(
      codeOf(() => childEnv()),
      'MISSING',
    );
  });

  test('is refused for what is no run ID or no environment', () => {
    for (const value of BAD)
      assert.match(
        codeOf(() => childEnv(value)),
        /^(TYPE|FORMAT)$/,
      );
    for (const env of [null, [], 'PATH']) assert.ok(thrownBy(() => childEnv(ANN, env)) instanceof TypeError);
  });

  test('is checked by the child', () => {
    const script = `require('./index.js').configure({ logger: null });
      try { console.log(require('./context.js').runIdFromEnv()); } catch ({ code }) { console.log(code); }`;
    const inChild = (env) =>
      spawnSync(process.execPath, ['-e', script], { cwd: ROOT, env, encoding: 'utf8' }).stdout.trim();
    const { RUN_ID, ...without } = childEnv(ANN);
    assert.equal(inChild({ ...without, RUN_ID }), ANN);
    assert.equal(inChild(without), 'ERR_RUN_ID_MISSING');
    assert.equal(inChild({ ...without, RUN_ID: '' }), 'ERR_RUN_ID_FORMAT');
    assert.equal(inChild({ ...without, RUN_ID: `${ANN} ` }), 'ERR_RUN_ID_FORMAT');
  });

  test('names the variable that is bad', () => {
    const before = process.env.RUN_ID;
    process.env.RUN_ID = 'undefined';
    try {
      assert.equal(rejectionOf(runIdFromEnv).source, 'process.env.RUN_ID');
    } finally {
      if (before === undefined) delete process.env.RUN_ID;
      else process.env.RUN_ID = before;
    }
  });
});

describe('a URL with the run ID', () => {
  const ADDED = {
    '/webhook': `/webhook?runId=${ANN}`,
    '/webhook?': `/webhook?runId=${ANN}`,
    '/webhook?a=%41+b#x?y': `/webhook?a=%41+b&runId=${ANN}#x?y`,
    '/webhook?a&': `/webhook?a&runId=${ANN}`,
    'https://acme.example': `https://acme.example?runId=${ANN}`,
    'HTTP://acme.example:80/%7Ea?runid=1': `HTTP://acme.example:80/%7Ea?runid=1&runId=${ANN}`,
    [`/?runId=${ANN}&b=1`]: `/?runId=${ANN}&b=1`,
    [`/?run%49d=${ANN}`]: `/?run%49d=${ANN}`,
  };
  for (const [url, expected] of Object.entries(ADDED)) {
    test(`is ${expected} for ${url}`, () => assert.equal(withRunId(url, ANN), expected));
  }

  test('may be made of a URL object, and of the run in hand', () => {
    assert.equal(
      runWithRunId(ANN, () => withRunId(new URL('https://acme.example/'))),
      `https://acme.example/?runId=${ANN}`,
    );
    assert.equal(
      codeOf(() => withRunId('/')),
      'MISSING',
    );
  });

  const REFUSED = {
    [`/?runId=${BASE}`]: 'CONFLICT',
    [`/?runId=${OTHER}`]: 'CONFLICT',
    '/?runId=': 'FORMAT',
    '/?runId=foo-bar': 'FORMAT',
    [`/?runId=${ANN}&runId=${ANN}`]: 'TYPE',
    [`/?runId[]=${ANN}`]: 'TYPE',
    [`/?runId%5B0%5D=${ANN}`]: 'TYPE',
  };
  for (const [url, code] of Object.entries(REFUSED)) {
    test(`is ${code} for ${url}`, () =>
      assert.equal(
        codeOf(() => withRunId(url, ANN)),
        code,
      ));
  }

  test('is refused for what is no run ID', () => {
    for (const value of BAD)
      assert.match(
        codeOf(() => withRunId('/', value)),
        /^(TYPE|FORMAT)$/,
      );
  });

  for (const url of [
    '',
    'webhook',
    '//acme.example',
    '/\\acme.example',
    'ftp://a/',
    '/a b',
    '/a\n',
    'http://',
    null,
    {},
  ]) {
    test(`is a TypeError for ${JSON.stringify(url)}`, () =>
      assert.ok(thrownBy(() => withRunId(url, ANN)) instanceof TypeError));
  }
});

test('a worker thread goes on with the run that workerData carries', () => {
  const { Worker } = require('node:worker_threads');
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    const { currentRunId, runWithRunId } = require(workerData.entry);
    runWithRunId(workerData.runId, async () => { await null; parentPort.postMessage(currentRunId()); });`;
  return runWithRunId(ANN, async () => {
    const workerData = { entry: require.resolve('../context.js'), runId: requireRunId() };
    const worker = new Worker(source, { eval: true, workerData });
    const received = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    assert.equal(received, ANN);
  });
});

test('requiring the package alone does not load the context', () => {
  const script = `require('./index.js');
    console.log(Object.keys(require.cache).some((file) => /[\\\\/](context|operation)\\.js$/.test(file)));`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(stdout.trim(), 'false');
});
