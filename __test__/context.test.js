'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const path = require('node:path');
const { describe, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { configure, normalizeRunId } = require('../index.js');
const {
  childEnv,
  currentRunId,
  requireRunId,
  runIdFromEnv,
  runWithRunId,
  withRunId,
} = require('../lib/context/index.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');

configure({ logger: null });
// Whoever runs the tests may be a run too.
delete process.env.RUN_ID;

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const OTHER = '251006-143001';
const BOB = `${BASE}-Bo-Carver`;
const ROOT = path.join(__dirname, '..');
const BAD = [null, '', 'foo-bar', ` ${BASE}`, 7, {}, [BASE], Promise.resolve(BASE)];

/** The first line of the stack of what a call of this file throws. */
const topOf = (error) => error.stack.split('\n')[1];

/** The operation that events of this moment carry. */
function operation() {
  let op;
  const listen = (event) => (op = event.op);
  subscribe('unified-run-id:pass', listen);
  normalizeRunId(BASE);
  unsubscribe('unified-run-id:pass', listen);
  return op;
}

describe('the operation in hand', () => {
  test('is that of the run, however deep', async () => {
    assert.equal(operation(), null);
    await runWithRunId(BASE, async () => {
      const op = operation();
      assert.match(op, /^[0-9a-f]{8}-/);
      await null;
      assert.equal(operation(), op);
      runWithRunId(ANN, () => assert.equal(operation(), op));
    });
    assert.equal(operation(), null);
  });

  test('is another one for each run, a run in place of another included', () => {
    const seen = [BASE, BASE].map((runId) => runWithRunId(runId, operation));
    runWithRunId(BASE, () => {
      seen.push(operation());
      runWithRunId(OTHER, () => seen.push(operation()), { replace: true });
    });
    assert.equal(new Set(seen).size, 4);
  });

  test('is another one in each thread', async () => {
    const source = `const { parentPort, workerData } = require('node:worker_threads');
      const { subscribe } = require('node:diagnostics_channel');
      subscribe('unified-run-id:pass', ({ op }) => parentPort.postMessage(op));
      const { runWithRunId } = require(workerData.context);
      runWithRunId(workerData.runId, () => require(workerData.index).normalizeRunId(workerData.runId));`;
    const workerData = {
      context: require.resolve('../lib/context/index.js'),
      index: require.resolve('../index.js'),
      runId: BASE,
    };
    const ops = await Promise.all(
      [1, 2, 3].map(async () => {
        const worker = new Worker(source, { eval: true, workerData });
        const [op] = await once(worker, 'message');
        await worker.terminate();
        return op;
      }),
    );
    assert.equal(new Set(ops).size, 3);
  });
});

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

  test('says whose argument it refuses', () => {
    const error = rejectionOf(() => runWithRunId({}, () => {}));
    assert.equal(error.source, 'runId');
    assert.match(error.message, /passed to runWithRunId instead/);
  });

  test('is not handed to the function as an argument', () => {
    runWithRunId(ANN, (...args) => assert.deepEqual(args, []));
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
      const { source, received, hint } = rejectionOf(() => runWithRunId(OTHER, () => {}, { replace: false }));
      assert.deepEqual([source, received], ['runId', OTHER]);
      assert.ok(hint.includes('currentRunId()'), hint);
      runWithRunId(OTHER, () => assert.equal(currentRunId(), OTHER), { replace: true });
      assert.equal(currentRunId(), ANN);
    });
  });

  test('takes a function and known options only', () => {
    assert.ok(thrownBy(() => runWithRunId(ANN, undefined)) instanceof TypeError);
    assert.ok(thrownBy(() => runWithRunId(ANN, () => {}, { replaces: true })) instanceof TypeError);
    assert.ok(thrownBy(() => runWithRunId(ANN, () => {}, { replace: 'no' })) instanceof TypeError);
    for (const options of [null, [], 'replace', new Map(), Promise.resolve({})]) {
      assert.ok(thrownBy(() => runWithRunId(ANN, () => {}, options)) instanceof TypeError);
    }
  });

  test('gives its errors a stack that begins at the caller', () => {
    assert.match(topOf(rejectionOf(requireRunId)), /thrown\.js/);
    for (const call of [
      () => runWithRunId('', () => {}),
      () => runWithRunId(ANN, () => runWithRunId(OTHER, () => {})),
      () => childEnv(),
      () => childEnv(''),
      () => withRunId('/'),
      () => withRunId('/', ''),
      () => withRunId(`/?runId=${OTHER}`, ANN),
      () => withRunId('/?runId=', ANN),
      () => runIdFromEnv(),
    ]) {
      assert.match(topOf(rejectionOf(call)), /context\.test\.js/, String(call));
    }
    for (const call of [() => runWithRunId(ANN), () => childEnv(ANN, null), () => withRunId('', ANN)]) {
      assert.match(topOf(thrownBy(call)), /context\.test\.js/, String(call));
    }
  });

  test('says where it was looked for', () => {
    for (const call of [requireRunId, () => childEnv(), () => withRunId('/')]) {
      assert.match(rejectionOf(call).hint, /currentRunId\(\)/, String(call));
    }
    assert.match(rejectionOf(runIdFromEnv).hint, /process\.env\.RUN_ID/);
  });
});

describe('the environment of a child', () => {
  test('is a full copy with RUN_ID', () => {
    const env = { PATH: '/bin', RUN_ID: OTHER };
    assert.deepEqual(childEnv(ANN, env), { PATH: '/bin', RUN_ID: ANN });
    assert.equal(env.RUN_ID, OTHER);
    assert.deepEqual(childEnv(ANN), { ...process.env, RUN_ID: ANN });
    assert.equal(process.env.RUN_ID, undefined);
    assert.deepEqual(Object.keys(childEnv(ANN, env)), ['PATH', 'RUN_ID']);
    const others = { run_id: OTHER, RUN_IDS: OTHER };
    if (process.platform !== 'win32') {
      assert.deepEqual(childEnv(ANN, others), { ...others, RUN_ID: ANN });
    }
  });

  test('has the variable once on Windows, where names of any case are one', () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform');
    Object.defineProperty(process, 'platform', { ...platform, value: 'win32' });
    try {
      const env = { run_id: OTHER, Run_Id: OTHER, RUN_IDS: OTHER };
      assert.deepEqual(childEnv(ANN, env), { RUN_IDS: OTHER, RUN_ID: ANN });
    } finally {
      Object.defineProperty(process, 'platform', platform);
    }
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

  test('says whose argument it refuses', () => {
    const error = rejectionOf(() => childEnv({}));
    assert.equal(error.source, 'runId');
    assert.match(error.message, /passed to childEnv instead/);
  });

  test('is checked by the child', () => {
    const script = `require('./index.js').configure({ logger: null });
      try { console.log(require('./lib/context').runIdFromEnv()); } catch ({ code }) { console.log(code); }`;
    const inChild = (env) =>
      spawnSync(process.execPath, ['-e', script], { cwd: ROOT, env, encoding: 'utf8' }).stdout.trim();
    const { RUN_ID, ...without } = childEnv(ANN);
    assert.equal(inChild({ ...without, RUN_ID }), ANN);
    assert.equal(inChild(without), 'ERR_RUN_ID_MISSING');
    assert.equal(inChild({ ...without, RUN_ID: '' }), 'ERR_RUN_ID_FORMAT');
    assert.equal(inChild({ ...without, RUN_ID: `${ANN} ` }), 'ERR_RUN_ID_FORMAT');
  });

  test('names the variable that is bad', () => {
    process.env.RUN_ID = 'undefined';
    try {
      assert.equal(rejectionOf(runIdFromEnv).source, 'process.env.RUN_ID');
    } finally {
      delete process.env.RUN_ID;
    }
  });
});

describe('a URL with the run ID', () => {
  const ADDED = {
    '/webhook': `/webhook?runId=${ANN}`,
    '/webhook?': `/webhook?runId=${ANN}`,
    '/webhook?a=%41+b#x?y': `/webhook?a=%41+b&runId=${ANN}#x?y`,
    '/webhook?a&': `/webhook?a&runId=${ANN}`,
    '/webhook?runIds=1&run=2': `/webhook?runIds=1&run=2&runId=${ANN}`,
    [`/?runId=${ANN}#part`]: `/?runId=${ANN}#part`,
    '/#x': `/?runId=${ANN}#x`,
    'http://acme.example/': `http://acme.example/?runId=${ANN}`,
    '/\u00e4': `/\u00e4?runId=${ANN}`,
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
    [`/?runId[]=${ANN}&runId[]=${ANN}`]: 'TYPE',
    [`/?runId=${ANN}&runId[]=${ANN}`]: 'TYPE',
    [`/?runId%5B0%5D=${ANN}`]: 'TYPE',
  };
  for (const [url, code] of Object.entries(REFUSED)) {
    test(`is ${code} for ${url}`, () =>
      assert.equal(
        codeOf(() => withRunId(url, ANN)),
        code,
      ));
  }

  test('is refused when it names another client, in the words of both', () => {
    const given = rejectionOf(() => withRunId(`/?runId=${BOB}`, ANN));
    assert.deepEqual([given.code, given.source, given.received], ['ERR_RUN_ID_CONFLICT', 'url ?runId', BOB]);
    assert.doesNotMatch(given.hint, /currentRunId/);
    const current = rejectionOf(() => runWithRunId(ANN, () => withRunId(`/?runId=${BOB}`)));
    assert.ok(current.hint.includes('currentRunId()'), current.hint);
    const bad = rejectionOf(() => withRunId('/?runId=', ANN));
    assert.equal(bad.source, 'url ?runId');
  });

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
    '/a\u007f',
    '/a\u00a0',
    '/a\u2028',
    '/a\u0000',
    'http://',
    'http://[::1',
    'xhttp://acme.example',
    ' http://acme.example',
    null,
    {},
    ['/a'],
    { toString: () => '/a' },
    { href: 'https://acme.example' },
  ]) {
    test(`is a TypeError for ${JSON.stringify(url)}`, () =>
      assert.ok(thrownBy(() => withRunId(url, ANN)) instanceof TypeError));
  }
});

test('a worker thread goes on with the run that workerData carries', () => {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    const { currentRunId, runWithRunId } = require(workerData.entry);
    runWithRunId(workerData.runId, async () => { await null; parentPort.postMessage(currentRunId()); });`;
  return runWithRunId(ANN, async () => {
    const workerData = { entry: require.resolve('../lib/context/index.js'), runId: requireRunId() };
    const worker = new Worker(source, { eval: true, workerData });
    const received = await new Promise((resolve, reject) =>
      worker.once('message', resolve).once('error', reject),
    );
    assert.equal(received, ANN);
  });
});

test('requiring the package alone does not load the context', () => {
  const script = `require('./index.js');
    console.log(Object.keys(require.cache).some((file) => /[\\\\/](context|handover)\\.js$/.test(file)));`;
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(stdout.trim(), 'false');
});
