'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { configure } = require('../index.js');
const { bindRun, childEnv, extract, inject } = require('../lib/context/index.js');
const { codeOf, thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const ANN = '251006-143000-Ann-Carver';
const LEE = '251006-143001-Lee-Marlow';

/** Calls it while every object inherits a property of this name. */
function polluted(name, descriptor, call) {
  Object.defineProperty(Object.prototype, name, { ...descriptor, configurable: true });
  try {
    return call();
  } finally {
    delete Object.prototype[name];
  }
}

test('what all objects inherit is no run ID, and hides none', () => {
  for (const [name, kind] of [
    ['runId', 'data'],
    ['run-id', 'headers'],
    ['RUN_ID', 'env'],
  ]) {
    assert.equal(
      polluted(name, { value: LEE }, () => codeOf(() => extract({}, kind))),
      'MISSING',
    );
    const injected = polluted(name, { set() {} }, () => inject({}, kind, ANN));
    assert.deepEqual(injected, { [name]: ANN });
  }
  assert.equal(
    codeOf(() => extract(Object.create({ RUN_ID: ANN }), 'env')),
    'MISSING',
  );
});

test('what all objects inherit changes nothing of a hand-over', () => {
  const own = { source: 'acme-bus', get: ({ run }) => run, set: (frame, run) => ({ ...frame, run }) };
  const calls = () =>
    [
      () => inject({ runId: LEE }, 'data', ANN),
      () => inject({ leads: 5 }, 'bullmq', ANN),
      () => inject({ leads: 5 }, own, ANN),
      () => extract({ run_id: ANN }),
      () => extract({ data: {}, opts: {} }, 'bullmq'),
      () => extract({ value: 'x' }, 'kafka'),
      () => extract({ properties: {} }, 'amqp'),
      () => extract({ Body: '{}' }, 'sqs'),
      () => extract({}, own),
    ].map((call) => {
      try {
        return JSON.stringify(call());
      } catch (error) {
        return error.message;
      }
    });
  const expected = calls();
  const names = ['replaces', 'peerOf', 'place', 'name', 'key', 'found', 'exact', 'values', 'reason', 'value'];
  for (const name of [...names, 'sent', 'accepts', 'copy', 'repeat', 'Body', 'messages', 'run-id']) {
    for (const value of [LEE, true, {}, () => LEE]) {
      assert.deepEqual(polluted(name, { value }, calls), expected, name);
    }
  }
});

test('a process takes no run ID from what all objects inherit', () => {
  const script = `Object.prototype.RUN_ID = '${LEE}';
    require('./index.js').configure({ logger: null });
    try { console.log(require('./lib/context').runIdFromEnv()); } catch (error) { console.log(error.code); }`;
  const { RUN_ID, ...env } = process.env;
  const options = { cwd: path.join(__dirname, '..'), env, encoding: 'utf8' };
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], options);
  assert.deepEqual([stdout, stderr], ['ERR_RUN_ID_MISSING\n', '']);
});

test('the run ID that was looked at is the one that is handed over', () => {
  for (const [kind, name] of [
    ['data', 'runId'],
    ['headers', 'run-id'],
  ]) {
    for (const first of [ANN, undefined]) {
      const values = [first, LEE];
      const carrier = Object.defineProperty({}, name, { enumerable: true, get: () => values.shift() });
      assert.deepEqual(inject(carrier, kind, ANN), { [name]: ANN });
      assert.deepEqual(values, [LEE]);
    }
  }
});

test('an object whose content is not in its properties is refused instead of lost', () => {
  const form = new FormData();
  form.set('leads', '5');
  const others = [
    new Map([['leads', 5]]),
    new Set([5]),
    new Date(),
    Buffer.from('leads'),
    new URLSearchParams('leads=5'),
    Promise.resolve({ leads: 5 }),
    form,
    new Error('leads'),
    new String('leads'),
    /leads/,
  ];
  for (const other of others) {
    for (const kind of ['data', 'workerData', 'headers']) {
      if (kind === 'headers' && other instanceof Map) continue;
      for (const call of [() => inject(other, kind, ANN), () => extract(other, kind)]) {
        const error = thrownBy(call);
        assert.equal(error.constructor, TypeError, kind);
        assert.match(error.message, new RegExp(`${kind} must be`));
      }
    }
  }
  class Lead {
    leads = 5;
  }
  assert.deepEqual(inject(new Lead(), 'data', ANN), { leads: 5, runId: ANN });
});

test('headers that only look like a collection are an object, and no run ID is lost in them', () => {
  const odd = { entries: () => [], set() {} };
  for (const headers of [odd, Object.assign(Object.create(null), odd)]) {
    const injected = inject(headers, 'headers', ANN);
    assert.notEqual(injected, headers);
    assert.equal(injected['run-id'], ANN);
    assert.equal(headers['run-id'], undefined);
  }
  class OtherHeaders {
    accept = '*/*';
    get [Symbol.toStringTag]() {
      return 'OtherHeaders';
    }
  }
  assert.deepEqual(inject(new OtherHeaders(), 'headers', ANN), { accept: '*/*', 'run-id': ANN });
});

test('an absent header of another spelling is not sent beside the run ID', () => {
  for (const name of ['Run-Id', 'run_id', 'run-id']) {
    for (const absent of [undefined, null]) {
      for (const headers of [{ [name]: absent }, new Map([[name, absent]])]) {
        const sent = new Headers(inject(headers, 'headers', ANN));
        assert.deepEqual([...sent], [['run-id', ANN]]);
        assert.equal(extract(sent, 'headers'), ANN);
      }
    }
  }
});

test('what is injected into is left as it is', () => {
  const headers = { 'Run-Id': undefined, accept: '*/*' };
  const map = new Map([['Run-Id', null]]);
  const env = { RUN_ID: LEE };
  inject(headers, 'headers', ANN);
  inject(map, 'headers', ANN);
  childEnv(ANN, env);
  assert.deepEqual(headers, { 'Run-Id': undefined, accept: '*/*' });
  assert.deepEqual([...map], [['Run-Id', null]]);
  assert.deepEqual(env, { RUN_ID: LEE });
});

test('a bound function has as many parameters as its own', () => {
  assert.equal(bindRun((_error, _req, _res, _next) => {}).length, 4);
  assert.equal(bindRun(() => {}).length, 0);
});
