'use strict';

const assert = require('node:assert/strict');
const { AsyncLocalStorage } = require('node:async_hooks');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { EventEmitter } = require('node:events');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');
const { EVENTS } = require('../lib/binding.js');
const runIds = require('../index.js');
const { standIn } = require('../lib/events/events.js');
const { HOSTILE_VALUES } = require('./support/hostile-values.js');
const { NOON, NOON_BASE, issuedSinceNoon } = require('./support/issued.js');
const { rejectionOf, thrownBy } = require('./support/thrown.js');
const { Workspace } = require('../tools/workspace.js');

const { configure, generateTimestampRunId, isRunId, normalizeRunId, resolveRunId } = runIds;

const RUN_ID = '250712-100505-Ann-Carver';
const OTHER = '250712-100506';

/** The fields of each event besides the common ones. */
const FIELDS = Object.fromEntries(EVENTS.kinds.map(({ name, fields }) => [name, fields]));

/** Listens on every channel until the test ends. The list of events goes on growing. */
function listen(t, names = Object.keys(FIELDS)) {
  const events = [];
  for (const name of names) {
    const channel = `unified-run-id:${name}`;
    const listener = (event, from) => {
      assert.equal(from, channel);
      events.push(event);
    };
    subscribe(channel, listener);
    t.after(() => unsubscribe(channel, listener));
  }
  return events;
}

/** Those of a rejection or of the run in hand that most events have no value for. */
const SELDOM = ['table', 'near', 'leftOut', 'counts', 'within', 'arrived'];

/** Only what is an event's own. */
function ownFields(event) {
  const fields = FIELDS[event.event].filter((field) => !SELDOM.includes(field) || event[field] !== null);
  return Object.fromEntries(fields.map((field) => [field, event[field]]));
}

test.beforeEach(() => configure({ logger: null, debug: false, service: 'accounts', now: () => NOON }));
test.after(() => configure({ now: null }));

const OCCASIONS = [
  ['generate', () => generateTimestampRunId('Ann-Carver')],
  ['resolve', () => resolveRunId({ query: { runId: RUN_ID } })],
  ['pass', () => normalizeRunId(RUN_ID)],
  ['pass', () => runIds.getNormalizedRunId(RUN_ID)],
  ['reject', () => rejectionOf(() => normalizeRunId('foo-bar'))],
  ['reject', () => rejectionOf(() => runIds.generateRunId())],
  ['conflict', () => resolveRunId({ query: { runId: RUN_ID } }, { parentRunId: OTHER })],
  ['configure', () => configure({ debug: false })],
];

test('every event holds the common fields and its own, no others, none of them undefined', (t) => {
  for (const [name, occasion] of OCCASIONS) {
    const events = listen(t, [name]);
    const before = Date.now();
    occasion();
    const after = Date.now();
    assert.equal(events.length, 1, name);
    const [event] = events;
    assert.deepEqual(Object.keys(event).sort(), [...EVENTS.common, ...FIELDS[name]].sort());
    assert.ok(!Object.values(event).includes(undefined), name);
    assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(before <= Date.parse(event.time) && Date.parse(event.time) <= after, event.time);
    assert.match(event.proc, /^[0-9a-f]{8}$/);
    const { service, host, pid, thread, op } = event;
    assert.deepEqual(
      { service, host, pid, thread, op, event: event.event },
      { service: 'accounts', host: os.hostname(), pid: process.pid, thread: 0, op: null, event: name },
    );
    assert.equal(event.at.replace(/:\d+:\d+$/, ''), path.relative(process.cwd(), __filename), name);
  }
});

test('every event is frozen', (t) => {
  for (const [name, occasion] of OCCASIONS) {
    const events = listen(t, [name]);
    occasion();
    const [event] = events;
    assert.ok(Object.isFrozen(event), name);
    for (const value of Object.values(event)) assert.ok(Object.isFrozen(value), name);
  }
});

test('generate tells the run ID and its lead', (t) => {
  const events = listen(t);
  generateTimestampRunId();
  generateTimestampRunId('Ann-Carver');
  assert.deepEqual(events.map(ownFields), [
    { runId: NOON_BASE, leadSeconds: 0 },
    { runId: '251006-120001-Ann-Carver', leadSeconds: 1 },
  ]);
});

test('resolve tells the run ID, its source and the client that was expected', (t) => {
  const events = listen(t, ['resolve']);
  const expectClientId = 'Ann-Carver';
  resolveRunId({ specificRunId: OTHER });
  resolveRunId({ query: { runId: RUN_ID } }, { expectClientId });
  resolveRunId({ body: { runId: RUN_ID } }, null);
  resolveRunId({}, RUN_ID);
  runIds.resolveRunIdWithSource({}, { parentRunId: RUN_ID, expectClientId });
  resolveRunId({}, { expectClientId });
  assert.deepEqual(events.map(ownFields), [
    { runId: OTHER, source: 'specificRunId', expectClientId: null },
    { runId: RUN_ID, source: 'query', expectClientId },
    { runId: RUN_ID, source: 'body', expectClientId: null },
    { runId: RUN_ID, source: 'parentRunId', expectClientId: null },
    { runId: RUN_ID, source: 'parentRunId', expectClientId },
    { runId: `${NOON_BASE}-Ann-Carver`, source: 'generated', expectClientId },
  ]);
});

test('after generating, generate comes before resolve', (t) => {
  const events = listen(t);
  const logged = [];
  configure({ debug: true, logger: (event) => logged.push(event) });
  events.length = 0;
  logged.length = 0;
  resolveRunId({ query: {} });
  const expected = [
    ['generate', NOON_BASE],
    ['resolve', NOON_BASE],
  ];
  for (const order of [events, logged]) {
    assert.deepEqual(
      order.map(({ event, runId }) => [event, runId]),
      expected,
    );
  }
});

test('pass tells the run ID, and only the two checks emit it', (t) => {
  const events = listen(t);
  normalizeRunId(RUN_ID);
  runIds.getNormalizedRunId(OTHER);
  assert.deepEqual(
    events.map(({ event, runId }) => [event, runId]),
    [
      ['pass', RUN_ID],
      ['pass', OTHER],
    ],
  );
});

test('reject tells what the error tells, and its whole stack', (t) => {
  const events = listen(t);
  const occasions = [
    [() => normalizeRunId('foo-bar')],
    [() => normalizeRunId([RUN_ID])],
    [() => runIds.parseRunId('')],
    [() => runIds.getBaseRunId(undefined)],
    [() => runIds.getClientId(null)],
    [() => runIds.createClientRunId(RUN_ID, 'Acme-Corp')],
    [() => generateTimestampRunId(null)],
    [() => runIds.addClientSuffix(RUN_ID)],
    [() => resolveRunId(42)],
    [() => resolveRunId({}, { generate: false })],
    [() => resolveRunId({ query: { runId: [RUN_ID, OTHER] } })],
    [() => resolveRunId({}, Promise.resolve(RUN_ID))],
    [() => resolveRunId({}, { expectClientId: undefined })],
    [() => resolveRunId({ body: { runId: RUN_ID } }, { expectClientId: 'Acme-Corp' }), 'Acme-Corp'],
    [() => resolveRunId({ body: { runId: 'foo' } }, { expectClientId: 'Acme-Corp' }), 'Acme-Corp'],
    [() => resolveRunId({ body: { runId: RUN_ID } }, { parentRunId: OTHER, onConflict: 'throw' })],
  ];
  const errors = occasions.map(([call]) => rejectionOf(call));
  assert.deepEqual(
    events.map(ownFields),
    errors.map(({ code, message, source = null, received = null, stack }, index) => {
      const [, expectClientId = null] = occasions[index];
      return { code, message, source, received, expectClientId, lost: null, stack };
    }),
  );
  for (const { stack, message } of events) assert.ok(stack.includes(message) && stack.includes(__filename));
});

test('reject is told once, also when the clock or the lead refuses', (t) => {
  const events = listen(t);
  configure({ maxLeadSeconds: 0 });
  t.after(() => configure({ maxLeadSeconds: 3600 }));
  generateTimestampRunId();
  events.length = 0;
  rejectionOf(() => generateTimestampRunId());
  configure({ now: () => Number.NaN });
  rejectionOf(() => resolveRunId({ query: {} }));
  assert.deepEqual(
    events.map(({ event, code }) => [event, code ?? null]),
    [
      ['reject', 'ERR_RUN_ID_EXHAUSTED'],
      ['configure', null],
      ['reject', 'ERR_RUN_ID_CLOCK'],
    ],
  );
});

test('conflict tells both run IDs and both sources, a bad lower one as far as it can be shown', (t) => {
  const events = listen(t, ['conflict']);
  const throwing = {
    get runId() {
      throw new Error('a hostile getter');
    },
  };
  resolveRunId({ specificRunId: RUN_ID, query: { runId: OTHER }, body: { runId: '250712-100505' } });
  resolveRunId({ query: { runId: RUN_ID }, body: { runId: ['\u0132'] } }, 'no\nrun ID');
  resolveRunId({ query: { runId: RUN_ID }, body: throwing });
  assert.deepEqual(events.map(ownFields), [
    { runId: RUN_ID, source: 'specificRunId', otherRunId: OTHER, otherSource: 'query', sender: null },
    { runId: RUN_ID, source: 'query', otherRunId: 'array', otherSource: 'body', sender: null },
    { runId: RUN_ID, source: 'query', otherRunId: 'no\\nrun ID', otherSource: 'parentRunId', sender: null },
    { runId: RUN_ID, source: 'query', otherRunId: null, otherSource: 'body', sender: null },
  ]);
});

test('each configuration is told with what it set, and a refused one is not', (t) => {
  const events = listen(t, ['configure']);
  configure({ service: 'billing', debug: false, maxLeadSeconds: 60 });
  configure({ logger: () => {}, now: null, service: undefined });
  configure({ logger: null });
  configure({});
  assert.ok(thrownBy(() => configure({ service: '' })) instanceof TypeError);
  assert.ok(thrownBy(() => configure({ colour: 'red' })) instanceof TypeError);
  configure({ maxLeadSeconds: 3600 });
  assert.deepEqual(events.map(ownFields), [
    { settings: { service: 'billing', debug: false, maxLeadSeconds: 60 } },
    { settings: { logger: 'function', now: null } },
    { settings: { logger: null } },
    { settings: {} },
    { settings: { maxLeadSeconds: 3600 } },
  ]);
});

test('isRunId emits nothing, whatever it is given', (t) => {
  configure({ debug: true, logger: (event) => assert.fail(event.event) });
  const events = listen(t);
  for (const [name, value] of HOSTILE_VALUES) assert.equal(isRunId(value), false, name);
  assert.equal(isRunId(RUN_ID), true);
  assert.equal(isRunId(OTHER), true);
  assert.deepEqual(events, []);
});

test('calls made inside a listener or a logger emit nothing, and the next one outside does', (t) => {
  const events = listen(t);
  const callEverything = () => {
    configure({ service: 'billing' });
    normalizeRunId(OTHER);
    generateTimestampRunId();
    resolveRunId({ query: { runId: RUN_ID }, body: { runId: OTHER } });
    resolveRunId({ query: {} });
    rejectionOf(() => normalizeRunId(''));
    rejectionOf(() => resolveRunId({}, { generate: false }));
  };
  const names = () => events.splice(0).map(({ event }) => event);
  for (const name of ['pass', 'reject', 'generate', 'resolve', 'conflict', 'configure']) {
    subscribe(`unified-run-id:${name}`, callEverything);
  }
  normalizeRunId(RUN_ID);
  rejectionOf(() => normalizeRunId(''));
  resolveRunId({ query: {} });
  resolveRunId({ query: { runId: RUN_ID }, body: { runId: OTHER } });
  configure({ debug: false });
  for (const name of ['pass', 'reject', 'generate', 'resolve', 'conflict', 'configure']) {
    unsubscribe(`unified-run-id:${name}`, callEverything);
  }
  assert.deepEqual(names(), ['pass', 'reject', 'generate', 'resolve', 'conflict', 'resolve', 'configure']);

  let logged = 0;
  configure({
    debug: true,
    logger: () => {
      logged += 1;
      callEverything();
    },
  });
  names();
  logged = 0;
  normalizeRunId(RUN_ID);
  assert.deepEqual([names(), logged], [['pass'], 1]);
});

test('calls made inside a listener work as they do outside', (t) => {
  const seen = [];
  const listener = () => seen.push(generateTimestampRunId(), rejectionOf(() => normalizeRunId('')).code);
  subscribe('unified-run-id:pass', listener);
  t.after(() => unsubscribe('unified-run-id:pass', listener));
  normalizeRunId(RUN_ID);
  assert.deepEqual(seen, [NOON_BASE, 'ERR_RUN_ID_FORMAT']);
  assert.equal(issuedSinceNoon(), 1);
});

test('a listener changes nothing about results and errors', (t) => {
  const call = () => [
    normalizeRunId(RUN_ID),
    generateTimestampRunId('Ann-Carver'),
    resolveRunId({ query: { runId: RUN_ID } }),
    resolveRunId({}, OTHER),
    rejectionOf(() => normalizeRunId('foo-bar')).message,
  ];
  const without = call();
  listen(t);
  configure({ now: () => NOON });
  assert.deepEqual(call(), without);
});

test('a listener that throws does not reach the caller, and events go on', async (t) => {
  const seen = await new Workspace(t).ask(() => {
    const { subscribe } = require('node:diagnostics_channel');
    const { normalizeRunId } = require('unified-run-id');
    const uncaught = [];
    process.on('uncaughtException', ({ message }) => uncaught.push(message));
    let calls = 0;
    subscribe('unified-run-id:pass', () => {
      throw new Error(`listener ${++calls}`);
    });
    const returned = [normalizeRunId('251006-120000'), normalizeRunId('251006-120001')];
    setImmediate(() => console.log(JSON.stringify({ returned, uncaught })));
  });
  assert.deepEqual(seen, {
    returned: ['251006-120000', '251006-120001'],
    uncaught: ['listener 1', 'listener 2'],
  });
});

test('the service is named by the environment until configure names another', async (t) => {
  const workspace = new Workspace(t);
  const script = () => {
    const { subscribe } = require('node:diagnostics_channel');
    const runIds = require('unified-run-id');
    const seen = [];
    subscribe('unified-run-id:pass', ({ service, proc }) => seen.push([service, proc]));
    runIds.normalizeRunId('251006-120000');
    runIds.configure({ service: 'billing' });
    runIds.normalizeRunId('251006-120000');
    console.log(JSON.stringify(seen));
  };
  const [unnamed, named] = await Promise.all([
    workspace.ask(script),
    workspace.ask(script, { env: { RUN_ID_SERVICE: 'accounts' } }),
  ]);
  assert.deepEqual(
    [unnamed, named].map((seen) => seen.map(([service]) => service)),
    [
      ['script-1.js', 'billing'],
      ['accounts', 'billing'],
    ],
  );
  assert.equal(unnamed[0][1], unnamed[1][1], 'one number for the life of a process');
  assert.notEqual(unnamed[0][1], named[0][1], 'another one for another process');
});

// Each place that is to be found is marked; the call begins right behind its mark.
const CALLS = `
const places = [];
subscribe('unified-run-id:pass', ({ at }) => places.push(at));
subscribe('unified-run-id:generate', ({ at }) => places.push(at));
subscribe('unified-run-id:resolve', ({ at }) => places.push(at));
subscribe('unified-run-id:reject', ({ at }) => places.push(at));
subscribe('unified-run-id:configure', ({ at }) => places.push(at));
runIds./*@*/configure({ logger: null });
/*@*/normalizeRunId('251006-120000');
  runIds./*@*/getNormalizedRunId('251006-120000'); runIds./*@*/generateTimestampRunId();
function inner() {
  return /*@*/resolveRunId({}, '251006-120000');
}
inner();
['251006-120000'].map((runId) => /*@*/normalizeRunId(runId));
class Job { constructor() { this.runId = /*@*/normalizeRunId('251006-120000'); } }
new Job();
try { runIds./*@*/createClientRunId('', ''); } catch {}
try { runIds./*@*/generateRunId(); } catch {}
async function later() {
  await null;
  /*@*/normalizeRunId('251006-120000');
  console.log(JSON.stringify(places));
}
later();
`;

const HEADS = {
  cjs: `const { subscribe } = require('node:diagnostics_channel');
const runIds = require('unified-run-id');
const { normalizeRunId, resolveRunId } = runIds;`,
  mjs: `import { subscribe } from 'node:diagnostics_channel';
import runIds, { normalizeRunId, resolveRunId } from 'unified-run-id';`,
};

function markedPlaces(source, name) {
  return source.split('\n').flatMap((line, index) => {
    const columns = [...line.matchAll(/\/\*@\*\//g)].map((mark) => mark.index + mark[0].length + 1);
    return columns.map((column) => `${name}:${index + 1}:${column}`);
  });
}

for (const [kind, head] of Object.entries(HEADS)) {
  test(`at is the caller's file, line and column, relative to the working directory, in ${kind}`, async (t) => {
    const workspace = new Workspace(t);
    const source = head + CALLS;
    const runs = ['caller', 'api/routes/caller', 'Größe 100% (copy)/Ann Carver #1'].map(async (stem) => {
      const name = `${stem}.${kind}`;
      workspace.write(name, source);
      assert.deepEqual(await workspace.ask(name), markedPlaces(source, path.normalize(name)));
      const elsewhere = path.dirname(workspace.folder);
      const relative = path.join(path.basename(workspace.folder), name);
      assert.deepEqual(await workspace.ask(name, { cwd: elsewhere }), markedPlaces(source, relative));
    });
    await Promise.all(runs);
    const below = workspace.path('node_modules');
    const name = `caller.${kind}`;
    assert.deepEqual(await workspace.ask(name, { cwd: below }), markedPlaces(source, path.join('..', name)));
  });
}

test('at is the calling package when another package wraps this one', async (t) => {
  const workspace = new Workspace(t);
  const wrapper = `exports.check = (runId) => require('unified-run-id').normalizeRunId(runId);`;
  workspace.write(path.join('node_modules', 'acme-wrapper', 'index.js'), wrapper);
  const at = await workspace.ask(() => {
    const { subscribe } = require('node:diagnostics_channel');
    subscribe('unified-run-id:pass', ({ at }) => console.log(JSON.stringify(at)));
    require('acme-wrapper').check('251006-120000');
  });
  const column = wrapper.indexOf('normalizeRunId') + 1;
  assert.equal(at, `${path.join('node_modules', 'acme-wrapper', 'index.js')}:1:${column}`);
});

test('without a stack, at and stack are null and nothing breaks', (t) => {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const restore = () => Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  t.after(restore);
  const events = listen(t, ['pass', 'reject']);
  Error.prepareStackTrace = () => [];
  normalizeRunId(RUN_ID);
  assert.equal(events[0].at, null, 'formatted when it is first read');
  rejectionOf(() => normalizeRunId(''));
  restore();
  Error.stackTraceLimit = 0;
  normalizeRunId(RUN_ID);
  restore();
  assert.deepEqual(
    events.map(({ at, stack = null }) => ({ at, stack })),
    Array(3).fill({ at: null, stack: null }),
  );
});

test('if formatting a stack throws, neither the error nor its event changes', (t) => {
  const { prepareStackTrace } = Error;
  const restore = () => (Error.prepareStackTrace = prepareStackTrace);
  t.after(restore);
  const events = listen(t, ['pass', 'reject']);
  Error.prepareStackTrace = () => {
    throw new Error('a formatter of the application');
  };
  normalizeRunId(RUN_ID);
  const { at } = events[0];
  let code;
  try {
    normalizeRunId('');
  } catch (error) {
    ({ code } = error);
  }
  const rejection = { ...events[1] };
  restore();
  assert.equal(code, 'ERR_RUN_ID_FORMAT');
  assert.deepEqual([at, rejection.event, rejection.at, rejection.stack], [null, 'reject', null, null]);
});

// Windows does not delete a working directory.
if (process.platform !== 'win32') {
  test('a deleted working directory leaves the place absolute', async (t) => {
    const workspace = new Workspace(t);
    const at = await workspace.ask(() => {
      const fs = require('node:fs');
      const { subscribe } = require('node:diagnostics_channel');
      const runIds = require('unified-run-id');
      subscribe('unified-run-id:pass', ({ at }) => console.log(JSON.stringify(at)));
      fs.mkdirSync('gone');
      process.chdir('gone');
      fs.rmdirSync(require('node:path').join(__dirname, 'gone'));
      runIds.normalizeRunId('251006-120000');
    });
    assert.ok(at.startsWith(workspace.folder), at);
    assert.match(at, /script-1\.js:\d+:\d+$/);
  });
}

test('loading the package starts nothing, and no event is lost where nothing can be loaded any more', async (t) => {
  const seen = await new Workspace(t).ask(() => {
    const { createHook } = require('node:async_hooks');
    const Module = require('node:module');
    const started = [];
    // An addon has a CustomGC; all else would be called back later.
    const hook = createHook({ init: (_id, type) => type === 'CustomGC' || started.push(type) }).enable();
    const runIds = require('unified-run-id');
    hook.disable();
    // What Jest does to a test file that has ended.
    Module._load = () => undefined;
    const events = [];
    runIds.configure({ logger: (event) => events.push(event) });
    let code;
    try {
      runIds.normalizeRunId('foo-bar');
    } catch (error) {
      code = error.code;
    }
    const [{ event, host, thread, at }] = events;
    console.log(JSON.stringify({ started, code, event, host, thread, at }));
  });
  assert.deepEqual(seen, {
    started: [],
    at: null,
    code: 'ERR_RUN_ID_FORMAT',
    event: 'reject',
    host: os.hostname(),
    thread: 0,
  });
});

test('a stack that overflows in the middle of a call leaves events as they were', async (t) => {
  const seen = await new Workspace(t).ask(
    (overflow) => {
      const { atEachDepth } = require(overflow);
      const runIds = require('unified-run-id');
      const { runIdBoundary } = require('unified-run-id/express');
      const boundary = runIdBoundary();
      const events = [];
      process.on('warning', () => {});
      runIds.configure({ debug: true, logger: (event) => events.push(event) });
      const calls = {
        pass: () => runIds.normalizeRunId('251006-120000'),
        reject: () => runIds.normalizeRunId('foo-bar'),
        boundary: () => boundary({ headers: {}, query: { runId: 'foo-bar' } }, {}, () => {}),
      };
      const seen = {};
      for (const [name, call] of Object.entries(calls)) {
        atEachDepth(call);
        events.length = 0;
        /*@*/ runIds.normalizeRunId('251006-120000');
        try {
          runIds.normalizeRunId('foo-bar');
        } catch {}
        seen[name] = events.map(({ event, at }) => [event, at]);
      }
      console.log(JSON.stringify(seen));
    },
    { args: [require.resolve('./support/overflow.js')] },
  );
  for (const [name, events] of Object.entries(seen)) {
    const lines = events.map(([, at]) => Number(/^script-1\.js:(\d+):\d+$/.exec(at)[1]));
    assert.deepEqual([events.map(([event]) => event), lines[1] - lines[0]], [['pass', 'reject'], 2], name);
  }
});

test('no listener is called where the stack is too full for it, since its overflow would end the process', async (t) => {
  const seen = await new Workspace(t).ask(
    (overflow) => {
      const { atEachDepth } = require(overflow);
      const { subscribe } = require('node:diagnostics_channel');
      const { normalizeRunId } = require('unified-run-id');
      const seen = { calls: 0, heard: 0, overflows: 0 };
      process.on('uncaughtException', (error) => {
        if (error instanceof RangeError) seen.overflows += 1;
      });
      const descend = (depth) => depth > 0 && descend(depth - 1);
      let isFirst = true;
      subscribe('unified-run-id:pass', () => {
        seen.heard += 1;
        descend(10);
        if (isFirst) throw new Error('what reports it is compiled, too');
      });
      const call = () => {
        normalizeRunId('251006-120000');
        seen.calls += 1;
      };
      // A function that runs for the first time is compiled, which takes more of the stack than the listener is sure of.
      call();
      isFirst = false;
      setImmediate(() => {
        atEachDepth(call);
        setImmediate(() => console.log(JSON.stringify(seen)));
      });
    },
    { args: [require.resolve('./support/overflow.js')] },
  );
  assert.equal(seen.overflows, 0);
  assert.ok(seen.calls > seen.heard && seen.heard > 0, JSON.stringify(seen));
});

test('what stands for the stack of calls tells the place of events and the stack of errors', (t) => {
  const events = listen(t, ['pass', 'reject']);
  const { readStack } = standIn;
  t.after(() => {
    standIn.readStack = readStack;
  });
  const made = 'Error: made\n    at make (/srv/app.js:3:5)\n    at /srv/main.js:1:1';
  const seen = [made, null].map((stack) => {
    standIn.readStack = () => stack;
    const error = rejectionOf(() => normalizeRunId('foo-bar'));
    normalizeRunId(RUN_ID);
    const [rejection, pass] = events.splice(0);
    assert.equal(rejection.stack, error.stack);
    assert.ok(!Object.keys(error).includes('stack'));
    assert.equal(rejection.at, pass.at);
    return [error.stack.replace(error.message, 'message'), pass.at];
  });
  assert.deepEqual(seen, [
    [
      'RunIdError: message\n    at make (/srv/app.js:3:5)\n    at /srv/main.js:1:1',
      `${path.relative(process.cwd(), '/srv/app.js')}:3:5`,
    ],
    ['RunIdError: message', null],
  ]);
  standIn.readStack = null;
  const error = rejectionOf(() => normalizeRunId('foo-bar'));
  assert.ok(error.stack.includes(__filename));
  assert.ok(events[0].at.includes(path.basename(__filename)));
});

test('the stack limit is what it was before an event, and one of a listener is not changed', (t) => {
  const { stackTraceLimit } = Error;
  t.after(() => (Error.stackTraceLimit = stackTraceLimit));
  const seen = [];
  const hear = () => seen.push(Error.stackTraceLimit);
  subscribe('unified-run-id:pass', hear);
  t.after(() => unsubscribe('unified-run-id:pass', hear));
  for (const limit of [0, 1, 7, Infinity]) {
    Error.stackTraceLimit = limit;
    normalizeRunId(RUN_ID);
    assert.equal(Error.stackTraceLimit, limit);
  }
  assert.deepEqual(seen, [0, 1, 7, Infinity]);
});

test('an event of a listener alone has no number of a line', (t) => {
  const events = listen(t, ['pass']);
  normalizeRunId(RUN_ID);
  assert.deepEqual([events[0].v, events[0].n], [EVENTS.version, null]);
});

test('the place is that of the caller too where a builtin calls the function', (t) => {
  const events = listen(t, ['pass']);
  const ways = [
    () => [RUN_ID].map(normalizeRunId),
    () => RUN_ID.replace(/.*/, normalizeRunId),
    () => RUN_ID.replaceAll(/^.*$/g, normalizeRunId),
    () => new EventEmitter().on('run', normalizeRunId).emit('run', RUN_ID),
    () => new AsyncLocalStorage().run(null, normalizeRunId, RUN_ID),
    () => Reflect.apply(normalizeRunId, null, [RUN_ID]),
  ];
  for (const way of ways) {
    way();
    assert.match(events.at(-1).at, /events\.test\.js:\d+:\d+$/, String(way));
  }
  assert.equal(events.length, ways.length);
});

test('time is that of the clock to the millisecond, wherever it stands', (t) => {
  const file = require.resolve('../lib/events/event.js');
  const loaded = require.cache[file];
  t.after(() => (require.cache[file] = loaded));
  const second = Date.UTC(2025, 9, 6, 14, 30, 0);
  // The file holds the clock that it finds when it is loaded.
  const clock = t.mock.method(Date, 'now');
  delete require.cache[file];
  const { makeEvent } = require('../lib/events/event.js');
  for (const now of [second, second + 7, second + 999, second + 1000, second - 1, -1, -1000, 0, 1.5]) {
    clock.mock.mockImplementation(() => now);
    const { time } = makeEvent('pass', {}, null, () => null, null);
    assert.equal(time, new Date(Math.floor(now)).toISOString());
  }
});

test('time is the real one where a test has replaced the clock', (t) => {
  const events = listen(t, ['pass']);
  const begun = Date.now();
  t.mock.method(Date, 'now', () => 0);
  normalizeRunId(RUN_ID);
  assert.ok(Date.parse(events[0].time) >= begun);
});

test('a place is formatted when it is first read, and once', (t) => {
  const { prepareStackTrace } = Error;
  t.after(() => (Error.prepareStackTrace = prepareStackTrace));
  const events = listen(t, ['pass']);
  let formatted = 0;
  Error.prepareStackTrace = (error) => {
    formatted += 1;
    return `${error}\n    at /srv/a.js:3:5`;
  };
  normalizeRunId(RUN_ID);
  assert.equal(formatted, 0);
  const { at } = events[0];
  assert.deepEqual([events[0].at, formatted], [at, 1]);
});

test('an event whose place was not read keeps two or three frames of the stack', (t) => {
  const { prepareStackTrace } = Error;
  t.after(() => (Error.prepareStackTrace = prepareStackTrace));
  const events = listen(t, ['pass', 'generate']);
  const callWithin = (depth, call) => (depth === 0 ? call() : callWithin(depth - 1, call));
  callWithin(50, () => normalizeRunId(RUN_ID));
  callWithin(50, () => generateTimestampRunId());
  const counts = [];
  Error.prepareStackTrace = (error, frames) => {
    counts.push(frames.length);
    return `${error}\n    at /srv/a.js:3:5`;
  };
  assert.ok(events.every(({ at }) => at !== null));
  assert.deepEqual(counts, [2, 3]);
});
