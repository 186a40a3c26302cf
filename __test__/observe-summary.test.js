'use strict';

// What was observed, as it is counted, told and summed up by check: in processes of their own.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { describe, test } = require('node:test');
const { EVENTS } = require('../lib/binding.js');
const { CommandLine } = require('../tools/command-line.js');
const { Workspace } = require('../tools/workspace.js');
const { LoggedProcess } = require('./support/event-lines.js');

const { marker: MARKER, maxLine: MAX_LINE } = EVENTS;

const START = '2025-10-06T14:30:00.000Z';

/** The events of a log, each on a line that is not too long. */
function eventsOf(stderr) {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith(MARKER))
    .map((line) => {
      assert.ok(line.length < MAX_LINE, `${line.length} bytes`);
      return JSON.parse(line.slice(MARKER.length));
    });
}

const countsOf = (stderr) => eventsOf(stderr).flatMap(({ counts }) => counts ?? []);

async function run(t, script, options) {
  const { code, stdout, stderr } = await new Workspace(t).run(script, options);
  assert.equal(code, 0, stderr);
  return { stdout, stderr, counts: countsOf(stderr), events: eventsOf(stderr) };
}

describe('the summary', () => {
  for (const [title, end] of [
    ['by itself', ''],
    ['by process.exit', 'process.exit(0)'],
    ['by an uncaught exception', "throw new Error('of the application')"],
    ['by a promise that nobody awaits', "Promise.reject(new Error('of the application'))"],
    [
      'by a signal that it handles',
      `process.on('SIGTERM', () => process.exit(0));
      process.kill(process.pid, 'SIGTERM');
      setInterval(() => {}, 1000);`,
    ],
    [
      'while time stands still since before',
      "require('node:test').mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 })",
    ],
  ]) {
    test(`is one line where the process ends ${title}, with no event of each call`, async (t) => {
      const workspace = new Workspace(t);
      workspace.write(
        'main.js',
        `const { observeResolve, observeRunId } = require('unified-run-id/observe');
        for (let at = 0; at < 1500; at++) observeRunId('job_' + at, { place: 'webhook' });
        observeRunId('251006-143000', { place: 'webhook' });
        observeResolve({ query: { runId: '251006-143000' } }, 'x', { place: 'route' });
        ${end}`,
      );
      const { stderr } = await workspace.run('main.js');
      const [event, ...others] = eventsOf(stderr);
      assert.deepEqual(others, []);
      assert.deepEqual(
        [event.event, event.outcome, event.place, event.at, event.n],
        ['observe', null, null, null, 1],
      );
      assert.deepEqual(event.counts, [
        {
          place: 'webhook',
          outcome: 'would-throw',
          code: 'ERR_RUN_ID_FORMAT',
          count: 1500,
          received: 'job_0',
        },
        { place: 'webhook', outcome: 'same', count: 1 },
        { place: 'route', outcome: 'differs', count: 1, received: 'x' },
      ]);
    });
  }

  test('is silent where nothing was observed, and where nothing is logged; stats knows', async (t) => {
    const silent = () => {
      const { stats } = require('unified-run-id');
      const { observeRunId } = require('unified-run-id/observe');
      if (process.env.RUN_ID_LOG === 'off') observeRunId('x');
      console.log(JSON.stringify(stats().observed));
    };
    const none = { same: 0, differs: 0, 'would-throw': 0, 'would-generate': 0 };
    for (const level of ['rejections', 'off']) {
      const { stdout, stderr } = await run(t, silent, { env: { RUN_ID_LOG: level } });
      assert.equal(stderr, '');
      assert.deepEqual(JSON.parse(stdout), { ...none, 'would-throw': level === 'off' ? 1 : 0 });
    }
  });

  test('each event is logged at the level all, and each is published', async (t) => {
    const script = () => {
      require('node:diagnostics_channel').subscribe('unified-run-id:observe', ({ place, at }) =>
        console.log(JSON.stringify([place, at])),
      );
      const { observeRunId } = require('unified-run-id/observe');
      observeRunId('x', { place: 'here' });
      observeRunId('251006-143000');
    };
    for (const level of ['all', 'lifecycle', 'rejections']) {
      const { stdout, events } = await run(t, script, { env: { RUN_ID_LOG: level } });
      const calls = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.equal(calls.length, 2);
      assert.equal(calls[0][0], 'here');
      assert.match(calls[0][1], /^script-\d+\.js:\d+:\d+$/);
      assert.equal(calls[1][0], calls[1][1]);
      const kinds = events.filter(({ event }) => event === 'observe').map(({ outcome }) => outcome);
      assert.deepEqual(kinds, level === 'all' ? ['would-throw', 'same', null] : [null]);
    }
  });

  test('is told each minute, as sums, and keeps no process alive', async (t) => {
    const { counts } = await run(t, async () => {
      const timers = require('node:timers');
      const { setTimeout } = timers;
      const asked = [];
      // A minute that a test can wait for; nothing else is changed.
      timers.setTimeout = (fn, ms) => {
        asked.push(ms);
        return setTimeout(fn, ms === 60_000 ? 1 : ms);
      };
      const { observeRunId } = require('unified-run-id/observe');
      observeRunId('x', { place: 'a' });
      observeRunId('251006-143000', { place: 'b' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      observeRunId('x', { place: 'a' });
      await new Promise((resolve) => setTimeout(resolve, 50));
      require('node:assert').deepEqual(asked.filter((ms) => ms === 60_000).length, 2);
      timers.setTimeout = setTimeout;
      observeRunId('251006-143000', { place: 'b' });
    });
    const rows = counts.map(({ place, count }) => [place, count]);
    assert.deepEqual(rows, [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['b', 2],
    ]);
  });

  test('is told by each process of a cluster', async (t) => {
    const { counts } = await run(t, () => {
      const cluster = require('node:cluster');
      const { observeRunId } = require('unified-run-id/observe');
      observeRunId('x', { place: cluster.isPrimary ? 'primary' : 'worker' });
      if (cluster.isPrimary) cluster.fork();
      else process.disconnect();
    });
    assert.deepEqual(
      counts.map(({ place, count }) => [place, count]),
      [
        ['worker', 1],
        ['primary', 1],
      ],
    );
  });

  test('is told by the minute where time stood still when observing was loaded, and goes on again', async (t) => {
    const { events } = await run(t, () => {
      const { mock } = require('node:test');
      mock.timers.enable({ apis: ['setTimeout'] });
      const { observeRunId } = require('unified-run-id/observe');
      observeRunId('x', { place: 'a' });
      mock.timers.tick(60_000);
      observeRunId('x', { place: 'a' });
      mock.timers.reset();
    });
    assert.deepEqual(
      events.map(({ counts }) => counts[0].count),
      [1, 2],
    );
  });

  test('tells what a thread had observed that was terminated, also where no other one observes', async (t) => {
    const { counts } = await run(t, async () => {
      const { Worker } = require('node:worker_threads');
      require('unified-run-id');
      const worker = new Worker(
        `const { observeRunId } = require('unified-run-id/observe');
        for (let at = 0; at < 100; at++) observeRunId('x', { place: 'worker' });
        require('node:worker_threads').parentPort.postMessage('done');
        setInterval(() => {}, 1000);`,
        { eval: true },
      );
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
    });
    assert.deepEqual(
      counts.map(({ place, count }) => [place, count]),
      [['worker', 100]],
    );
  });

  test('counts any number of places in bounded memory and lines, and drops none', async (t) => {
    const { stdout, counts, events } = await run(
      t,
      () => {
        const { observeRunId } = require('unified-run-id/observe');
        // All of it fits into the buffer of the log: stderr may go unread while the process ends.
        const name = (at) => `/runs/${'\u00e9'.repeat(10)}/${at}`;
        const fill = (from, to) => {
          for (let at = from; at < to; at++) observeRunId('job_1', { place: name(at) });
        };
        fill(0, 20_000);
        global.gc();
        const before = process.memoryUsage().heapUsed;
        fill(20_000, 200_000);
        global.gc();
        console.log(process.memoryUsage().heapUsed - before);
      },
      { node: ['--expose-gc'] },
    );
    assert.equal(counts.length, 1001);
    assert.equal(
      counts.reduce((sum, { count }) => sum + count, 0),
      200_000,
    );
    assert.deepEqual(
      counts.filter(({ others }) => others).map(({ place, count }) => [place, count]),
      [[null, 199_000]],
    );
    assert.ok(events.length > 30, `${events.length}`);
    assert.ok(Number(stdout) < 1_000_000, `${stdout} bytes`);
  });
});

describe('the place of a call', () => {
  const places = async (t, script, options) => {
    const { counts, stdout } = await run(t, script, options);
    return { places: counts.map(({ place, count }) => [place, count]), stdout };
  };

  test('is its line and column, found anew for each', async (t) => {
    const workspace = new Workspace(t);
    workspace.write(
      'main.js',
      `const { observeRunId: see } = require('unified-run-id/observe');
for (let at = 0; at < 3; at++) { see('x'); see('x'); }
['x'].forEach((x) => see(x));
eval("see('x')");
['x'].forEach(see);
setImmediate(see, 'x');
`,
    );
    const { stderr } = await workspace.run('main.js');
    assert.deepEqual(
      countsOf(stderr).map(({ place, count }) => [place, count]),
      [
        [null, 1],
        ['main.js:2:34', 3],
        ['main.js:2:44', 3],
        ['main.js:3:22', 1],
        ['main.js:4:1', 1],
        ['main.js:5:7', 1],
      ],
    );
  });

  test('is that of the source where a source map says so', async (t) => {
    const workspace = new Workspace(t);
    // Line 1 of the bundle is line 3 of the source.
    const map = { version: 3, sources: ['src.ts'], names: [], mappings: 'AAEA' };
    const encoded = Buffer.from(JSON.stringify(map)).toString('base64');
    workspace.write(
      'main.js',
      `require('unified-run-id/observe').observeRunId('x');\n//# sourceMappingURL=data:application/json;base64,${encoded}\n`,
    );
    const { stderr } = await workspace.run('main.js', { node: ['--enable-source-maps'] });
    assert.match(countsOf(stderr)[0].place, /src\.ts:3:\d+$/);
  });

  test('does not end a process whose stack is nearly full, and leaves its settings as they were', async (t) => {
    const { stdout } = await run(t, () => {
      const { observeResolve, observeRunId } = require('unified-run-id/observe');
      const settings = () => JSON.stringify(Object.getOwnPropertyDescriptors(Error));
      observeRunId('x');
      const before = settings();
      const made = [];
      const dive = (depth) => {
        // Each is another line, which has to be formatted.
        const see = (made[depth] ??= new Function('see', 'see({ query: {} }, 7)'));
        try {
          see(observeRunId);
          see(observeResolve);
        } catch {}
        return dive(depth + 1) + 1;
      };
      for (let round = 0; round < 3; round++) {
        try {
          dive(0);
        } catch {}
      }
      console.log(settings() === before, made.length > 100);
    });
    assert.equal(stdout, 'true true\n');
  });

  test("leaves the application's own stacks as they are", async (t) => {
    const { stdout } = await places(t, () => {
      const { observeRunId } = require('unified-run-id/observe');
      const own = (error, frames) => `${error.message}: ${frames.length}`;
      Error.prepareStackTrace = own;
      Error.stackTraceLimit = 7;
      observeRunId('x');
      const seen = [
        Error.prepareStackTrace === own,
        Error.stackTraceLimit,
        /^a: \d$/.test(new Error('a').stack),
      ];
      delete Error.prepareStackTrace;
      observeRunId('x');
      seen.push(Error.prepareStackTrace === undefined, Object.keys(Error));
      const get = () => own;
      Object.defineProperty(Error, 'prepareStackTrace', { get, configurable: true });
      observeRunId('x');
      seen.push(Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace').get === get);
      delete Error.prepareStackTrace;
      Object.freeze(Error);
      observeRunId('x');
      seen.push(Object.hasOwn(Error, 'prepareStackTrace'));
      console.log(JSON.stringify(seen));
    });
    assert.deepEqual(JSON.parse(stdout), [true, 7, true, true, ['stackTraceLimit'], true, false]);
  });
});

describe('check', () => {
  const observe = () => {
    const { observeResolve, observeRunId } = require('unified-run-id/observe');
    const req = { query: { runId: '251006-143000' } };
    for (let at = 0; at < 40; at++) {
      observeRunId(at < 3 ? `job_${at}` : '251006-143000', { place: 'webhook' });
      observeRunId('251006-143000-Ann-Carver', { place: 'worker' });
      observeResolve(req, at === 0 ? 'x' : '251006-143000', { place: 'route' });
      observeResolve({ query: {} }, '251006-143000', { place: 'start' });
    }
  };

  test('sums up what processes have observed, none of it a finding, the same log twice or not', async (t) => {
    const workspace = new Workspace(t);
    const cli = new CommandLine(t, workspace.folder);
    for (const name of ['one.log', 'two.log']) {
      const { stderr } = await workspace.run(observe, { env: { RUN_ID_SERVICE: 'api' } });
      workspace.write(name, stderr);
    }
    fs.copyFileSync(workspace.path('one.log'), workspace.path('copy.log'));
    const { code, stdout } = await cli.run(['check', 'one.log', 'two.log', 'copy.log', '--json']);
    const { observed, observedCount, findings } = JSON.parse(stdout);
    assert.deepEqual([code, findings, observedCount], [0, [], 4]);
    const rows = observed.map(({ place, state, seen, same, wouldGenerate, refused }) => {
      const codes = refused.map(({ outcome, code: given, count, received }) => [
        given ?? outcome,
        count,
        received,
      ]);
      return [place, state, seen, same, wouldGenerate, codes];
    });
    assert.deepEqual(rows, [
      ['webhook', 'refused', 80, 74, 0, [['ERR_RUN_ID_FORMAT', 6, 'job_0']]],
      ['route', 'refused', 80, 78, 0, [['differs', 2, 'x']]],
      ['start', 'generates', 80, 0, 80, []],
      ['worker', 'ready', 80, 80, 0, []],
    ]);
    assert.ok(observed.every(({ service, confidence }) => service === 'api' && confidence === 'certain'));
    const text = (await cli.run(['check', 'one.log', '--html', 'report.html'])).stdout;
    assert.match(text, /Observed: 4 places, 1 ready to be switched\./);
    assert.match(text, /refused +40 +api +webhook +3 ERR_RUN_ID_FORMAT, such as job_0/);
    assert.match(text, /ready +40 +api +worker/);
    assert.match(
      fs.readFileSync(workspace.path('report.html'), 'utf8'),
      /ready to be switched to the function that throws/,
    );
  });

  test('believes no line that only quotes an event, of a process that speaks for itself', async (t) => {
    const workspace = new Workspace(t);
    const cli = new CommandLine(t, workspace.folder);
    const own = new LoggedProcess({ service: 'api' }, START);
    const other = new LoggedProcess({ service: 'mail', proc: '77aa0102' }, START);
    const counts = (count) => ({ counts: [{ place: 'webhook', outcome: 'same', count }] });
    const quoted = (line) => `got a request: ${line}`;
    workspace.write(
      'app.log',
      own.line(0, 'observe', counts(5)) +
        quoted(own.line(1, 'observe', counts(5000))) +
        quoted(other.line(2, 'observe', counts(7))),
    );
    const { observed } = JSON.parse((await cli.run(['check', 'app.log', '--json'])).stdout);
    assert.deepEqual(
      observed.map(({ service, seen, confidence }) => [service, seen, confidence]),
      [
        ['mail', 7, 'likely'],
        ['api', 5, 'certain'],
      ],
    );
  });

  test('reads a summary in the message of a logger, and one that was extracted', async (t) => {
    const workspace = new Workspace(t);
    const cli = new CommandLine(t, workspace.folder);
    const { stdout } = await workspace.run(() => {
      const { configure } = require('unified-run-id');
      const logger = (event) =>
        console.log(JSON.stringify({ level: 40, msg: `[run-id] ${JSON.stringify(event)}` }));
      configure({ logger });
      require('unified-run-id/observe').observeRunId('x', { place: 'webhook' });
    });
    workspace.write('app.log', stdout);
    workspace.write('app.extract', (await cli.run(['extract', 'app.log'])).stdout);
    for (const file of ['app.log', 'app.extract']) {
      const { observed } = JSON.parse((await cli.run(['check', file, '--json'])).stdout);
      const [{ place, seen, state, confidence }] = observed;
      assert.deepEqual([place, seen, state, confidence], ['webhook', 1, 'refused', 'certain']);
    }
  });

  test('client IDs of what was observed get pseudonyms', async (t) => {
    const workspace = new Workspace(t);
    const cli = new CommandLine(t, workspace.folder);
    const { stderr } = await workspace.run(() => {
      const { observeResolve, observeRunId } = require('unified-run-id/observe');
      observeRunId('251306-143000-Ann-Carver', { place: 'webhook' });
      observeResolve({ query: {} }, null, { place: 'start', clientId: 'Lee Marlow' });
    });
    workspace.write('app.log', stderr);
    const { stdout } = await cli.run(['check', 'app.log', '--redact', '--json']);
    assert.match(stdout, /"place":"start"/);
    assert.doesNotMatch(stdout, /Carver|Marlow/);
  });
});
