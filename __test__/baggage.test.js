'use strict';

const assert = require('node:assert/strict');
const { channel, subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const fs = require('node:fs');
const { isIP } = require('node:net');
const path = require('node:path');
const { after, afterEach, before, describe, test } = require('node:test');
const { context, diag, propagation, ROOT_CONTEXT, SpanKind, trace } = require('@opentelemetry/api');
const { BaggageSpanProcessor } = require('@opentelemetry/baggage-span-processor');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');
const { configure, resolveRunId, stats } = require('../index.js');
const { currentRunId, inject, leaveRun, receive, runWithRunId } = require('../lib/context/index.js');
const { runIdBoundary } = require('../lib/boundary/http/index.js');
const { instrumentRunIds } = require('../lib/opentelemetry/index.js');
const { Workspace } = require('../tools/workspace.js');
const { BOUNDARIES } = require('./support/boundary-servers.js');
const { checked } = require('./support/checked.js');
const { OtlpReceiver } = require('./support/otlp-receiver.js');
const { copyPackage } = require('./support/package-copy.js');
const { send } = require('./support/servers.js');
const { thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const LOWER = `${BASE}-ann-carver`;
const LEE = `${BASE}-Lee-Marlow`;
const OTHER = '251006-150000-Acme-Corp';

const INSTALLED = path.join(__dirname, '..', 'node_modules', '@opentelemetry');

/** A kind of span in OTLP. */
const SERVER = 2;

/** What the sampler says of new traces. */
let isSampled = true;
const sampler = {
  shouldSample: () => ({ decision: isSampled ? 2 : 0 }),
  toString: () => 'test',
};

let provider;
let http;

before(() => {
  provider = new NodeTracerProvider({
    sampler,
    spanProcessors: [new BaggageSpanProcessor((key) => key === 'run.id')],
  });
});

/** Registers the SDK, as a NodeSDK does. */
function register() {
  provider.register();
  registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
  http = require('node:http');
}

const servers = [];

after(async () => {
  await provider.shutdown();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

const undone = [];

/** Instruments until the test has ended. */
function instrument(baggage, options) {
  const undo = instrumentRunIds({ meterProvider: null, spans: false, ...options, baggage });
  undone.push(undo);
  return undo;
}

afterEach(() => {
  isSampled = true;
  for (const undo of undone.splice(0)) undo();
});

async function listen(handler) {
  const server = http.createServer(handler);
  // No host: both families, as `localhost` may be of either.
  server.listen(0);
  await once(server, 'listening');
  servers.push(server);
  return server.address().port;
}

/** Conflicts that are published, and what was counted, while something happens. */
async function toldOf(work) {
  const conflicts = [];
  const listener = (event) => conflicts.push(event);
  const first = stats();
  subscribe('unified-run-id:conflict', listener);
  try {
    await work();
  } finally {
    unsubscribe('unified-run-id:conflict', listener);
  }
  const last = stats();
  const counts = Object.entries(last.baggage).map(([name, count]) => [name, count - first.baggage[name]]);
  return {
    conflicts,
    counted: last.conflicts - first.conflicts,
    ...Object.fromEntries(counts.filter(([, count]) => count > 0)),
  };
}

describe('the option', () => {
  test('is refused where no propagator of baggage is registered', () => {
    const error = thrownBy(() => instrument({}));
    assert.equal(error.code, 'ERR_RUN_ID_PROPAGATOR');
    assert.match(error.message, /after starting the NodeSDK.*W3CBaggagePropagator/);
    assert.match(error.stack.split('\n')[1], /baggage\.test\.js/);
    register();
    instrument({});
  });

  test('is refused where it is malformed', () => {
    const hosts = [
      '', ' ', '*.internal', 'api.internal/', 'http://api.internal', 'api.internal:80', 'api.internal:', 'a@b',
      'a b', '[api]', '::1::', '[::1', 'a?b', 'a#b', 'a\\b', '256.256.256.256', 'x'.repeat(1e6), 'x'.repeat(254), 7, null, new URL('http://a'),
    ]; // prettier-ignore
    const bad = [
      null, true, 7, [], 'api.internal', new Map(),
      { host: 'api.internal' }, { hosts: 'api.internal' }, { hosts: {} }, { queues: [''] }, { queues: [7] },
      { internal: 'yes' }, { internal: null },
      ...hosts.map((host) => ({ hosts: ['ok.internal', host] })),
    ]; // prettier-ignore
    for (const baggage of bad) {
      const error = thrownBy(() => instrument(baggage));
      assert.ok(error instanceof TypeError, JSON.stringify(baggage));
      assert.match(error.message, /^instrumentRunIds: /);
      assert.ok(error.message.length < 500);
      assert.match(error.stack.split('\n')[1], /baggage\.test\.js/);
    }
  });

  test('leaves nothing behind when it is undone, or off', () => {
    const propagator = propagation._getGlobalPropagator();
    const listens = () => channel('undici:request:create').hasSubscribers;
    const { inject: before, extract } = propagator;
    const undos = [{ hosts: ['a'] }, {}, false, undefined].map((baggage) => instrument(baggage));
    assert.notEqual(propagator.inject, before);
    for (const undo of [...undos, ...undos]) undo();
    assert.deepEqual([propagator.inject, propagator.extract], [before, extract]);
    assert.deepEqual(Object.keys(propagator).includes('inject'), false);
    assert.equal(listens(), true, 'the instrumentation still does');
    instrument(false);
    assert.equal(propagator.inject, before);
  });

  test('is over for what had arrived before it was undone', async () => {
    const compared = (undo) =>
      toldOf(() => {
        const arrived = propagation.extract(ROOT_CONTEXT, { baggage: `run.id=${OTHER}` });
        undo?.();
        context.with(arrived, () => resolveRunId({ query: { runId: ANN } }));
      });
    const undo = instrument({});
    assert.equal((await compared()).conflicts.length, 1);
    assert.equal((await compared(undo)).conflicts.length, 0);
  });
});

/** Each client: sends a request to a host, whatever that resolves to, and gives the answer. */
const CLIENTS = {
  'http.request': {
    // Node tells of a request before it is sent since 22.12.
    isToldUnsampled: () => {
      const [major, minor] = process.versions.node.split('.').map(Number);
      return major > 22 || (major === 22 && minor >= 12);
    },
    async send(url, headers = {}) {
      const lookup = (_name, { all }, done) =>
        all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
      const [response] = await once(http.get(url, { headers, lookup }), 'response');
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      return JSON.parse(text);
    },
  },
  fetch: {
    isToldUnsampled: () => true,
    send: async (url, headers = {}) => (await fetch(url, { headers })).json(),
  },
};

describe('what is sent', () => {
  let port;

  before(async () => {
    port = await listen((request, response) => {
      const to = /^\/to-(.*)/.exec(request.url);
      if (to !== null) response.writeHead(302, { location: `http://${to[1]}:${port}/` }).end();
      else
        response.end(
          JSON.stringify({ baggage: request.headers.baggage ?? null, trace: request.headers.traceparent }),
        );
    });
  });

  for (const [name, { send, isToldUnsampled }] of Object.entries(CLIENTS)) {
    describe(`by ${name}`, () => {
      const sentTo = async (host, headers) => (await send(`http://${host}:${port}/`, headers)).baggage;

      test('is the run in hand, to the hosts that are listed and to no other', async () => {
        instrument({ hosts: ['localhost', '::1'] });
        await runWithRunId(ANN, async () => {
          assert.equal(await sentTo('localhost'), `run.id=${ANN}`);
          assert.equal(await sentTo('LOCALHOST'), `run.id=${ANN}`);
          assert.equal(await sentTo('[::1]').catch(() => `run.id=${ANN}`), `run.id=${ANN}`);
          assert.equal(await sentTo('127.0.0.1'), null);
        });
        assert.equal(await sentTo('localhost'), null);
        await runWithRunId(ANN, () => leaveRun(async () => assert.equal(await sentTo('localhost'), null)));
      });

      test('is the same where the trace is not sampled', async () => {
        instrument({ hosts: ['localhost'] });
        isSampled = false;
        await runWithRunId(ANN, async () => {
          assert.equal(await sentTo('localhost'), isToldUnsampled() ? `run.id=${ANN}` : null);
          assert.equal(await sentTo('127.0.0.1'), null);
        });
      });

      test('takes the place of what has arrived, and leaves all other baggage as it is', async () => {
        instrument({ hosts: ['localhost'] });
        const baggage = propagation.createBaggage({
          tenant: { value: 'acme' },
          'run.id': { value: OTHER },
          region: { value: 'eu' },
        });
        for (const sampled of [true, false]) {
          isSampled = sampled;
          const through = (host) =>
            context.with(propagation.setBaggage(context.active(), baggage), () => sentTo(host));
          await runWithRunId(ANN, async () => {
            const seen = await through('localhost');
            const own = sampled || isToldUnsampled() ? [`run.id=${ANN}`] : [];
            assert.deepEqual(new Set(seen.split(/, ?/)), new Set(['tenant=acme', 'region=eu', ...own]));
            assert.equal(await through('127.0.0.1'), 'tenant=acme,region=eu');
          });
          assert.equal(await through('localhost'), 'tenant=acme,region=eu');
        }
      });

      test('is added to a header of the application’s own', async () => {
        instrument({ hosts: ['localhost'] });
        isSampled = false;
        if (!isToldUnsampled()) return;
        await runWithRunId(ANN, async () => {
          const headers = { Baggage: 'tenant=acme' };
          assert.equal((await sentTo('localhost', headers)).replace(', ', ','), `tenant=acme,run.id=${ANN}`);
          const named = { baggage: `run.id=${OTHER}` };
          assert.equal(await sentTo('localhost', named), `run.id=${OTHER}`);
          assert.equal(await sentTo('127.0.0.1', headers), 'tenant=acme');
        });
      });

      test('is nothing after it was undone', async () => {
        const undo = instrument({ hosts: ['localhost'] });
        const other = instrument({ hosts: ['127.0.0.1'] });
        undo();
        await runWithRunId(ANN, async () => {
          assert.equal(await sentTo('localhost'), null);
          assert.equal(await sentTo('127.0.0.1'), `run.id=${ANN}`);
          other();
          assert.equal(await sentTo('127.0.0.1'), null);
        });
      });
    });
  }

  test('goes to a name, whatever its port, and not to what looks like it', async () => {
    instrument({ hosts: ['API.internal'] });
    const { send } = CLIENTS['http.request'];
    const second = await listen((request, response) =>
      response.end(JSON.stringify({ baggage: request.headers.baggage ?? null })),
    );
    await runWithRunId(ANN, async () => {
      for (const host of [`api.internal:${port}`, `api.internal:${second}`, `Api.Internal:${port}`]) {
        assert.equal((await send(`http://${host}/`)).baggage, `run.id=${ANN}`, host);
      }
      for (const host of [
        'api.internal.evil.test',
        'xapi.internal',
        'internal',
        'api.internal.',
        '127.0.0.1',
      ]) {
        const spoofed = isIP(host) ? { host: 'api.internal' } : {};
        assert.equal((await send(`http://${host}:${port}/`, spoofed)).baggage, null, host);
      }
    });
  });

  test('does not follow a redirect to a host that is not listed, and does to one that is', async () => {
    instrument({ hosts: ['localhost'] });
    const { send } = CLIENTS.fetch;
    await runWithRunId(ANN, async () => {
      assert.equal((await send(`http://localhost:${port}/to-127.0.0.1`)).baggage, null);
      assert.equal((await send(`http://127.0.0.1:${port}/to-localhost`)).baggage, `run.id=${ANN}`);
    });
  });

  test('is the run in hand of whichever copy of the package has one', async (t) => {
    const workspace = new Workspace(t);
    const folder = path.dirname(copyPackage(workspace.path('copy')).entry);
    fs.symlinkSync(INSTALLED, workspace.path('node_modules', '@opentelemetry'), 'junction');
    const load = (room) => require(path.join(folder, 'lib', room));
    const copy = { ...load('context'), ...load('opentelemetry') };
    instrument({ hosts: ['localhost'] });
    const undo = copy.instrumentRunIds({
      meterProvider: null,
      spans: false,
      baggage: { hosts: ['localhost'] },
    });
    const sent = async () => (await CLIENTS.fetch.send(`http://localhost:${port}/`)).baggage;
    assert.equal(await copy.runWithRunId(LEE, sent), `run.id=${LEE}`);
    assert.equal(await runWithRunId(ANN, sent), `run.id=${ANN}`);
    undo();
    assert.equal(await copy.runWithRunId(LEE, sent), null);
    assert.equal(await runWithRunId(ANN, sent), `run.id=${ANN}`);
  });

  test('goes beside traceparent', async () => {
    instrument({ hosts: ['localhost'] });
    const seen = await runWithRunId(ANN, () => CLIENTS.fetch.send(`http://localhost:${port}/`));
    assert.equal(seen.baggage, `run.id=${ANN}`);
    assert.match(seen.trace, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

describe('what arrives', () => {
  for (const { name, route, start } of BOUNDARIES) {
    test(`is compared at the boundary of ${name}, before the handler runs`, async (t) => {
      instrument({ internal: true });
      const order = [];
      const server = await start(undefined, {
        handle(_req, { runId }) {
          order.push('handler');
          return { runId };
        },
      });
      t.after(() => server.close());
      const listener = () => order.push('conflict');
      subscribe('unified-run-id:conflict', listener);
      const ask = (runId, more) =>
        send({ port: server.port, path: `/?runId=${runId}`, headers: { baggage: `run.id=${ANN}` }, ...more });
      const told = await toldOf(async () => {
        assert.equal((await ask(ANN)).status, 200);
        assert.equal((await ask(LOWER)).status, 200);
      });
      unsubscribe('unified-run-id:conflict', listener);
      const [conflict, ...more] = told.conflicts;
      assert.deepEqual([told.agreed, told.disagreed, told.counted, more.length], [1, 1, 1, 0]);
      const { runId, source, otherRunId, otherSource } = conflict;
      assert.deepEqual([runId, source, otherRunId, otherSource], [LOWER, 'query', ANN, 'baggage']);
      assert.equal(conflict.route, route);
      assert.match(conflict.at, /boundary-servers\.js:\d+:\d+$|nest-app\.js:\d+:\d+$/);
      assert.deepEqual(order, ['handler', 'conflict', 'handler']);
    });
  }

  /** Asks a boundary that answers with the run in hand. */
  async function asker(options = { generate: true }, handle = () => currentRunId()) {
    const boundary = runIdBoundary((request, response) => response.end(String(handle(request))), options);
    const port = await listen(boundary);
    return (baggage, path = '/', headers = {}) => send({ port, path, headers: { ...headers, baggage } });
  }

  test('is never taken for the run, and a run that was lost on the way is a conflict', async () => {
    instrument({ internal: true });
    const ask = await asker();
    let answer;
    const { conflicts, disagreed } = await toldOf(async () => (answer = await ask(`run.id=${ANN}`)));
    assert.equal(answer.status, 200);
    assert.notEqual(answer.text.slice(0, 13), BASE);
    assert.equal(disagreed, 1);
    assert.deepEqual(
      conflicts.map(({ runId, source, otherRunId }) => [runId, source, otherRunId]),
      [[answer.text, 'generated', ANN]],
    );
  });

  test('of a base and one of its clients is one run, of two of them it is not', async () => {
    instrument({ internal: true });
    const ask = await asker();
    const pairs = [
      [ANN, ANN, true], [BASE, ANN, true], [ANN, BASE, true], [ANN, LEE, false], [ANN, LOWER, false], [BASE, OTHER, false],
    ]; // prettier-ignore
    for (const [sent, asked, agrees] of pairs) {
      const told = await toldOf(() => ask(`run.id=${sent}`, `/?runId=${asked}`));
      assert.deepEqual(
        [told.agreed, told.disagreed],
        agrees ? [1, undefined] : [undefined, 1],
        `${sent} ${asked}`,
      );
    }
  });

  test('from a stranger is told, and neither counted as a conflict nor put on a span', async (t) => {
    instrument({ hosts: ['localhost'] });
    const spans = [];
    const ask = await asker(undefined, () => {
      trace.getTracer('test').startActiveSpan('inside', (span) => {
        spans.push(span.attributes);
        span.end();
      });
      return JSON.stringify(propagation.getActiveBaggage()?.getAllEntries() ?? []);
    });
    const answers = [];
    const stranger = await toldOf(async () =>
      answers.push(await ask(`run.id=${OTHER},tenant=acme`, `/?runId=${ANN}`)),
    );
    assert.deepEqual([stranger.disagreed, stranger.counted, stranger.conflicts.length], [1, 0, 1]);
    instrument({ internal: true });
    const own = await toldOf(async () =>
      answers.push(await ask(`run.id=${OTHER},tenant=acme`, `/?runId=${ANN}`)),
    );
    assert.deepEqual([own.disagreed, own.counted, own.conflicts.length], [1, 1, 1]);
    assert.deepEqual(spans, [{}, { 'run.id': OTHER }]);
    const names = answers.map(({ text }) => JSON.parse(text).map(([name]) => name));
    assert.deepEqual(names, [['tenant'], ['run.id', 'tenant']]);

    // As check reads it in the log.
    const events = [...stranger.conflicts, ...own.conflicts];
    assert.deepEqual(
      events.map(({ sender }) => sender),
      ['external', 'internal'],
    );
    const lines = events.map((event) => `[run-id] ${JSON.stringify(event)}\n`);
    const { findings } = await checked([new Workspace(t).write('a.log', lines.join(''))]);
    assert.deepEqual(
      findings.map(({ class: name, severity, confidence }) => [name, severity, confidence]),
      [
        ['sources-disagree', 'high', 'certain'],
        ['baggage-disagrees', 'low', 'likely'],
      ],
    );
  });

  test('is from one’s own where a function of the headers says true, and nothing else', async () => {
    const warned = [];
    diag.setLogger({
      warn: (...words) => warned.push(words),
      error() {},
      info() {},
      debug() {},
      verbose() {},
    });
    const ask = await asker();
    const isCounted = async (internal, headers) => {
      const undo = instrument({ internal });
      const { counted } = await toldOf(() => ask(`run.id=${OTHER}`, `/?runId=${ANN}`, headers));
      undo();
      return counted === 1;
    };
    const hasToken = (headers) => headers['x-acme-token'] === 'secret';
    assert.equal(await isCounted(hasToken, { 'x-acme-token': 'secret' }), true);
    assert.equal(await isCounted(hasToken, { 'x-acme-token': 'guess' }), false);
    for (const answer of ['true', 1, {}, Promise.resolve(true), undefined]) {
      assert.equal(await isCounted(() => answer), false, String(answer));
    }
    assert.deepEqual(warned, []);
    const own = new Error('own');
    assert.equal(await isCounted(() => { throw own; }), false); // prettier-ignore
    diag.disable();
    assert.deepEqual(warned, [['unified-run-id: baggage was left unchanged', own]]);
  });

  test('in any form breaks nothing: what is no run ID is counted, and what is not read at all is not', async () => {
    instrument({ internal: true });
    const many = (count) => Array.from({ length: count }, (_, n) => `k${n}=v`).join();
    const nothing = [
      'run.id=%zz', 'run.id=%FF', 'run.id=', 'run.id', '=', ',,,;;;', 'run.id=%', `${many(180)},run.id=${OTHER}`,
      `k=${'x'.repeat(4000)},l=${'x'.repeat(4000)},m=${'x'.repeat(400)},run.id=${OTHER}`, `run.id=${'x'.repeat(5000)}`,
      `Run.Id=${OTHER}`, `__proto__=${OTHER}`, `run-id=${OTHER}`,
    ]; // prettier-ignore
    const unreadable = [
      'run.id=x', `run.id=${OTHER}%20`, `run.id=${OTHER}%0a[run-id]`, 'run.id=%00', `run.id=${'9'.repeat(4000)}`,
      `run.id="${OTHER}"`, `run.id=${OTHER},run.id=x`, `run.id=${BASE}-`, 'run.id=%5Bobject%20Object%5D',
    ]; // prettier-ignore
    const read = [
      `run.id=${OTHER}`, ` run.id = ${OTHER} `, `run.id=${OTHER};prop=1`, `run.id=x,run.id=${OTHER}`, `a=100%,run.id=${OTHER}`,
      `run%2Eid=${OTHER}`, `run.id=${OTHER.replaceAll('-', '%2D')}`, `${many(179)},run.id=${OTHER}`,
    ]; // prettier-ignore
    const ask = await asker(undefined, () =>
      JSON.stringify([currentRunId(), propagation.getActiveBaggage()?.getEntry('run.id')?.value ?? null]),
    );
    for (const [headers, outcome] of [
      [nothing, {}],
      [unreadable, { unreadable: 1 }],
      [read, { disagreed: 1, counted: 1 }],
    ]) {
      for (const baggage of headers) {
        const { conflicts, ...told } = await toldOf(async () => {
          const { status, text } = await ask(baggage, `/?runId=${ANN}`);
          assert.equal(status, 200);
          const kept = outcome.disagreed === 1 ? OTHER : null;
          assert.deepEqual(JSON.parse(text), [ANN, kept], baggage.slice(0, 80));
        });
        assert.deepEqual(told, { counted: 0, ...outcome }, baggage.slice(0, 80));
        assert.deepEqual(
          conflicts.map(({ otherRunId }) => otherRunId),
          outcome.disagreed === 1 ? [OTHER] : [],
        );
      }
    }
  });

  test('is compared by resolveRunId where there is no boundary, and once', async () => {
    instrument({ internal: true });
    const port = await listen((request, response) => {
      const query = Object.fromEntries(new URL(request.url, 'http://localhost').searchParams);
      for (let times = 0; times < 3; times++) resolveRunId({ query });
      response.end(resolveRunId({ query }));
    });
    const told = await toldOf(() =>
      send({ port, path: `/?runId=${LOWER}`, headers: { baggage: `run.id=${ANN}` } }),
    );
    assert.deepEqual([told.disagreed, told.conflicts.length], [1, 1]);
    assert.match(told.conflicts[0].at, /baggage\.test\.js:\d+:\d+$/);
  });

  test('with a request is not that of the messages that are received in it', async () => {
    instrument({ internal: true });
    const take = (runId) => receive({ runId }, 'data', currentRunId);
    const ask = await asker(undefined, () => [take(LEE), leaveRun(() => take(OTHER))].join());
    const told = await toldOf(async () =>
      assert.equal((await ask(`run.id=${ANN}`, `/?runId=${ANN}`)).text, `${LEE},${OTHER}`),
    );
    assert.deepEqual([told.agreed, told.disagreed, told.conflicts], [1, undefined, []]);
  });

  test('with a message is compared where it is received, with that of its own only', async () => {
    instrument({ queues: ['leads'], internal: true });
    const tracer = trace.getTracer('test');
    const produce = (runId, kind = SpanKind.PRODUCER, queue = 'leads') => {
      const options = { kind, attributes: { 'messaging.destination.name': queue } };
      return runWithRunId(runId, () =>
        tracer.startActiveSpan('send', options, (span) => {
          const headers = inject({}, 'headers');
          propagation.inject(context.active(), headers);
          span.end();
          return headers;
        }),
      );
    };
    const consume = (headers) =>
      context.with(propagation.extract(context.active(), headers), () =>
        receive(headers, 'headers', currentRunId),
      );
    const unlisted = [
      produce(ANN, SpanKind.PRODUCER, 'mail'),
      produce(ANN, SpanKind.CONSUMER),
      produce(ANN, SpanKind.CLIENT),
    ];
    assert.deepEqual(
      unlisted.map(({ baggage }) => baggage),
      [undefined, undefined, undefined],
    );
    const { baggage: _lost, ...bare } = produce(LEE);
    const messages = [produce(ANN), { ...produce(ANN), 'run-id': LOWER }, bare];
    assert.equal(messages[0].baggage, `run.id=${ANN}`);
    const told = await toldOf(() =>
      // As of a worker that was started within a request.
      context.with(propagation.extract(context.active(), { baggage: `run.id=${OTHER}` }), () =>
        messages.map(consume),
      ),
    );
    assert.deepEqual([told.agreed, told.disagreed, told.counted], [1, 1, 1]);
    const [{ runId, source, otherRunId, otherSource }] = told.conflicts;
    assert.deepEqual([runId, source, otherRunId, otherSource], [LOWER, 'headers', ANN, 'baggage']);
  });

  test('is of no interest where nothing is instrumented', async () => {
    const ask = await asker();
    const told = await toldOf(() => ask(`run.id=${OTHER}`, `/?runId=${ANN}`));
    assert.deepEqual(told, { conflicts: [], counted: 0 });
  });
});

test('a receiver of OTLP sees in one trace that the run was changed between two services', async (t) => {
  const receiver = await OtlpReceiver.start();
  t.after(() => receiver.stop());
  const workspace = new Workspace(t);
  fs.symlinkSync(INSTALLED, workspace.path('node_modules', '@opentelemetry'), 'junction');
  workspace.write(
    'service.js',
    fs.readFileSync(path.join(__dirname, 'support', 'traced-service.js'), 'utf8'),
  );
  const start = async (more) => {
    const env = { RUN_ID_LOG: 'off', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: receiver.url, ...more };
    const options = { node: ['--no-warnings'], env, stdio: ['ignore', 'pipe', 'inherit'] };
    const service = workspace.start('service.js', options);
    const [port] = await once(service.stdout.setEncoding('utf8'), 'data');
    return { service, port: Number(port) };
  };
  const scorer = await start();
  const api = await start({ NEXT: `http://localhost:${scorer.port}` });
  assert.equal((await send({ port: api.port, path: `/?runId=${ANN}` })).text, 'scored');
  for (const { service } of [api, scorer]) {
    const exit = once(service, 'exit');
    service.kill();
    assert.deepEqual(await exit, [0, null]);
  }
  const { spans } = receiver;
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
  const told = spans.filter(({ events }) => events.some(({ name }) => name === 'run_id.conflict'));
  const [{ kind, attributes, spanId, events }, ...more] = told;
  assert.deepEqual([kind, more], [SERVER, []]);
  const conflict = events.find(({ name }) => name === 'run_id.conflict');
  assert.deepEqual(
    ['run.id', 'run_id.source', 'run_id.other.id', 'run_id.other.source'].map((name) => conflict[name]),
    [LOWER, 'query', ANN, 'baggage'],
  );
  // The request has the run as it is, and what was made of its baggage has it as it was.
  assert.equal(attributes['run.id'], LOWER);
  const work = spans.find(({ name }) => name === 'work of scorer');
  assert.deepEqual([work.parentSpanId, work.attributes['run.id']], [spanId, ANN]);
});
