'use strict';

const assert = require('node:assert/strict');
const { channel } = require('node:diagnostics_channel');
const fs = require('node:fs');
const path = require('node:path');
const { afterEach, before, after, describe, test } = require('node:test');
const { diag, metrics, SpanStatusCode, trace } = require('@opentelemetry/api');
const { PrometheusSerializer } = require('@opentelemetry/exporter-prometheus');
const {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} = require('@opentelemetry/sdk-logs');
const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
const {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} = require('@opentelemetry/sdk-trace-node');
const binding = require('../lib/binding.js');
const { configure, generateTimestampRunId, normalizeRunId, resolveRunId, stats } = require('../index.js');
const { inject, receive, runWithRunId, withRunId } = require('../lib/context/index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { instrumentRunIds, RunIdLogRecordProcessor } = require('../lib/opentelemetry/index.js');
const { createPGlite } = require('../tools/pglite.js');
const { Workspace } = require('../tools/workspace.js');
const { countKept } = require('./support/garbage.js');
const { copyPackage } = require('./support/package-copy.js');
const { codeOf, thrownBy } = require('./support/thrown.js');

configure({ logger: null });

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;
const OTHER = '251006-150000';

const MAX_SERIES = 120;

/** What is told on spans, which are the events that listening makes. */
const TOLD = ['resolve', 'receive', 'send', 'record', 'conflict', 'reject'];

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}

  /** What Prometheus would be told. */
  async scrape() {
    const { resourceMetrics, errors } = await this.collect();
    assert.deepEqual(errors, []);
    return new PrometheusSerializer().serialize(resourceMetrics);
  }
}

/** A provider with so many readers. */
function metered(count = 1) {
  const readers = Array.from({ length: count }, () => new Reader());
  return { meterProvider: new MeterProvider({ readers }), readers };
}

/** The series of a scrape: their names with labels, without those of the scope, and their values. */
function seriesIn(text) {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const series = lines.map((line) => {
    const [name, value] = line
      .replace(/,?otel_scope_\w+="[^"]*"/g, '')
      .replace('{}', '')
      .split(/ (?=\S+$)/);
    return [name, Number(value)];
  });
  assert.equal(new Set(series.map(([name]) => name)).size, series.length, 'a series occurs twice');
  return Object.fromEntries(series);
}

const undone = [];

/** Instruments until the test has ended. */
function instrument(options) {
  const undo = instrumentRunIds(options);
  undone.push(undo);
  return undo;
}

afterEach(() => {
  for (const undo of undone.splice(0)) undo();
  metrics.disable();
  for (const kind of TOLD) assert.equal(channel(`unified-run-id:${kind}`).hasSubscribers, false, kind);
});

describe('instrumentRunIds', () => {
  test('throws where no MeterProvider is registered, and says in which order to load', () => {
    for (const options of [undefined, {}, { meterProvider: metrics.getMeterProvider() }]) {
      const error = thrownBy(() => instrumentRunIds(options));
      assert.equal(error.code, 'ERR_RUN_ID_METER_PROVIDER');
      assert.match(error.message, /after metrics\.setGlobalMeterProvider\(provider\).*\{ meterProvider \}/);
      assert.match(error.stack.split('\n')[1], /opentelemetry\.test\.js/);
    }
    assert.deepEqual(
      TOLD.filter((kind) => channel(`unified-run-id:${kind}`).hasSubscribers),
      [],
    );
  });

  test('takes the registered MeterProvider', async () => {
    const { meterProvider, readers } = metered();
    metrics.setGlobalMeterProvider(meterProvider);
    instrument();
    assert.equal(seriesIn(await readers[0].scrape()).run_id_generated_total, stats().generated);
  });

  test('refuses malformed options', () => {
    const bad = [
      null,
      [],
      7,
      'records',
      Promise.resolve({}),
      new Map(),
      { baggage: true },
      { spans: 'all' },
      { spans: 1 },
      { spans: null },
      { meterProvider: {} },
      { meterProvider: { getMeter: 7 } },
      { meterProvider: 'default' },
      { [Symbol('spans')]: true },
      { ['x'.repeat(1e6)]: true },
    ];
    for (const options of bad) {
      const error = thrownBy(() => instrumentRunIds(options));
      assert.ok(error instanceof TypeError, String(error));
      assert.ok(error.message.startsWith('instrumentRunIds: ') && error.message.length < 500, error.message);
      assert.match(error.stack.split('\n')[1], /opentelemetry\.test\.js/);
    }
  });

  test('lets the errors of the caller through, and has begun nothing', () => {
    const own = new Error('own');
    const throwing = () => {
      throw own;
    };
    const meter = new MeterProvider().getMeter('x');
    const bad = [
      { get spans() { throw own; } }, // prettier-ignore
      new Proxy({}, { ownKeys: throwing }),
      { meterProvider: { getMeter: throwing } },
      {
        meterProvider: {
          getMeter: () => Object.assign(Object.create(meter), { createObservableGauge: throwing }),
        },
      },
      {
        meterProvider: {
          getMeter: () => Object.assign(Object.create(meter), { addBatchObservableCallback: throwing }),
        },
      },
    ];
    for (const options of bad)
      assert.equal(
        thrownBy(() => instrumentRunIds(options)),
        own,
      );
  });

  test('without OpenTelemetry it says what to install, and the rest of the package works', async (t) => {
    const workspace = new Workspace(t);
    const { entry } = copyPackage(workspace.path('installed'));
    const seen = await workspace.ask(
      (entry) => {
        const path = require('node:path');
        const { normalizeRunId } = require(entry);
        const { instrumentRunIds } = require(path.join(path.dirname(entry), 'lib', 'opentelemetry'));
        normalizeRunId('251006-143000');
        try {
          instrumentRunIds();
        } catch ({ code, message, cause }) {
          console.log(JSON.stringify({ code, message, cause: cause.code }));
        }
      },
      { args: [entry] },
    );
    assert.deepEqual(seen, {
      code: 'ERR_RUN_ID_PEER',
      message: 'instrumentRunIds needs @opentelemetry/api: install it',
      cause: 'MODULE_NOT_FOUND',
    });
  });
});

describe('metrics', () => {
  test('every series is there as 0 before anything has happened, with no event made for it', async (t) => {
    const seen = await new Workspace(t).ask(withSdk, {
      args: [require.resolve('@opentelemetry/sdk-metrics'), String(() => {})],
    });
    const names = new Set(seen.points.map(({ name }) => name));
    assert.deepEqual(
      [...names],
      [
        'run_id.generated',
        'run_id.resolved',
        'run_id.rejected',
        'run_id.conflicts',
        'run_id.baggage',
        'run_id.record.operations',
        'run_id.record.missing',
        'run_id.jobs.stale',
        'run_id.handover',
        'run_id.log.lost',
        'run_id.lead',
        'run_id.process.start_time',
      ],
    );
    const started = seen.points.at(-1).value;
    assert.ok(started * 1000 > Date.now() - 60_000 && started * 1000 < Date.now(), String(started));
    for (const { name, value } of seen.points.slice(0, -1)) assert.equal(value, 0, name);
    const { actions, carriers, reasons, tables } = binding.EVENTS;
    const valuesOf = (name, attribute) => [
      ...new Set(
        seen.points.filter((point) => point.name === name).map(({ attributes }) => attributes[attribute]),
      ),
    ];
    const sources = [...binding.SOURCES.map(({ name }) => name), binding.GENERATED];
    assert.deepEqual(valuesOf('run_id.resolved', 'run_id.source'), sources);
    assert.deepEqual(
      valuesOf('run_id.rejected', 'error.type'),
      binding.CODES.map(({ code }) => code),
    );
    assert.deepEqual(valuesOf('run_id.record.operations', 'run_id.table'), tables);
    assert.deepEqual(
      valuesOf('run_id.record.operations', 'run_id.action'),
      actions.map(({ name }) => name),
    );
    assert.deepEqual(valuesOf('run_id.record.missing', 'run_id.near.reason'), [...reasons, 'none']);
    assert.deepEqual(valuesOf('run_id.handover', 'run_id.direction'), ['sent', 'received']);
    assert.deepEqual(valuesOf('run_id.handover', 'run_id.carrier'), carriers);
    assert.equal(seen.heard, 0);
  });

  test('whatever is counted, a process has at most 120 series, and none tells an ID', async () => {
    const { meterProvider, readers } = metered();
    instrument({ meterProvider, spans: 'records' });
    const db = await createPGlite();
    const jobs = new JobTracking({ db });
    await jobs.migrate();
    for (let n = 0; n < 2000; n++) {
      const source = `acme-bus-${n}`;
      const custom = { source, get: (text) => text || undefined, set: (_text, id) => id };
      receive(inject('', custom, ANN), custom, () => {});
      codeOf(() => resolveRunId({ query: { runId: `bad-${n}` } }));
    }
    const { runId } = await jobs.createJob({ jobType: 'lead-scoring' });
    await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
    await jobs.getClientRun(`${runId}-ann-carver`).catch(() => {});
    await jobs.completeClientRun(`${runId}-Ann-Carver`);
    await jobs.completeJob(runId);
    await jobs.getJob(OTHER).catch(() => {});
    await jobs.findByExternalId('acme', 'no-such').catch(() => {});
    await db.close();
    const text = await readers[0].scrape();
    const series = seriesIn(text);
    assert.ok(Object.keys(series).length <= MAX_SERIES, String(Object.keys(series).length));
    assert.doesNotMatch(text, /[0-9]{6}-[0-9]{6}|Carver|acme-bus|bad-/i);
    assert.equal(series['run_id_handover_total{run_id_direction="sent",run_id_carrier="custom"}'], 2000);
    assert.equal(series['run_id_record_missing_total{run_id_near_reason="case-changed"}'], 1);
    assert.equal(series['run_id_record_missing_total{run_id_near_reason="none"}'], 2);
    assert.equal(
      series['run_id_record_operations_total{run_id_table="client",run_id_action="completed"}'],
      1,
    );
    assert.ok(series['run_id_record_duration_count{run_id_table="job"}'] >= 3);
    assert.equal(series['run_id_record_duration_bucket{run_id_table="client",le="+Inf"}'], 3);
    const sum = series['run_id_record_duration_sum{run_id_table="job"}'];
    assert.ok(sum > 0 && sum < 60, `seconds: ${sum}`);
  });

  test('each call adds to the counts, and the lead is that of the clock', async () => {
    const { meterProvider, readers } = metered();
    instrument({ meterProvider, spans: false });
    const first = seriesIn(await readers[0].scrape());
    for (let n = 0; n < 30; n++) generateTimestampRunId();
    codeOf(() => normalizeRunId('x'));
    resolveRunId({ query: { runId: BASE } }, { parentRunId: OTHER, onConflict: 'report' });
    const second = seriesIn(await readers[0].scrape());
    const grown = (name) => second[name] - first[name];
    assert.equal(grown('run_id_generated_total'), 30);
    assert.equal(grown('run_id_rejected_total{error_type="ERR_RUN_ID_FORMAT"}'), 1);
    assert.equal(grown('run_id_resolved_total{run_id_source="query"}'), 1);
    assert.equal(grown('run_id_conflicts_total'), 1);
    assert.ok(second.run_id_lead >= 20 && second.run_id_lead <= 60, String(second.run_id_lead));
  });

  test('each series is told once to each reader, however often it is instrumented, and stays as it is after that is undone', async () => {
    const { meterProvider, readers } = metered(2);
    const undos = [1, 2, 3].map(() => instrumentRunIds({ meterProvider, spans: false }));
    const scrapes = () => Promise.all([...readers, ...readers].map((reader) => reader.scrape()));
    for (const text of await scrapes()) {
      assert.equal(seriesIn(text).run_id_generated_total, stats().generated);
    }
    undos[0]();
    undos[0]();
    undos[2]();
    for (const text of await scrapes()) assert.ok('run_id_generated_total' in seriesIn(text));
    undos[1]();
    undos[1]();
    // The SDK goes on telling what it observed last.
    const { generated } = stats();
    generateTimestampRunId();
    for (const text of await scrapes()) assert.equal(seriesIn(text).run_id_generated_total, generated);
    instrument({ meterProvider, spans: false });
    for (const text of await scrapes())
      assert.equal(seriesIn(text).run_id_generated_total, stats().generated);
  });

  test('two copies of the package are one set of series, with the sums of both', async (t) => {
    const workspace = new Workspace(t);
    const copies = ['one', 'other'].map((name) => copyPackage(workspace.path(name)).entry);
    const installed = path.join(__dirname, '..', 'node_modules', '@opentelemetry');
    fs.symlinkSync(installed, workspace.path('node_modules', '@opentelemetry'), 'junction');
    const work = (entries) => {
      const path = require('node:path');
      const packages = entries.map((entry) => ({
        ...require(entry),
        ...require(path.join(path.dirname(entry), 'lib', 'opentelemetry')),
      }));
      // The first of them twice, as a test runner loads it: its addon is one, and counts once.
      for (const file of Object.keys(require.cache)) {
        if (file.startsWith(path.dirname(entries[0])) && file.endsWith('.js')) delete require.cache[file];
      }
      packages.push({
        ...require(entries[0]),
        ...require(path.join(path.dirname(entries[0]), 'lib', 'opentelemetry')),
      });
      return (meterProvider) => {
        const undos = packages.map(({ instrumentRunIds }) => instrumentRunIds({ meterProvider }));
        for (const { generateTimestampRunId, configure, normalizeRunId } of packages) {
          configure({ logger: null });
          generateTimestampRunId();
          try {
            normalizeRunId('x');
          } catch {}
        }
        return () => undos.forEach((undo) => undo());
      };
    };
    const seen = await workspace.ask(withSdk, {
      args: [require.resolve('@opentelemetry/sdk-metrics'), `(${work})(${JSON.stringify(copies)})`],
      node: ['--no-warnings'],
    });
    const values = (name) => seen.points.filter((point) => point.name === name).map(({ value }) => value);
    assert.deepEqual(values('run_id.generated'), [3]);
    assert.deepEqual(
      values('run_id.rejected').filter((value) => value > 0),
      [3],
    );
    assert.equal(values('run_id.rejected').length, binding.CODES.length);
    assert.deepEqual(values('run_id.lead').length, 1);
  });
});

/**
 * Observes what a function does, in a process of its own.
 *
 * @param sdk of metrics
 * @param source of the function, or of a call that gives it; it may give back what undoes its instrumentation
 */
async function withSdk(sdk, source) {
  const { subscribe } = require('node:diagnostics_channel');
  const { MeterProvider, MetricReader } = require(sdk);
  class Reader extends MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  const reader = new Reader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const work = eval(source);
  let heard = 0;
  let undo = work(meterProvider);
  if (undo === undefined) {
    undo = require('unified-run-id/opentelemetry').instrumentRunIds({ meterProvider });
    subscribe('unified-run-id:generate', () => (heard += 1));
  }
  const { resourceMetrics } = await reader.collect();
  const points = resourceMetrics.scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap(({ descriptor: { name }, dataPoints }) =>
      dataPoints.map(({ value, attributes }) => ({ name, value, attributes })),
    ),
  );
  undo();
  console.log(JSON.stringify({ points, heard }));
}

describe('traces', () => {
  const exporter = new InMemorySpanExporter();
  let provider;
  let tracer;

  before(() => {
    provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.register();
    tracer = trace.getTracer('test');
  });
  after(() => {
    trace.disable();
    return provider.shutdown();
  });
  afterEach(() => exporter.reset());

  /** The span in which a function ran, and those that were made in it. */
  async function spansOf(work) {
    await tracer.startActiveSpan('outer', async (span) => {
      try {
        await work();
      } finally {
        span.end();
      }
    });
    const spans = exporter.getFinishedSpans();
    return {
      outer: spans.find(({ name }) => name === 'outer'),
      inner: spans.filter(({ name }) => name !== 'outer'),
    };
  }

  const eventsOf = ({ events }) => events.map(({ name, attributes }) => ({ name, ...attributes }));

  test('the active span has the run, and what happened to it', async () => {
    instrument({ meterProvider: null });
    const { outer, inner } = await spansOf(() => {
      resolveRunId({ query: { runId: ANN }, body: { runId: OTHER } });
      codeOf(() => normalizeRunId('foo-bar'));
      withRunId('https://acme.example/webhook', BASE);
    });
    assert.deepEqual(inner, []);
    assert.deepEqual(outer.attributes, { 'run.id': ANN, 'run.base_id': BASE, 'run.client_id': 'Ann-Carver' });
    const [conflict, resolve, reject, send, ...more] = eventsOf(outer);
    assert.deepEqual(more, []);
    const { 'code.line.number': line, 'code.column.number': column, ...told } = conflict;
    assert.ok(line > 100 && column > 1);
    assert.deepEqual(told, {
      name: 'run_id.conflict',
      'run.id': ANN,
      'run_id.source': 'query',
      'run_id.other.id': OTHER,
      'run_id.other.source': 'body',
      'code.file.path': '__test__/opentelemetry.test.js',
    });
    assert.deepEqual(resolve, { name: 'run_id.resolve', 'run.id': ANN, 'run_id.source': 'query' });
    assert.equal(reject.name, 'run_id.reject');
    assert.equal(reject['error.type'], 'ERR_RUN_ID_FORMAT');
    assert.match(reject['error.message'], /^STRICT RUN ID ERROR/);
    assert.equal(reject['run_id.received'], 'foo-bar');
    assert.equal(reject['code.file.path'], '__test__/opentelemetry.test.js');
    assert.deepEqual(send, {
      name: 'run_id.send',
      'run.id': BASE,
      'run_id.carrier': 'url',
      'server.address': 'acme.example',
    });
  });

  test('the run of a span is the one that was resolved or received, else the one in hand, else the first', async () => {
    instrument({ meterProvider: null });
    const runOf = async (work) => (await spansOf(work)).outer.attributes['run.id'];
    const cases = [
      [OTHER, () => { inject({}, 'data', OTHER); inject({}, 'data', ANN); }], // prettier-ignore
      [BASE, () => runWithRunId(BASE, () => inject({}, 'data', ANN))],
      [ANN, () => { inject({}, 'data', OTHER); receive({ runId: ANN }, 'data', () => {}); }], // prettier-ignore
      [ANN, () => { resolveRunId({ query: { runId: OTHER } }); resolveRunId({ query: { runId: ANN } }); }], // prettier-ignore
      [undefined, () => codeOf(() => normalizeRunId('x'))],
      [BASE, () => runWithRunId(BASE, () => codeOf(() => normalizeRunId('x')))],
    ];
    for (const [expected, work] of cases) {
      assert.equal(await runOf(work), expected, String(work));
      exporter.reset();
    }
  });

  describe('records', () => {
    let db;
    let jobs;

    before(async () => {
      db = await createPGlite();
      jobs = new JobTracking({ db });
      await jobs.migrate();
    });
    after(() => db.close());

    test('are events of the active span', async () => {
      instrument({ meterProvider: null });
      const { outer, inner } = await spansOf(async () => {
        const { runId } = await jobs.createJob({ jobType: 'lead-scoring' });
        await jobs.createClientRun(runId, { clientId: 'Ann-Carver' });
        await jobs.getClientRun(`${runId}-ann-carver`).catch(() => {});
      });
      assert.deepEqual(inner, []);
      const [job, client, missing, reject, ...more] = eventsOf(outer);
      assert.deepEqual(more, []);
      const runId = job['run.id'];
      assert.deepEqual(job, {
        name: 'run_id.record',
        'run.id': runId,
        'run_id.method': 'createJob',
        'run_id.action': 'created',
        'run_id.table': 'job',
      });
      assert.equal(client['run.id'], `${runId}-Ann-Carver`);
      assert.equal(outer.attributes['run.id'], runId);
      assert.equal(missing['run_id.action'], 'missing');
      assert.deepEqual(missing['run_id.near.id'], [`${runId}-Ann-Carver`]);
      assert.deepEqual(missing['run_id.near.reason'], ['case-changed']);
      assert.equal(missing['code.file.path'], '__test__/opentelemetry.test.js');
      assert.equal(reject['error.type'], 'ERR_JOB_NOT_FOUND');
    });

    test('are spans of their own when that is asked for, as long as they took', async () => {
      instrument({ meterProvider: null, spans: 'records' });
      const { outer, inner } = await spansOf(async () => {
        const { runId } = await jobs.createJob({ jobType: 'lead-scoring' });
        await jobs.getJob(runId);
        await jobs.getClientRun(`${runId}-Ann-Carver`).catch(() => {});
      });
      assert.deepEqual(
        eventsOf(outer).map(({ name }) => name),
        ['run_id.reject'],
      );
      assert.deepEqual(
        inner.map(({ name, attributes, status }) => [name, attributes['run_id.action'], status.code]),
        [
          ['run_id.createJob', 'created', SpanStatusCode.UNSET],
          ['run_id.getJob', 'found', SpanStatusCode.UNSET],
          ['run_id.getClientRun', 'missing', SpanStatusCode.ERROR],
        ],
      );
      const ms = ([seconds, nanoseconds]) => seconds * 1e3 + nanoseconds / 1e6;
      let last = ms(outer.startTime);
      for (const span of inner) {
        assert.equal(span.parentSpanContext.spanId, outer.spanContext().spanId);
        assert.equal(span.instrumentationScope.name, 'unified-run-id');
        assert.equal(span.attributes['run.base_id'], outer.attributes['run.id']);
        // The clock of spans that were given a time has whole milliseconds.
        assert.ok(ms(span.startTime) >= last - 2 && ms(span.endTime) >= ms(span.startTime));
        assert.ok(ms(span.endTime) <= ms(outer.endTime) + 2);
        last = ms(span.endTime);
      }
      assert.ok(inner.some(({ duration }) => ms(duration) > 0));
    });

    test('are no spans where none is active', async () => {
      instrument({ meterProvider: null, spans: 'records' });
      await jobs.createJob({ jobType: 'lead-scoring' });
      assert.deepEqual(exporter.getFinishedSpans(), []);
    });
  });

  test('are told once, however often and by however many options it is instrumented', async () => {
    const undoRecords = instrumentRunIds({ meterProvider: null, spans: 'records' });
    const undo = instrumentRunIds({ meterProvider: null });
    instrument({ meterProvider: null, spans: false });
    const count = async () => {
      const { outer } = await spansOf(() => resolveRunId({ query: { runId: ANN } }));
      exporter.reset();
      return outer.events.length;
    };
    assert.equal(await count(), 1);
    undoRecords();
    assert.equal(await count(), 1);
    undo();
    assert.equal(await count(), 0);
  });

  test('a span that fails breaks nothing', async () => {
    instrument({ meterProvider: null });
    const warned = [];
    diag.setLogger({
      warn: (message) => warned.push(message),
      error() {},
      info() {},
      debug() {},
      verbose() {},
    });
    const { outer } = await spansOf(() => {
      const span = trace.getActiveSpan();
      span.addEvent = () => {
        throw new Error('full');
      };
      assert.equal(resolveRunId({ query: { runId: ANN } }), ANN);
    });
    diag.disable();
    assert.equal(outer.attributes['run.id'], ANN);
    assert.deepEqual(warned, ['unified-run-id: an event could not be added to its span']);
  });

  test('a span that is not recorded is told nothing', async () => {
    const off = new NodeTracerProvider({
      sampler: new AlwaysOffSampler(),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    instrument({ meterProvider: null, spans: 'records' });
    let told = 0;
    off.getTracer('test').startActiveSpan('unsampled', (span) => {
      span.addEvent = () => (told += 1);
      assert.equal(resolveRunId({ query: { runId: ANN } }), ANN);
      span.end();
    });
    assert.equal(told, 0);
    assert.deepEqual(exporter.getFinishedSpans(), []);
  });

  test('a span that has ended is not kept', async () => {
    instrument({ meterProvider: null });
    const spans = [];
    for (let at = 0; at < 20; at++) {
      const { outer } = await spansOf(() => {
        spans.push(new WeakRef(trace.getActiveSpan()));
        assert.equal(resolveRunId({ query: { runId: ANN } }), ANN);
      });
      assert.equal(outer.attributes['run.id'], ANN);
      exporter.reset();
    }
    // A frame that has not been overwritten may still refer to the last one.
    assert.ok((await countKept(spans)) <= 1);
  });
});

describe('logs', () => {
  test('each record has the run in hand, unless it names one itself', () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({
      processors: [new RunIdLogRecordProcessor(), new SimpleLogRecordProcessor({ exporter })],
    });
    const logger = provider.getLogger('test');
    logger.emit({ body: 'outside' });
    runWithRunId(ANN, () => logger.emit({ body: 'inside', attributes: { leads: 12 } }));
    runWithRunId(BASE, () => logger.emit({ body: 'base' }));
    runWithRunId(BASE, () => logger.emit({ body: 'other', attributes: { 'run.id': OTHER } }));
    assert.deepEqual(
      exporter.getFinishedLogRecords().map(({ attributes }) => ({ ...attributes })),
      [
        {},
        { leads: 12, 'run.id': ANN, 'run.base_id': BASE, 'run.client_id': 'Ann-Carver' },
        { 'run.id': BASE, 'run.base_id': BASE },
        { 'run.id': OTHER },
      ],
    );
  });
});
