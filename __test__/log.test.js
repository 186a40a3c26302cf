'use strict';

const assert = require('node:assert/strict');
const { once } = require('node:events');
const test = require('node:test');
const { EVENTS } = require('../lib/binding.js');
const { Workspace, linesOf } = require('../tools/workspace.js');

const { marker: PREFIX, maxLine: MAX_LINE } = EVENTS;

/** The events that stderr holds; fails on a line that is none, or that may be torn or misread. */
function eventsOf(stderr) {
  if (stderr === '') return [];
  assert.ok(stderr.endsWith('\n'));
  return stderr
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      assert.match(line, /^\[run-id\] \{[ -~]*\}$/);
      assert.ok(line.length + 1 <= MAX_LINE, `${line.length + 1} bytes`);
      return JSON.parse(line.slice(PREFIX.length));
    });
}

/** Runs a script that must end cleanly; its events are those before the end of each thread. */
async function run(workspace, script, options) {
  const { code, signal, stdout, stderr } = await workspace.run(script, options);
  assert.deepEqual({ code, signal }, { code: 0, signal: null }, stderr);
  const all = eventsOf(stderr);
  assertNumbered(all);
  return { stdout, events: all.filter(({ event }) => event !== 'end'), all, stderr };
}

/** The lines of each thread count 1, 2, 3, and nothing follows its end. */
function assertNumbered(events) {
  for (const thread of new Set(events.map((event) => event.thread))) {
    const own = events.filter((event) => event.thread === thread);
    assert.deepEqual(
      own.map(({ n }) => n),
      own.map((_, at) => at + 1),
    );
    assert.ok(own.slice(0, -1).every(({ event }) => event !== 'end'));
  }
}

test('RUN_ID_LOG and configure choose what is logged, and the end has the last number', async (t) => {
  const workspace = new Workspace(t);
  const script = (settings) => {
    const { configure, generateTimestampRunId, normalizeRunId, resolveRunId } = require('unified-run-id');
    const { inject } = require('unified-run-id/context');
    configure(settings);
    resolveRunId(
      { query: { runId: '251006-120000' } },
      { parentRunId: '251006-120001', onConflict: 'report' },
    );
    inject({}, 'data', generateTimestampRunId());
    try {
      normalizeRunId('foo-bar');
    } catch {}
  };
  const logged = async (level, settings = {}, env = { RUN_ID_LOG: level }) => {
    const { all } = await run(workspace, script, { env, args: [settings] });
    return all.map(({ event, n }) => `${event} ${n}`);
  };
  const lifecycle = ['conflict 1', 'generate 2', 'send 3', 'reject 4', 'end 5'];
  assert.deepEqual(await logged('off'), []);
  assert.deepEqual(await logged('rejections'), ['reject 1']);
  assert.deepEqual(await logged('lifecycle'), lifecycle);
  assert.deepEqual(await logged('off', { log: 'lifecycle' }), lifecycle);
  assert.deepEqual(await logged('off', {}, { RUN_ID_LOG: 'off', DEBUG_RUN_ID: '1' }), []);
  assert.equal((await logged('all')).length, 7);
});

test('an action in a polluted Object.prototype logs no event that is below the level', async (t) => {
  const { stdout, stderr } = await new Workspace(t).run(() => {
    const { resolveRunId } = require('unified-run-id');
    const polluted = /** @type {any} */ (Object.prototype);
    polluted.action = 'cut';
    polluted.outcome = 'cut';
    process.stdout.write(resolveRunId({}));
  });
  assert.match(stdout, /^\d{6}-\d{6}$/);
  assert.equal(stderr, '');
});

test('a RUN_ID_LOG that is not a level is told', async (t) => {
  const { stderr } = await new Workspace(t).run(() => require('unified-run-id'), {
    env: { RUN_ID_LOG: 'lo\nud' },
  });
  assert.match(stderr, /RUN_ID_LOG is "lo\\nud"; expected one of off, rejections, lifecycle, all/);
  const long = await new Workspace(t).run(() => require('unified-run-id'), {
    env: { RUN_ID_LOG: 'x'.repeat(1000) },
  });
  assert.match(long.stderr, /RUN_ID_LOG is "x{64}"; expected/);
});

/** One event of each kind but configure, in a known order. */
function causeEachEvent() {
  const { generateTimestampRunId, normalizeRunId, resolveRunId } = require('unified-run-id');
  generateTimestampRunId();
  normalizeRunId('251006-120000');
  resolveRunId({ query: { runId: '251006-120000' } });
  resolveRunId({ query: { runId: '251006-120000' } }, '251006-120001');
  resolveRunId({ query: {} });
  try {
    normalizeRunId('foo-bar');
  } catch {}
}

const ALL = ['generate', 'pass', 'resolve', 'conflict', 'resolve', 'generate', 'resolve', 'reject'];

test('DEBUG_RUN_ID shows every event, unless it is unset, empty, 0 or false', async (t) => {
  const workspace = new Workspace(t);
  const values = {
    on: ['1', 'true', 'yes', 'no', 'FALSE', 'False', '00', ' ', 'off'],
    off: [undefined, '', '0', 'false'],
  };
  const shown = async (DEBUG_RUN_ID) => {
    const env = DEBUG_RUN_ID === undefined ? {} : { DEBUG_RUN_ID };
    const { events } = await run(workspace, causeEachEvent, { env });
    return [DEBUG_RUN_ID, events.map(({ event }) => event)];
  };
  const on = await Promise.all(values.on.map(shown));
  const off = await Promise.all(values.off.map(shown));
  assert.deepEqual(
    on,
    values.on.map((value) => [value, ALL]),
  );
  assert.deepEqual(
    off,
    values.off.map((value) => [value, ['reject']]),
  );
});

test('configure switches debugging on and off', async (t) => {
  const { events } = await run(
    new Workspace(t),
    () => {
      const { configure, normalizeRunId, generateTimestampRunId } = require('unified-run-id');
      normalizeRunId('251006-120000');
      configure({ debug: false });
      normalizeRunId('251006-120001');
      generateTimestampRunId();
      generateTimestampRunId('Ann-Carver');
      configure({ debug: true });
      normalizeRunId('251006-120002');
      generateTimestampRunId('Acme-Corp');
    },
    { env: { DEBUG_RUN_ID: '1' } },
  );
  assert.deepEqual(
    events.map(({ event }) => event),
    ['pass', 'configure', 'pass', 'generate'],
  );
  assert.equal(events[2].runId, '251006-120002');
  assert.ok(events[3].runId.endsWith('-Acme-Corp'));
});

test('a line holds the event as it is published', async (t) => {
  const { events, stdout } = await run(new Workspace(t), () => {
    const { subscribe } = require('node:diagnostics_channel');
    const { configure, generateTimestampRunId, resolveRunId } = require('unified-run-id');
    const published = [];
    for (const name of ['generate', 'resolve', 'pass', 'reject', 'conflict', 'configure']) {
      subscribe(`unified-run-id:${name}`, (event) => published.push(event));
    }
    configure({ debug: true, service: 'accounts' });
    generateTimestampRunId('Ann-Carver');
    resolveRunId({ query: { runId: '251006-120000' } }, '251006-120001');
    try {
      resolveRunId({ body: { runId: '\u0132"\\\n' } });
    } catch {}
    console.log(JSON.stringify(published));
  });
  assert.deepEqual(events, JSON.parse(stdout));
  assert.equal(events.length, 5);
});

test('a rejection is logged without debugging, with code, message, stack and place', async (t) => {
  const { events } = await run(new Workspace(t), () => {
    const { normalizeRunId, isRunId } = require('unified-run-id');
    isRunId('foo-bar');
    try {
      normalizeRunId('foo-bar');
    } catch {}
  });
  assert.equal(events.length, 1);
  const [{ event, code, message, received, stack, at }] = events;
  assert.deepEqual([event, code, received], ['reject', 'ERR_RUN_ID_FORMAT', 'foo-bar']);
  assert.ok(message.startsWith('STRICT RUN ID ERROR: Non-standard run ID format encountered: "foo-bar"'));
  assert.ok(stack.startsWith(`RunIdError: ${message}\n    at `), stack);
  assert.ok(stack.split('\n')[1].includes(at), stack);
  assert.match(at, /^script-1\.js:\d+:\d+$/);
});

test('an uncaught rejection is logged once, and the process ends by it', async (t) => {
  const { code, stderr } = await new Workspace(t).run(() => {
    require('unified-run-id').normalizeRunId('foo-bar');
  });
  assert.equal(code, 1);
  const lines = stderr.split('\n').filter((line) => line.startsWith(PREFIX));
  assert.equal(eventsOf(`${lines.join('\n')}\n`).length, 1);
});

/** Events of all kinds from far down a stack whose frames have long names. */
function causeEventsDeepDown(configured) {
  const runIds = require('unified-run-id');
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  runIds.configure(configured);
  const long = 'x'.repeat(100_000);
  const frame = {
    ['\u754c"\\'.repeat(50)](depth) {
      if (depth > 0) return frame['\u754c"\\'.repeat(50)](depth - 1);
      runIds.generateTimestampRunId('a'.repeat(64));
      runIds.resolveRunId({ query: { runId: '251006-120000' } }, '\u0132'.repeat(50));
      runIds.normalizeRunId(`251006-120000-${'a'.repeat(64)}`);
      for (const value of ['"'.repeat(64), '\\\u2028'.repeat(64), long, '\ud800'.repeat(64), {}, '']) {
        try {
          runIds.resolveRunId({ body: { runId: value } }, { expectClientId: 'a'.repeat(64) });
        } catch {}
      }
      console.log(runIds.resolveRunId({}, '251006-120000'));
    },
  };
  frame['\u754c"\\'.repeat(50)](60);
}

const { platform } = process;

/** A folder as deep as paths may be. */
function deepFolder(name) {
  const room = { linux: 2500, darwin: 800 }[platform] ?? 80;
  return `${name}/`.repeat(Math.max(1, Math.floor(room / Buffer.byteLength(`${name}/`))));
}

const FOLDERS = {
  short: 'x',
  'long and of printable ASCII': deepFolder('x'.repeat(79)),
  'long and of characters that take six bytes each': deepFolder('\u754c'.repeat(79)),
  // Windows has no such names.
  ...(platform !== 'win32' && {
    'long and of quotes and backslashes': deepFolder('"\\'.repeat(100)),
    'long and of surrogate pairs and controls': deepFolder('\u{1f600}\u0001'.repeat(45)),
  }),
};

for (const [kind, folder] of Object.entries(FOLDERS)) {
  test(`a line is printable ASCII of at most 4,096 bytes when paths are ${kind}`, async (t) => {
    const workspace = new Workspace(t);
    const service = '\u{1f600}'.repeat(64);
    workspace.write(`${folder}/caller.js`, `(${causeEventsDeepDown})(${JSON.stringify({ service })});`);
    const env = { DEBUG_RUN_ID: '1', RUN_ID_SERVICE: '\u754c'.repeat(1000) };
    const { events, stdout } = await run(workspace, `${folder}/caller.js`, { env });
    assert.deepEqual(
      events.map(({ event }) => event),
      ['configure', 'generate', 'conflict', 'resolve', 'pass', ...Array(6).fill('reject'), 'resolve'],
    );
    assert.equal(stdout, '251006-120000\n');
    for (const { event, service: named, at, stack, message } of events) {
      assert.equal(named, service);
      assert.match(at, /caller\.js:\d+:\d+$/, 'the place ends with what tells most');
      if (event === 'reject') assert.ok(stack.startsWith('RunIdError: ') && message.length < 500);
    }
  });
}

test('a configuration with a long path fits into its line too', async (t) => {
  const folder = deepFolder('\u754c'.repeat(79));
  const { events } = await run(
    new Workspace(t),
    (folder) => {
      require('node:fs').mkdirSync(folder, { recursive: true });
      require('unified-run-id').configure({ sequenceFile: `${folder}acme-host`, service: 'accounts' });
    },
    { args: [folder], env: { DEBUG_RUN_ID: '1' } },
  );
  assert.deepEqual(
    events.map(({ event, service }) => [event, service]),
    [['configure', 'accounts']],
  );
});

/** Makes so many rejections and says how long that took. */
function reject({ count, ending = '' }) {
  const { normalizeRunId } = require('unified-run-id');
  const start = process.hrtime.bigint();
  for (let at = 0; at < count; at++) {
    try {
      normalizeRunId('foo-bar');
    } catch {}
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(JSON.stringify({ seconds, timers: process.getActiveResourcesInfo() }));
  if (ending === 'exit') process.exit(0);
}

/** What was logged one by one, and how many more were counted. */
function tally(events) {
  const counts = events.filter(({ code }) => code === null);
  const left = counts.map(({ message }) => Number(/\d+/.exec(message)[0]));
  return {
    logged: events.length - counts.length,
    counts: counts.length,
    left: left.reduce((a, b) => a + b, 0),
  };
}

test('at most ten rejections a second are logged, and the rest is counted in one line when the process ends', async (t) => {
  const workspace = new Workspace(t);
  for (const ending of ['', 'exit']) {
    const { events, stdout } = await run(workspace, reject, { args: [{ count: 1000, ending }] });
    const { seconds, timers } = JSON.parse(stdout);
    const { logged, counts, left } = tally(events);
    assert.ok(logged >= 10 && logged <= Math.min(100, 10 * (Math.floor(seconds) + 1)), String(logged));
    assert.equal(logged + left, 1000);
    assert.equal(counts, 1);
    assert.ok(!timers.includes('Timeout'), 'nothing keeps the process alive');
    const summary = events.at(-1);
    assert.deepEqual([summary.event, summary.code, summary.stack], ['reject', null, null]);
    assert.deepEqual(Object.keys(summary).sort(), Object.keys(events[0]).sort());
  }
});

test('one timer waits to count the rest, however much there is', async (t) => {
  const timers = await new Workspace(t).ask(() => {
    const { mock } = require('node:test');
    // Before the package keeps the function.
    const { mock: timer } = mock.method(require('node:timers'), 'setTimeout');
    const { normalizeRunId } = require('unified-run-id');
    for (let at = 0; at < 1000; at++) {
      try {
        normalizeRunId('foo-bar');
      } catch {}
    }
    console.log(timer.callCount());
  });
  assert.equal(timers, 1);
});

/** By code and place, what was logged one by one and what was only counted. */
function byPlace(events) {
  const sums = {};
  const add = (code, at, count) => (sums[`${code} ${at}`] = (sums[`${code} ${at}`] ?? 0) + count);
  for (const { code, at, counts } of events) {
    if (code !== null) add(code, at, 1);
    for (const one of counts ?? []) add(one.code, one.others ? 'others' : (one.at ?? null), one.count);
  }
  return sums;
}

test('what is left out of a flood is counted by code and place, and no count is dropped', async (t) => {
  const workspace = new Workspace(t);
  workspace.write(
    'main.js',
    `const { normalizeRunId, createClientRunId } = require('unified-run-id');
const refuse = (fn) => { try { fn(); } catch {} };
for (let at = 0; at < 500; at++) {
  refuse(() => normalizeRunId('foo-bar'));
  refuse(() => normalizeRunId(at % 2 ? 7 : 'x'));
  ['job_1'].forEach((x) => refuse(() => createClientRunId(x, 'Ann-Carver')));
}
`,
  );
  const { stderr } = await workspace.run('main.js');
  const events = eventsOf(stderr);
  const { left } = tally(events);
  const { counts, leftOut, message } = events.at(-1);
  assert.equal(leftOut, left);
  assert.match(message, new RegExp(`^${left} more rejections were not logged`));
  assert.equal(
    counts.reduce((sum, { count }) => sum + count, 0),
    left,
  );
  assert.deepEqual(
    counts.map(({ count }) => count),
    counts.map(({ count }) => count).sort((a, b) => b - a),
  );
  assert.deepEqual(byPlace(events), {
    'ERR_RUN_ID_FORMAT main.js:4:16': 500,
    'ERR_RUN_ID_FORMAT main.js:5:16': 250,
    'ERR_RUN_ID_TYPE main.js:5:16': 250,
    'ERR_RUN_ID_FORMAT main.js:6:41': 500,
  });
});

test('of a flood from any number of places few are held, the line tells as many as fit, and all by code', async (t) => {
  const { events, stdout } = await run(new Workspace(t), () => {
    const vm = require('node:vm');
    const { normalizeRunId } = require('unified-run-id');
    const { set } = Map.prototype;
    let kept = 0;
    Map.prototype.set = function (key, value) {
      if (typeof key === 'number') kept += 1;
      return set.call(this, key, value);
    };
    for (let at = 0; at < 5000; at++) {
      const filename = `/routes/${'\u00e9'.repeat(20)}/${at}.js`;
      const source = '(check, value) => { try { check(value); } catch {} }';
      vm.runInThisContext(source, { filename })(normalizeRunId, at % 4 === 0 ? 7 : 'x');
    }
    Map.prototype.set = set;
    console.log(kept);
  });
  const sums = { ERR_RUN_ID_TYPE: 0, ERR_RUN_ID_FORMAT: 0 };
  for (const { code, counts } of events) {
    if (code !== null) sums[code] += 1;
    for (const one of counts ?? []) sums[one.code] += one.count;
  }
  assert.deepEqual(sums, { ERR_RUN_ID_TYPE: 1250, ERR_RUN_ID_FORMAT: 3750 });
  const { counts } = events.at(-1);
  const named = counts.filter(({ others }) => others === undefined);
  assert.ok(named.length >= 5 && named.length <= 100, `${named.length}`);
  assert.ok(counts.length - named.length <= 2);
  // The file of each of the first places is in a map of its own.
  assert.ok(Number(stdout) <= 1000, stdout);
});

test('what a boundary leaves out is counted at the line that made it', async (t) => {
  const workspace = new Workspace(t);
  workspace.write(
    'main.js',
    `const { runIdBoundary } = require('unified-run-id/express');
const boundaries = [runIdBoundary(), runIdBoundary({ generate: false })];
for (let at = 0; at < 200; at++) {
  for (const boundary of boundaries) boundary({ query: { runId: 'x' }, headers: {} }, {}, () => {});
}
`,
  );
  const events = eventsOf((await workspace.run('main.js')).stderr);
  assert.deepEqual(byPlace(events), {
    'ERR_RUN_ID_FORMAT main.js:2:21': 200,
    'ERR_RUN_ID_FORMAT main.js:2:38': 200,
  });
});

test('up to ten rejections there is nothing to count', async (t) => {
  const { events } = await run(new Workspace(t), reject, { args: [{ count: 10 }] });
  assert.deepEqual(tally(events), { logged: 10, counts: 0, left: 0 });
});

test('in a process that goes on, the rest is counted as soon as there is room', async (t) => {
  const child = new Workspace(t).start(
    () => {
      const { normalizeRunId } = require('unified-run-id');
      process.stdin.resume();
      for (let at = 0; at < 500; at++) {
        try {
          normalizeRunId('foo-bar');
        } catch {}
      }
    },
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const lines = linesOf(child.stderr);
  const events = [];
  while (tally(events).logged + tally(events).left < 500) {
    events.push(...eventsOf(`${(await lines.next()).value}\n`));
  }
  assert.ok(tally(events).counts >= 1);
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  assert.deepEqual(await lines.next(), { value: undefined, done: true });
});

test('what is counted by a timer is not of the run in which it was left out', async (t) => {
  const seen = await new Workspace(t).ask(() => {
    const { configure, normalizeRunId } = require('unified-run-id');
    const { runWithRunId } = require('unified-run-id/context');
    const seen = [];
    // The timer of the count keeps no process alive.
    const waiting = setInterval(() => {}, 1000);
    configure({
      logger({ code, within, op }) {
        seen.push([code, within, op === null]);
        if (code !== null) return;
        console.log(JSON.stringify([seen[0], seen.at(-1)]));
        clearInterval(waiting);
      },
    });
    runWithRunId('251006-143000-Ann-Carver', () => {
      for (let at = 0; at < 20; at++) {
        try {
          normalizeRunId('foo-bar');
        } catch {}
      }
    });
  });
  assert.deepEqual(seen, [
    ['ERR_RUN_ID_FORMAT', '251006-143000-Ann-Carver', false],
    [null, null, true],
  ]);
});

/** Rejects in several threads at once; each of them may be terminated instead of ending by itself. */
async function rejectInThreads({ threads, each, terminate }) {
  const { once } = require('node:events');
  const { Worker } = require('node:worker_threads');
  require('unified-run-id');
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const { normalizeRunId } = require('unified-run-id');
    for (let at = 0; at < workerData.each; at++) {
      try {
        normalizeRunId('foo-bar');
      } catch {}
    }
    parentPort.postMessage('done');
    if (workerData.terminate) setInterval(() => {}, 1000);`;
  const start = process.hrtime.bigint();
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(source, { eval: true, workerData: { each, terminate } });
      await once(worker, 'message');
      if (terminate) await worker.terminate();
      else await once(worker, 'exit');
    }),
  );
  console.log(Number(process.hrtime.bigint() - start) / 1e9);
}

for (const terminate of [false, true]) {
  const fate = terminate ? 'are terminated' : 'end by themselves';
  test(`the allowance and the count are the process's, also over threads that ${fate}`, async (t) => {
    const { events, stdout } = await run(new Workspace(t), rejectInThreads, {
      args: [{ threads: 4, each: 100, terminate }],
    });
    const { logged, left } = tally(events);
    const most = 10 * (Math.floor(Number(stdout)) + 1);
    assert.ok(logged >= 10 && logged <= Math.min(100, most), String(logged));
    assert.equal(logged + left, 400);
    assert.deepEqual(Object.values(byPlace(events)), [400]);
  });
}

test('a silent thread that ends does not take the count of the others with it', async (t) => {
  const { events } = await run(new Workspace(t), async () => {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const { normalizeRunId } = require('unified-run-id');
    for (let at = 0; at < 100; at++) {
      try {
        normalizeRunId('foo-bar');
      } catch {}
    }
    const source = `require('unified-run-id').configure({ logger: null });`;
    await once(new Worker(source, { eval: true }), 'exit');
  });
  const { logged, left } = tally(events);
  assert.equal(logged + left, 100);
});

test('the count is told at the end, also after a collection of garbage', async (t) => {
  const collect = async () => {
    const { normalizeRunId } = require('unified-run-id');
    for (let at = 0; at < 3; at++) {
      await new Promise(setImmediate);
      globalThis.gc();
    }
    for (let at = 0; at < 100; at++) {
      try {
        normalizeRunId('foo-bar');
      } catch {}
    }
  };
  const { events } = await run(new Workspace(t), collect, { node: ['--expose-gc'] });
  const { logged, left } = tally(events);
  assert.equal(logged + left, 100);
});

test('the last counts are logged while a logger can still write asynchronously', async (t) => {
  const workspace = new Workspace(t);
  const { stdout } = await workspace.run(() => {
    const { configure, normalizeRunId } = require('unified-run-id');
    const { observeRunId } = require('unified-run-id/observe');
    configure({ logger: ({ event, code }) => setTimeout(() => console.log(event, code), 1) });
    for (let at = 0; at < 12; at++) {
      observeRunId('job_7', { place: 'webhook' });
      try {
        normalizeRunId('foo-bar');
      } catch {}
    }
  });
  const rejected = Array(10).fill('reject ERR_RUN_ID_FORMAT');
  assert.deepEqual(stdout.trim().split('\n'), [...rejected, 'reject null', 'observe null']);
});

test('debugging shows every rejection, however many there are', async (t) => {
  const { events } = await run(new Workspace(t), reject, {
    args: [{ count: 200 }],
    env: { DEBUG_RUN_ID: '1' },
  });
  assert.deepEqual(tally(events), { logged: 200, counts: 0, left: 0 });
});

test('a logger takes the place of stderr and is given an event of its own, which it may change', async (t) => {
  const { stdout, stderr } = await run(new Workspace(t), () => {
    const { subscribe } = require('node:diagnostics_channel');
    const runIds = require('unified-run-id');
    const published = [];
    for (const name of ['configure', 'pass', 'reject']) {
      subscribe(`unified-run-id:${name}`, (event) => published.push(event));
    }
    const logged = [];
    runIds.configure({
      logger(...given) {
        const [event] = given;
        logged.push([given.length, JSON.stringify(event)]);
        event[Symbol.for('level')] = 'warn';
        event.settings &&= Object.assign(event.settings, { service: 'changed' });
        event.event = 'changed';
        delete event.at;
      },
    });
    try {
      runIds.normalizeRunId('foo-bar');
    } catch {}
    runIds.configure({ debug: true, service: 'accounts' });
    runIds.normalizeRunId('251006-120000');
    published.shift();
    console.log(JSON.stringify({ logged, published: published.map((event) => [1, JSON.stringify(event)]) }));
  });
  assert.equal(stderr, '');
  const { logged, published } = JSON.parse(stdout);
  assert.equal(logged.length, 3);
  assert.deepEqual(logged, published);
});

test('a logger is bound by the same allowance, and is given the count', async (t) => {
  const { stdout, stderr } = await run(new Workspace(t), () => {
    const runIds = require('unified-run-id');
    const fs = require('node:fs');
    runIds.configure({ logger: (event) => fs.writeSync(1, `${JSON.stringify(event)}\n`) });
    for (let at = 0; at < 300; at++) {
      try {
        runIds.normalizeRunId('foo-bar');
      } catch {}
    }
  });
  assert.equal(stderr, '');
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const { logged, counts, left } = tally(events);
  assert.deepEqual([logged + left, counts], [300, 1]);
  assert.ok(logged >= 10 && logged <= 100, String(logged));
});

test('logger: null is silent to the end, and another logger ends the silence', async (t) => {
  const workspace = new Workspace(t);
  const script = (loud) => {
    const runIds = require('unified-run-id');
    const attempt = () => {
      try {
        runIds.normalizeRunId('foo-bar');
      } catch {}
    };
    runIds.configure({ logger: null });
    for (let at = 0; at < 300; at++) attempt();
    runIds.normalizeRunId('251006-120000');
    if (!loud) return;
    runIds.configure({ logger: ({ code }) => console.log(code) });
    attempt();
  };
  for (const env of [{}, { DEBUG_RUN_ID: '1' }]) {
    assert.deepEqual(await run(workspace, script, { env }), { stdout: '', stderr: '', events: [], all: [] });
  }
  assert.equal((await run(workspace, script, { args: [true] })).stdout, 'ERR_RUN_ID_FORMAT\n');
});

/** Fails in each way that a logger can, twice, and tells what came of it. */
async function failAsLogger() {
  const runIds = require('unified-run-id');
  const warnings = [];
  process.on('warning', (warning) => {
    warnings.push(warning);
    // Inside a listener too, with the logger that failed.
    runIds.normalizeRunId('251006-120000');
  });
  const { proxy, revoke } = Proxy.revocable(() => {}, {});
  revoke();
  const hostile = new Proxy(new Error('hostile'), {
    get() {
      throw new Error('a hostile getter');
    },
  });
  const loggers = [
    function full() {
      throw new TypeError('\u001b[2J\nfull'.padEnd(1000, '\u0132'));
    },
    function reads(event) {
      return event.missing.member;
    },
    async function later() {
      await null;
      throw new Error('later');
    },
    function thenable() {
      return { then: (_done, failed) => failed('refused') };
    },
    function fromHostile() {
      throw hostile;
    },
    () => {
      throw undefined;
    },
    proxy,
    class NoFunction {},
  ];
  const seen = [];
  for (const logger of [...loggers, ...loggers]) {
    runIds.configure({ logger, debug: true });
    let code;
    try {
      runIds.normalizeRunId('foo-bar');
    } catch (error) {
      code = error.code;
    }
    seen.push([runIds.normalizeRunId('251006-120000'), code].join());
    await new Promise(setImmediate);
  }
  console.log(
    JSON.stringify({
      seen: [...new Set(seen)],
      warnings: warnings.map(({ name, code, message, detail }) => ({ name, code, message, detail })),
    }),
  );
}

test('whatever a logger throws never reaches the caller, and is one warning for each logger', async (t) => {
  const { code, stdout } = await new Workspace(t).run(failAsLogger);
  assert.equal(code, 0);
  const { seen, warnings } = JSON.parse(stdout);
  assert.deepEqual(seen, ['251006-120000,ERR_RUN_ID_FORMAT']);
  const long = `TypeError: \\u001b[2J\\nfull${'\\u0132'.repeat(200 - 20)}`;
  assert.deepEqual(
    warnings.map(({ message }) => message),
    [
      `The logger "full" failed: "${long}"`,
      'The logger "reads" failed: "TypeError: Cannot read properties of undefined (reading \'member\')"',
      'The logger "later" failed: "Error: later"',
      'The logger "thenable" failed: "refused"',
      'The logger "fromHostile" failed: "something that cannot be shown"',
      'The logger "without a name" failed: "undefined"',
      'The logger "without a name" failed: "TypeError: Cannot perform \'apply\' on a proxy that has been revoked"',
      'The logger "NoFunction" failed: "TypeError: Class constructor NoFunction cannot be invoked without \'new\'"',
    ],
  );
  for (const { name, code, detail } of warnings) {
    assert.deepEqual([name, code], ['RunIdWarning', 'RUN_ID_LOGGER']);
    assert.match(detail, /configure/);
  }
});

test('a process whose warnings fail goes on', async (t) => {
  const { stdout, stderr } = await run(new Workspace(t), () => {
    const runIds = require('unified-run-id');
    process.emitWarning = () => {
      throw new Error('no warnings here');
    };
    runIds.configure({
      debug: true,
      logger: () => {
        throw new Error('full');
      },
    });
    console.log(runIds.normalizeRunId('251006-120000'));
  });
  assert.deepEqual([stdout, stderr], ['251006-120000\n', '']);
});

test('each thread writes to its own logger, or to stderr', async (t) => {
  const { stdout, events } = await run(new Workspace(t), async () => {
    const { once } = require('node:events');
    const { Worker } = require('node:worker_threads');
    const runIds = require('unified-run-id');
    runIds.configure({ logger: ({ received }) => console.log(`main: ${received}`) });
    const source = `
      try {
        require('unified-run-id').normalizeRunId('theirs');
      } catch {}`;
    await once(new Worker(source, { eval: true }), 'exit');
    try {
      runIds.normalizeRunId('ours');
    } catch {}
  });
  assert.equal(stdout, 'main: ours\n');
  assert.deepEqual(
    events.map(({ received, thread }) => [received, thread]),
    [['theirs', 1]],
  );
});

/** Goes on rejecting after stderr has failed, and tells so on stdout. */
function outliveStderr({ close }) {
  const fs = require('node:fs');
  const runIds = require('unified-run-id');
  const attempt = () => {
    try {
      runIds.normalizeRunId('foo-bar');
    } catch ({ code }) {
      return code;
    }
  };
  const tell = () => {
    const codes = new Set(Array.from({ length: 50 }, attempt));
    fs.writeSync(1, JSON.stringify([...codes, runIds.resolveRunId({ query: { runId: '251006-120000' } })]));
  };
  if (close) {
    fs.closeSync(2);
    tell();
  } else {
    process.once('message', () => {
      tell();
      process.disconnect();
    });
    process.send('ready');
  }
}

test('a failing stderr is ignored, to the end of the process', async (t) => {
  const workspace = new Workspace(t);
  const env = { DEBUG_RUN_ID: '1' };
  const told = JSON.stringify(['ERR_RUN_ID_FORMAT', '251006-120000']);

  // Node.js does not close it on Windows.
  if (process.platform !== 'win32') {
    const closed = await workspace.run(outliveStderr, { args: [{ close: true }], env });
    assert.deepEqual(closed, { code: 0, signal: null, stdout: told, stderr: '' });
  }

  const child = workspace.start(outliveStderr, {
    args: [{ close: false }],
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  await once(child, 'message');
  child.stderr.destroy();
  await once(child.stderr, 'close');
  const lines = linesOf(child.stdout);
  const exit = once(child, 'exit');
  child.send('go');
  assert.equal((await lines.next()).value, told);
  assert.deepEqual(await exit, [0, null]);
});

/** Loads the package many times, each with a registry of its own, and rejects in each. */
function loadOften({ times, each, contexts, silent }) {
  const fs = require('node:fs');
  const path = require('node:path');
  const vm = require('node:vm');
  const root = fs.realpathSync(path.dirname(require.resolve('unified-run-id')));
  const before = process.listenerCount('exit');

  /** What Jest does: JavaScript is compiled anew in a context, all else is the process's. */
  function registryOf(context) {
    const loaded = new Map();
    const load = (file) => {
      if (loaded.has(file)) return loaded.get(file).exports;
      const module = { exports: {} };
      loaded.set(file, module);
      const names = ['module', 'exports', 'require', '__filename', '__dirname'];
      const compiled = vm.compileFunction(fs.readFileSync(file, 'utf8'), names, {
        filename: file,
        parsingContext: context,
      });
      const requireFrom = (name) =>
        name.startsWith('.') ? load(path.join(path.dirname(file), name)) : require(name);
      compiled(module, module.exports, requireFrom, file, path.dirname(file));
      return module.exports;
    };
    return load(path.join(root, 'index.js'));
  }

  const kept = [];
  for (let at = 0; at < times; at++) {
    for (const file of Object.keys(require.cache)) if (file.endsWith('.js')) delete require.cache[file];
    const runIds = contexts ? registryOf(vm.createContext({ process })) : require('unified-run-id');
    kept.push(runIds);
    for (let call = 0; call < each; call++) {
      try {
        runIds.normalizeRunId('foo-bar');
      } catch {}
    }
  }
  for (const at of silent) kept.at(at).configure({ __proto__: null, logger: null });
  console.log(process.listenerCount('exit') - before);
}

for (const contexts of [false, true]) {
  const where = contexts ? 'a context of its own' : 'the cache of require';
  test(`one exit listener serves all module registries of a thread, each in ${where}`, async (t) => {
    const workspace = new Workspace(t);
    for (const silent of [[], [-1], [0, 1, 2]]) {
      const args = [{ times: 15, each: 20, contexts, silent }];
      const { events, stdout } = await run(workspace, loadOften, { args });
      assert.equal(stdout, '1\n');
      const { logged, counts, left } = tally(events);
      assert.deepEqual([logged + left, counts], [300, 1]);
    }
    const silent = Array.from({ length: 15 }, (_, at) => at);
    const { events } = await run(workspace, loadOften, { args: [{ times: 15, each: 20, contexts, silent }] });
    assert.equal(tally(events).counts, 0);
  });
}

test('a module registry that nobody uses any more is not kept for the exit', async (t) => {
  const seen = await new Workspace(t).ask(
    async () => {
      const collected = [];
      const registry = new FinalizationRegistry((at) => collected.push(at));
      const load = (at) => {
        for (const file of Object.keys(require.cache)) if (file.endsWith('.js')) delete require.cache[file];
        registry.register(require('unified-run-id'), at);
        module.children.length = 0;
      };
      for (let at = 0; at < 6; at++) load(at);
      for (let round = 0; round < 50 && collected.length < 4; round++) {
        globalThis.gc();
        await new Promise(setImmediate);
      }
      console.log(JSON.stringify(collected.sort()));
    },
    { node: ['--expose-gc'] },
  );
  // The first one has the listener, and the last one is in the cache.
  for (const at of [1, 2, 3, 4]) assert.ok(seen.includes(at), JSON.stringify(seen));
});

test('the count is told by a real timer, whatever fake timers a test runner installs', async (t) => {
  const child = new Workspace(t).start(
    () => {
      const { mock } = require('node:test');
      const runIds = require('unified-run-id');
      const deadline = setTimeout(() => process.exit(1), 20_000);
      mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
      runIds.configure({
        logger({ code, message }) {
          if (code !== null) return;
          console.log(message);
          mock.timers.reset();
          clearTimeout(deadline);
        },
      });
      for (let at = 0; at < 100; at++) {
        try {
          runIds.normalizeRunId('foo-bar');
        } catch {}
      }
    },
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  assert.match((await linesOf(child.stdout).next()).value, /^\d+ more rejections were not logged/);
  assert.deepEqual(await exit, [0, null]);
});

test('the timer that tells the count loads nothing, in a module registry that has logged nothing either', async (t) => {
  const seen = await new Workspace(t).ask(() => {
    const Module = require('node:module');
    const rejectIn = (runIds, times) => {
      for (let at = 0; at < times; at++) {
        try {
          runIds.normalizeRunId('foo-bar');
        } catch {}
      }
    };
    const first = require('unified-run-id');
    first.configure({ logger() {} });
    rejectIn(first, 10);
    for (const file of Object.keys(require.cache)) if (file.endsWith('.js')) delete require.cache[file];
    const second = require('unified-run-id');
    const stay = setTimeout(() => {}, 20_000);
    const loaded = [];
    second.configure({
      logger({ code, at }) {
        console.log(JSON.stringify({ code, at, loaded }));
        clearTimeout(stay);
      },
    });
    rejectIn(second, 1);
    // From here on, Jest would end with an error.
    Module._load = (name) => void loaded.push(name);
  });
  assert.deepEqual(seen, { code: null, at: null, loaded: [] });
});
