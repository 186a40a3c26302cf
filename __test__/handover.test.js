'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { describe, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { configure } = require('../index.js');
const {
  bindRun,
  childEnv,
  currentRunId,
  extract,
  inject,
  leaveRun,
  receive,
  runIdFromEnv,
  runWithRunId,
  withRunId,
} = require('../lib/context/index.js');
const { codeOf, rejectionOf, thrownBy } = require('./support/thrown.js');

configure({ logger: null });
delete process.env.RUN_ID;

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const LEE = `${BASE}-Lee-Marlow`;
const OTHER = '251006-143001-Ann-Carver';
const ROOT = path.join(__dirname, '..');

const headersWith = (...pairs) => {
  const headers = new Headers({ accept: '*/*' });
  for (const [name, value] of pairs) headers.append(name, value);
  return headers;
};

/** A carrier of an application's own: a text of parts. */
const TEXT = {
  source: 'acme-text',
  get(text) {
    const found = text.split(';').filter((part) => part.startsWith('run='));
    return found.length > 1 ? found : found[0]?.slice('run='.length);
  },
  set: (text, runId) => `${text};run=${runId}`,
};

/**
 * Each carrier: one without a run ID, one with a given one, several, another spelling, and what is none. What is sent may
 * arrive as part of a message.
 */
const CARRIERS = [
  {
    name: 'data',
    place: 'data runId',
    empty: { leads: 5 },
    with: (runId) => ({ leads: 5, runId }),
    twice: { runId: ANN, run_id: ANN },
    misspelled: { run_id: ANN },
    wrong: [[], 'runId', 7, () => {}],
  },
  {
    name: 'workerData',
    place: 'workerData runId',
    empty: {},
    with: (runId) => ({ runId }),
    twice: { runId: ANN, RunID: OTHER },
    misspelled: { runID: ANN },
    wrong: [[], 'runId'],
  },
  {
    name: 'headers',
    place: 'headers run-id',
    empty: { accept: '*/*' },
    with: (runId) => ({ accept: '*/*', 'run-id': runId }),
    twice: { 'run-id': ANN, 'Run-Id': ANN },
    misspelled: { run_id: ANN },
    wrong: [[], 'run-id'],
  },
  {
    name: 'headers',
    kind: 'Headers',
    place: 'headers run-id',
    empty: headersWith(),
    with: (runId) => headersWith(['Run-Id', runId]),
    twice: headersWith(['run-id', ANN], ['run-id', ANN]),
    misspelled: headersWith(['run_id', ANN]),
    wrong: [],
  },
  {
    name: 'headers',
    kind: 'Map',
    place: 'headers run-id',
    empty: new Map([['accept', '*/*']]),
    with: (runId) =>
      new Map([
        ['accept', '*/*'],
        ['run-id', runId],
      ]),
    twice: new Map([
      ['run-id', ANN],
      ['RUN-ID', ANN],
    ]),
    misspelled: new Map([['runid', ANN]]),
    wrong: [],
  },
  {
    name: 'url',
    place: 'url ?runId',
    empty: 'https://acme.example/hook?page=2#top',
    with: (runId) => `https://acme.example/hook?page=2&runId=${runId}#top`,
    twice: `/hook?runId=${ANN}&runId=${ANN}`,
    misspelled: `/hook?runId[]=${ANN}`,
    wrong: ['hook', 7, {}, [], '//acme.example'],
  },
  {
    name: 'bullmq',
    place: 'bullmq runId',
    empty: { leads: 5 },
    with: (runId) => ({ leads: 5, runId }),
    twice: { runId: ANN, run_id: ANN },
    misspelled: { run_id: ANN },
    wrong: [[], 'runId', 7, new Map()],
    arrived: (data) => ({ id: '1', name: 'score', data, opts: { attempts: 0 } }),
  },
  {
    name: 'kafka',
    place: 'kafka run-id',
    empty: { trace: 'a' },
    with: (runId) => ({ trace: 'a', 'run-id': runId }),
    twice: { 'run-id': ANN, 'Run-Id': ANN },
    misspelled: { 'Run-Id': ANN },
    wrong: ['run-id', 7, new Set()],
    arrived: (headers) => ({ key: null, value: Buffer.from('{}'), headers: buffersOf(headers) }),
  },
  {
    name: 'kafka',
    kind: 'list of Kafka headers',
    place: 'kafka run-id',
    empty: [{ trace: 'a' }],
    with: (runId) => [{ trace: 'a' }, { 'run-id': runId }],
    twice: [{ 'run-id': ANN }, { 'run-id': ANN }],
    misspelled: [{ 'x-run-id': ANN }],
    wrong: [],
    arrived: (headers) => ({ value: Buffer.from('{}'), headers: headers.map(buffersOf) }),
  },
  {
    name: 'kafka',
    kind: 'Map of Kafka headers',
    place: 'kafka run-id',
    empty: new Map([['trace', 'a']]),
    with: (runId) =>
      new Map([
        ['trace', 'a'],
        ['run-id', runId],
      ]),
    twice: new Map([
      ['run-id', ANN],
      ['run_id', OTHER],
    ]),
    misspelled: new Map([['runId', ANN]]),
    wrong: [],
    arrived: (headers) => ({
      value: Buffer.from('{}'),
      headers: new Map([...headers].map(([key, value]) => [Buffer.from(key), bufferOf(value)])),
    }),
  },
  {
    name: 'amqp',
    place: 'amqp run-id',
    empty: { 'x-retries': 1 },
    with: (runId) => ({ 'x-retries': 1, 'run-id': runId }),
    twice: { 'run-id': ANN, 'RUN-ID': OTHER },
    misspelled: { 'X-Run-ID': ANN },
    wrong: [[], 'run-id', new Map()],
    arrived: (headers) => ({ content: Buffer.from('{}'), fields: {}, properties: { headers } }),
  },
  {
    name: 'sqs',
    place: 'sqs RunId',
    empty: { Trace: attributeOf('a') },
    with: (runId) => ({ Trace: attributeOf('a'), RunId: runId === null ? null : attributeOf(runId) }),
    twice: { RunId: attributeOf(ANN), runId: attributeOf(ANN) },
    misspelled: { runId: attributeOf(ANN) },
    wrong: [[], 'RunId', 7],
    arrived: (attributes) => ({ MessageId: '1', Body: '{}', MessageAttributes: attributes }),
  },
  {
    name: TEXT,
    kind: 'custom one',
    place: 'acme-text',
    empty: 'leads=5',
    with: (runId) => `leads=5;run=${runId}`,
    twice: `run=${ANN};run=${ANN}`,
    misspelled: `run=${ANN};run=${OTHER}`,
    wrong: [],
  },
];

function attributeOf(StringValue) {
  return { DataType: 'String', StringValue };
}

function bufferOf(value) {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

/** Headers as KafkaJS gives them to a consumer. */
function buffersOf(headers) {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, bufferOf(value)]));
}

/** What a carrier holds, in a form that can be compared. */
const shown = (carrier) => (typeof carrier?.entries === 'function' ? [...carrier.entries()] : carrier);

for (const carrier of CARRIERS) {
  describe(`the carrier ${carrier.kind ?? carrier.name}`, () => {
    const { name, place, empty, twice, misspelled, arrived = (sent) => sent } = carrier;

    test('carries the run in hand there and back, in a copy', () => {
      const before = shown(empty);
      const full = runWithRunId(ANN, () => inject(empty, name));
      assert.deepEqual(shown(full), shown(carrier.with(ANN)));
      assert.deepEqual(shown(empty), before);
      assert.equal(extract(arrived(full), name), ANN);
      assert.equal(
        runWithRunId(OTHER, () => receive(arrived(full), name, currentRunId)),
        ANN,
      );
    });

    test('carries the run ID that is given rather than the one in hand', () => {
      runWithRunId(BASE, () => {
        assert.equal(extract(arrived(inject(empty, name, LEE)), name), LEE);
        assert.equal(extract(arrived(inject(empty, name)), name), BASE);
      });
      assert.equal(extract(arrived(inject(empty, name, LEE)), name), LEE);
    });

    test('keeps the same ID and refuses another one', () => {
      const full = carrier.with(ANN);
      const kept = inject(full, name, ANN);
      assert.deepEqual(shown(kept), shown(full));
      if (typeof full === 'object') assert.notEqual(kept, full);
      const error = rejectionOf(() => inject(full, name, LEE));
      assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_CONFLICT', place]);
      assert.equal(
        runWithRunId(OTHER, () => codeOf(() => inject(full, name))),
        'CONFLICT',
      );
    });

    test('is MISSING, by its place, where there is none', () => {
      for (const lost of [empty, carrier.with(null), null, undefined]) {
        if (lost === null || lost === undefined || typeof lost !== 'string' || !lost.includes('null')) {
          if (lost instanceof Headers && lost.has('run-id')) continue;
          const error = rejectionOf(() =>
            extract(lost === null || lost === undefined ? lost : arrived(lost), name),
          );
          assert.equal(error.code, 'ERR_RUN_ID_MISSING');
          assert.ok(error.message.includes(place), error.message);
        }
      }
      assert.equal(
        codeOf(() => inject(empty, name)),
        'MISSING',
      );
    });

    test('is TYPE for several values and for another spelling', () => {
      for (const call of [
        () => extract(arrived(twice), name),
        () => extract(arrived(misspelled), name),
        () => inject(twice, name, ANN),
        () => inject(misspelled, name, ANN),
        () => receive(arrived(twice), name, assert.fail),
      ]) {
        assert.equal(codeOf(call), 'TYPE');
      }
      assert.match(rejectionOf(() => extract(arrived(twice), name)).hint, /sent more than once/);
    });

    test('is refused by source for what is no run ID', () => {
      for (const bad of ['', 'foo-bar', ` ${ANN}`]) {
        const full = carrier.with(bad);
        if (carrier.kind === 'Headers' && bad !== 'foo-bar' && bad !== '') continue; // Headers trim
        if (name === 'url' && bad.includes(' ')) continue;
        const error = rejectionOf(() => extract(arrived(full), name));
        assert.deepEqual([error.code, error.source], ['ERR_RUN_ID_FORMAT', place]);
        assert.equal(
          codeOf(() => inject(full, name, ANN)),
          'FORMAT',
        );
      }
    });

    test('is a TypeError for what cannot carry one', () => {
      for (const wrong of carrier.wrong) {
        for (const call of [() => extract(wrong, name), () => inject(wrong, name, ANN)]) {
          const error = thrownBy(call);
          assert.equal(error.constructor, TypeError);
          assert.ok(error.message.includes(`${name} must be`), error.message);
        }
      }
    });
  });
}

test('header values that were joined or sent as an array are several', () => {
  for (const value of [`${ANN}, ${ANN}`, [ANN], [ANN, ANN]]) {
    assert.equal(
      codeOf(() => extract({ 'run-id': value }, 'headers')),
      'TYPE',
    );
  }
});

test('a header of any case is the one, and inject adds no second spelling', () => {
  assert.equal(extract({ 'RUN-ID': ANN }, 'headers'), ANN);
  assert.deepEqual(inject({ 'RUN-ID': ANN }, 'headers', ANN), { 'RUN-ID': ANN });
  assert.equal(
    codeOf(() => inject({ 'RUN-ID': ANN }, 'headers', LEE)),
    'CONFLICT',
  );
});

test('data is the carrier by default, and an unknown one is a TypeError', () => {
  assert.deepEqual(inject({ a: 1 }, undefined, ANN), { a: 1, runId: ANN });
  assert.equal(extract({ runId: ANN }), ANN);
  for (const name of ['Data', '', null, 7, {}, '__proto__', 'constructor']) {
    for (const call of [
      () => inject({}, name, ANN),
      () => extract({}, name),
      () => receive({}, name, () => {}),
    ]) {
      assert.equal(thrownBy(call).constructor, TypeError, String(name));
    }
  }
});

test('an inherited property is not the data', () => {
  assert.equal(
    codeOf(() => extract(Object.create({ runId: ANN }))),
    'MISSING',
  );
  assert.equal(
    codeOf(() => extract({ runId: [ANN] })),
    'TYPE',
  );
});

test('a handler of messages is called in the run of its message, in place of the one in hand', () => {
  const seen = runWithRunId(OTHER, () => [
    receive({ runId: ANN }, 'data', () => currentRunId()),
    currentRunId(),
  ]);
  assert.deepEqual(seen, [ANN, OTHER]);
  assert.equal(thrownBy(() => receive({ runId: ANN }, 'data')).constructor, TypeError);
  assert.equal(
    codeOf(() => receive({}, 'data', assert.fail)),
    'MISSING',
  );
  const { message } = rejectionOf(() => receive({ runId: {} }, 'data', assert.fail));
  assert.match(message, /passed to receive instead/);
});

describe('leaving and binding a run', () => {
  test('what is made outside a run does not belong to it', async () => {
    let timer;
    await runWithRunId(ANN, () =>
      leaveRun(() => {
        assert.equal(currentRunId(), undefined);
        return new Promise((resolve) => (timer = setTimeout(() => resolve(currentRunId()), 1)));
      }).then((later) => assert.equal(later, undefined)),
    );
    clearTimeout(timer);
    runWithRunId(ANN, () => {
      assert.equal(
        leaveRun(() => runWithRunId(OTHER, currentRunId)),
        OTHER,
      );
      assert.equal(currentRunId(), ANN);
    });
    assert.equal(thrownBy(() => leaveRun()).constructor, TypeError);
  });

  test('a bound callback keeps its run, its this and its arguments', () => {
    const connection = { calls: [] };
    const callback = runWithRunId(ANN, () =>
      bindRun(function (...args) {
        this.calls.push([currentRunId(), ...args]);
        return 7;
      }),
    );
    assert.equal(
      runWithRunId(OTHER, () => callback.call(connection, 1, 2)),
      7,
    );
    callback.call(connection);
    assert.deepEqual(connection.calls, [[ANN, 1, 2], [ANN]]);
    const outside = bindRun(currentRunId);
    assert.equal(
      runWithRunId(ANN, () => outside()),
      undefined,
    );
    assert.equal(thrownBy(() => bindRun(null)).constructor, TypeError);
  });
});

describe('RUN_ID', () => {
  /** What a script prints, line by line, in a process that was started with RUN_ID. */
  const linesOf = (script, RUN_ID = ANN) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
      cwd: ROOT,
      env: { ...process.env, RUN_ID },
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout.trim().split('\n');
  };
  const setup = `const { execFileSync } = require('node:child_process');
    require('./index.js').configure({ logger: null });
    const context = require('./lib/context');
    const env = () => console.log(String(process.env.RUN_ID));
    const code = (call) => { try { return call(); } catch (error) { return error.code ?? error.message; } };
    const child = (options) => console.log(execFileSync(process.execPath, ['-e', \`
      require('./index.js').configure({ logger: null });
      try { console.log(require('./lib/context').runIdFromEnv()); } catch (error) { console.log(error.code); }\`],
      { encoding: 'utf8', ...options }).trim());
  `;

  test('is taken out once, and known ever after', () => {
    const script = `${setup}
      console.log(context.runIdFromEnv()); env(); console.log(context.runIdFromEnv());
      child(); child({ env: context.childEnv(context.runIdFromEnv()) });`;
    assert.deepEqual(linesOf(script), [ANN, 'undefined', ANN, 'ERR_RUN_ID_MISSING', ANN]);
  });

  test('and another run that is entered first are a conflict, once; a message is not', () => {
    const listen = `${setup} require('node:diagnostics_channel').subscribe('unified-run-id:conflict', (event) =>
      console.log(event.runId, event.source, event.otherRunId, event.otherSource, event.at !== null));`;
    const enter = (runId) => `context.runWithRunId('${runId}', () => console.log('in'));`;
    const told = [`${OTHER} runId ${ANN} env true`, 'in', 'in'];
    assert.deepEqual(linesOf(`${listen} ${enter(OTHER)} ${enter(OTHER)}`), told);
    assert.deepEqual(linesOf(`${listen} ${enter(BASE)}`), ['in']);
    assert.deepEqual(linesOf(`${listen} context.runIdFromEnv(); ${enter(OTHER)}`), ['in']);
    const message = `context.receive({ runId: '${OTHER}' }, 'data', () => console.log('in'));`;
    assert.deepEqual(linesOf(`${listen} ${message}`), ['in']);
  });

  test('of a service is not that of the children of its runs', () => {
    const other = `context.runWithRunId('${OTHER}', () => { env(); child(); child({ env: context.childEnv() }); });`;
    assert.deepEqual(linesOf(`${setup} ${other}`), ['undefined', 'ERR_RUN_ID_MISSING', OTHER]);
    const same = `context.runWithRunId('${BASE}', () => { env(); child(); });`;
    assert.deepEqual(linesOf(`${setup} ${same}`), [ANN, ANN]);
    for (const made of [
      "require('./lib/boundary/express').runIdBoundary();",
      "require('fastify')().register(require('./lib/boundary/fastify')).ready(() => {",
    ]) {
      const end = made.endsWith('{') ? '});' : '';
      const script = `${setup} ${made} env(); console.log(context.runIdFromEnv()); ${end}`;
      assert.deepEqual(linesOf(script), ['undefined', ANN]);
    }
  });

  test('is replaced by one that is set later, and stays when it is invalid', () => {
    const later = `${setup} context.runIdFromEnv(); process.env.RUN_ID = '${OTHER}';
      console.log(context.runIdFromEnv()); env(); console.log(context.runIdFromEnv());`;
    assert.deepEqual(linesOf(later), [OTHER, 'undefined', OTHER]);
    const invalid = `${setup} for (const _ of [1, 2]) console.log(code(context.runIdFromEnv)); env();
      require('./lib/boundary/express').runIdBoundary(); env();`;
    const code = 'ERR_RUN_ID_FORMAT';
    assert.deepEqual(linesOf(invalid, 'nope'), [code, code, 'nope', 'nope']);
  });

  test('is read without being taken by extract', () => {
    const script = `${setup} console.log(context.extract(process.env, 'env')); env();
      console.log(code(() => context.extract({}, 'env')));`;
    assert.deepEqual(linesOf(script), [ANN, ANN, 'ERR_RUN_ID_MISSING']);
  });

  test('is replaced where an environment inherited one', () => {
    assert.deepEqual(inject({ PATH: '/bin', RUN_ID: OTHER }, 'env', ANN), { PATH: '/bin', RUN_ID: ANN });
    assert.deepEqual(childEnv(ANN, { RUN_ID: OTHER }), { RUN_ID: ANN });
  });

  test('is that of all module registries and threads, and of a thread that was given its own', () => {
    const worker = (options) =>
      `new Worker("const { parentPort } = require('node:worker_threads'); require('./index.js').configure({ logger: null }); try { parentPort.postMessage(require('./lib/context').runIdFromEnv()); } catch (error) { parentPort.postMessage(error.code); }", { eval: true, ${options} })`;
    const script = `${setup} const { Worker } = require('node:worker_threads'); const { once } = require('node:events');
      (async () => {
        context.runIdFromEnv();
        for (const key of Object.keys(require.cache)) if (key.endsWith('.js')) delete require.cache[key];
        console.log(require('./lib/context').runIdFromEnv());
        console.log((await once(${worker('')}, 'message'))[0]);
        console.log((await once(${worker(`env: context.childEnv('${OTHER}')`)}, 'message'))[0]);
        console.log(context.runIdFromEnv());
      })();`;
    assert.deepEqual(linesOf(script), [ANN, ANN, OTHER, ANN]);
  });
});

test('a thread that shares the environment takes RUN_ID for all of them', async () => {
  const script = `require('./index.js').configure({ logger: null });
    const { SHARE_ENV, Worker } = require('node:worker_threads');
    const inThread = "require('./lib/context').runIdFromEnv();";
    new Worker(inThread, { eval: true, env: SHARE_ENV }).on('exit', () => {
      console.log(String(process.env.RUN_ID), require('./lib/context').runIdFromEnv());
    });`;
  const options = { cwd: ROOT, env: { ...process.env, RUN_ID: ANN }, encoding: 'utf8' };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], options);
  assert.deepEqual([stdout, stderr], [`undefined ${ANN}\n`, '']);
});

test('a place that is spelled otherwise is told by its right name', () => {
  for (const [carrier, name, place, right] of [
    [{ run_id: ANN }, 'data', 'data.run_id', 'runId in data'],
    [{ runId: ANN }, 'headers', 'headers.runId', 'run-id in headers'],
  ]) {
    const { source, message } = rejectionOf(() => extract(carrier, name));
    assert.equal(source, place);
    assert.match(message, /^STRICT RUN ID ERROR: Object passed to extract instead of carrier/);
    assert.ok(message.includes(right), message);
  }
});

test('a hand-over without a run in hand says where there would be one', () => {
  for (const call of [() => inject({}), () => childEnv(), () => withRunId('/')]) {
    assert.match(rejectionOf(call).hint, /currentRunId\(\) has none: call this inside runWithRunId/);
  }
});

test('a worker thread receives the run that its data carries', async () => {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
    const { currentRunId, receive } = require(workerData.entry);
    receive(workerData, 'workerData', async () => { await null; parentPort.postMessage(currentRunId()); });`;
  const workerData = inject({ entry: require.resolve('../lib/context/index.js') }, 'workerData', ANN);
  const worker = new Worker(source, { eval: true, workerData });
  const received = await new Promise((resolve, reject) =>
    worker.once('message', resolve).once('error', reject),
  );
  assert.equal(received, ANN);
});

test('withRunId and inject into a URL are one', () => {
  for (const url of ['/hook', new URL('https://acme.example/?a=1')]) {
    assert.equal(withRunId(url, ANN), inject(url, 'url', ANN));
  }
  assert.equal(extract(new URL(`https://acme.example/?runId=${ANN}`), 'url'), ANN);
});

test('nothing is there to take where nothing was handed over', () => {
  assert.equal(codeOf(runIdFromEnv), 'MISSING');
});

test('each hand-over is a send or receive, with its carrier, its peer and the run in hand', (t) => {
  const events = [];
  const hear = (event) => events.push(event);
  for (const name of ['send', 'receive']) {
    subscribe(`unified-run-id:${name}`, hear);
    t.after(() => unsubscribe(`unified-run-id:${name}`, hear));
  }
  receive({ runId: ANN }, 'data', () => {
    inject({}, 'headers');
    inject({}, 'workerData', OTHER);
    withRunId('https://acme.example:8443/a/b?c=d');
    withRunId('/a');
    childEnv();
    extract({ runId: LEE });
  });
  rejectionOf(() => extract({}));
  rejectionOf(() => inject({ runId: OTHER }, 'data', ANN));
  assert.deepEqual(
    events.map(({ event, runId, carrier, peer, within, arrived }) =>
      [event, runId, carrier, peer, within, arrived].map(String).join(' '),
    ),
    [
      `receive ${ANN} data null null null`,
      `send ${ANN} headers null ${ANN} data`,
      `send ${OTHER} workerData null ${ANN} data`,
      `send ${ANN} url acme.example:8443 ${ANN} data`,
      `send ${ANN} url null ${ANN} data`,
      `send ${ANN} env null ${ANN} data`,
      `receive ${LEE} data null ${ANN} data`,
    ],
  );
  for (const { at } of events) assert.match(at, /handover\.test\.js:\d+:\d+$/);
});
