'use strict';

// What docs/observability.md and its folder promise: the names are those of a real scrape, the rules are what promtool
// proves, and what is shown runs.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { before, describe, test } = require('node:test');
const { PrometheusSerializer } = require('@opentelemetry/exporter-prometheus');
const { MeterProvider, MetricReader } = require('@opentelemetry/sdk-metrics');
const yaml = require('js-yaml');
const { CODES, EVENTS, GENERATED, SOURCES } = require('../lib/binding.js');
const { instrumentRunIds } = require('../lib/opentelemetry/index.js');
const { snippetsOf } = require('../tools/snippets.js');
const { freePort } = require('../tools/free-port.js');
const { Prometheus } = require('../tools/prometheus.js');
const { Workspace } = require('../tools/workspace.js');
const { queriesOf } = require('./support/dashboard.js');
const { COMPILERS, TypedProject } = require('./support/typed-project.js');

const DOCS = path.join(__dirname, '..', 'docs');
const FOLDER = path.join(DOCS, 'observability');
const DOCUMENT = fs.readFileSync(path.join(DOCS, 'observability.md'), 'utf8');
const RULES_FILE = path.join(FOLDER, 'rules.yml');

const read = (name) => fs.readFileSync(path.join(FOLDER, name), 'utf8');
const rules = yaml.load(read('rules.yml')).groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const dashboard = JSON.parse(read('dashboard.json'));
const compose = yaml.load(read('compose.yaml'));

/** What a variable of the dashboard may stand for. */
const VARIABLES = { service: 'api', instance: '.*', __rate_interval: '1m' };

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

/** All that is observed of a process, with a record so that there is a duration. */
async function observed() {
  const { channel } = require('node:diagnostics_channel');
  const reader = new Reader();
  const undo = instrumentRunIds({ meterProvider: new MeterProvider({ readers: [reader] }) });
  channel('unified-run-id:record').publish({ event: 'record', table: 'job', durationMs: 3 });
  const { resourceMetrics } = await reader.collect();
  undo();
  return resourceMetrics;
}

/** The names of metrics, labels and their values in a scrape. */
function namesIn(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('run_id'));
  const labels = lines.flatMap((line) => [...line.matchAll(/(\w+)="([^"]*)"/g)]);
  return {
    metrics: new Set(lines.map((line) => /^\w+/.exec(line)[0])),
    labels: new Set(labels.map(([, name]) => name)),
    values: new Set(labels.map(([pair]) => pair)),
  };
}

describe('the names in rules and dashboard', () => {
  let scraped;
  let queries;

  before(async () => {
    scraped = namesIn(new PrometheusSerializer().serialize(await observed()));
    const queried = dashboard.templating.list.map(({ definition }) => definition).filter(Boolean);
    queries = [...rules.map(({ expr }) => expr), ...queriesOf(dashboard, VARIABLES), ...queried];
  });

  test('of metrics are those of a scrape, by this name or by that of the Collector', () => {
    const recorded = new Set(rules.map(({ record }) => record));
    const used = new Set(
      queries.flatMap((query) => query.match(/\brun_id[\w:]*(?=[{[) ,]|$| offset| unless)/gm) ?? []),
    );
    const names = [...used].filter((name) => !recorded.has(name) && !scraped.labels.has(name));
    assert.ok(names.length >= 6, names.join());
    for (const name of names) assert.ok(scraped.metrics.has(name), name);
    const patterns = new Set(
      queries.flatMap((query) => [...query.matchAll(/__name__=~"([^"]*)"/g)].map(([, p]) => p)),
    );
    assert.equal(patterns.size, 3);
    for (const pattern of patterns) {
      const matched = [...scraped.metrics].filter((name) => new RegExp(`^(?:${pattern})$`).test(name));
      assert.equal(matched.length, 1, pattern);
      const withUnit = matched[0].replace(/(_bucket)?$/, '_seconds$1');
      assert.match(withUnit, new RegExp(`^(?:${pattern})$`));
    }
  });

  test('of labels are those of a scrape, and so are their values', () => {
    for (const query of queries) {
      for (const [, list] of query.matchAll(/\b(?:by|on) \(([^)]*)\)/g)) {
        for (const label of list.split(', ')) {
          assert.ok(scraped.labels.has(label) || ['job', 'instance', 'le'].includes(label), label);
        }
      }
      for (const [pair, label] of query.matchAll(/(run_id_\w+|error_type)="[^"]*"/g)) {
        assert.ok(scraped.values.has(pair), `${pair} ${label}`);
      }
      for (const [, pattern] of query.matchAll(/error_type[=!]~"([^"]*)"/g)) {
        const named = CODES.filter(({ code }) => new RegExp(`^(?:${pattern})$`).test(code));
        assert.equal(named.length, (pattern.match(/[A-Z_]+(?=[|)]|$)/g) ?? []).length, pattern);
      }
    }
  });
});

describe('rules.yml', { skip: !Prometheus.isHere() }, () => {
  const promtool = (...args) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  };

  test('is understood by Prometheus', () => promtool('check', 'rules', RULES_FILE));

  test('fires for each fault, and for no other reason', () => {
    promtool('test', 'rules', path.join(__dirname, 'support', 'rules.test.yml'));
  });

  test('every alert is tried', () => {
    const tests = fs.readFileSync(path.join(__dirname, 'support', 'rules.test.yml'), 'utf8');
    for (const { alert } of alerts) assert.ok(tests.includes(`alertname="${alert}"`), alert);
  });

  test('the configuration of compose.yaml is understood too', (t) => {
    const workspace = new Workspace(t);
    const file = workspace.write('prometheus.yml', compose.configs.prometheus.content);
    promtool('check', 'config', '--syntax-only', file);
  });
});

describe('every alert', () => {
  test('says how bad it is, what it means, what to do first and where more is written', () => {
    for (const { alert, labels, annotations, expr } of alerts) {
      assert.ok(annotations.summary.includes('{{ $labels.job }}'), alert);
      assert.match(annotations.description, /First\s+steps: /, alert);
      assert.match(annotations.command, /^npx unified-run-id (?:check|flow|scan) /, alert);
      assert.equal(annotations.runbook, `docs/observability.md#${alert.toLowerCase()}`);
      const severity = { page: 'Page', warn: 'Warn', info: 'Info' }[labels.severity];
      assert.ok(severity, alert);
      assert.ok(DOCUMENT.includes(`\n### ${alert}\n\n${severity}. `), alert);
      for (const [, label] of `${annotations.summary}`.matchAll(/\$labels\.(\w+)/g)) {
        assert.ok(['job', 'instance'].includes(label) || expr.includes(label), `${alert}: ${label}`);
      }
    }
    const sections = [...DOCUMENT.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    assert.deepEqual(
      sections,
      alerts.map(({ alert }) => alert),
    );
  });
});

test('what strangers can bring about by baggage pages nobody', () => {
  const ofBaggage = alerts.filter(({ expr }) => expr.includes('baggage'));
  assert.deepEqual(
    ofBaggage.map(({ alert, labels }) => [alert, labels.severity]),
    [['RunIdBaggage', 'info']],
  );
});

describe('dashboard.json', () => {
  test('is imported and provisioned alike: its data source is a variable, and nothing in it is of one Grafana', () => {
    assert.equal(dashboard.id, null);
    assert.equal(dashboard.uid, undefined);
    assert.equal(dashboard.__inputs, undefined);
    const text = read('dashboard.json');
    assert.doesNotMatch(text, /\$\{DS_|__inputs|__requires/);
    const uids = [...text.matchAll(/"uid": "([^"]*)"/g)].map(([, uid]) => uid);
    assert.ok(uids.length > 20);
    assert.deepEqual([...new Set(uids)], ['${datasource}']);
    const { type, query } = dashboard.templating.list.find(({ name }) => name === 'datasource');
    assert.deepEqual({ type, query }, { type: 'datasource', query: 'prometheus' });
  });

  test('every panel and every query has an identifier of its own, and no panel lies on another', () => {
    const { panels } = dashboard;
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
    const taken = new Set();
    for (const { title, targets = [], gridPos } of panels) {
      assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(x < 24 && !taken.has(`${x},${y}`), title);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  test('is what the types of Grafana say', async (t) => {
    const project = new TypedProject({
      '@grafana/grafana-foundation-sdk': '@grafana/grafana-foundation-sdk',
    });
    t.after(() => project.remove());
    project.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          skipLibCheck: true,
          module: 'nodenext',
          target: 'es2022',
          noEmit: true,
          types: [],
        },
      }),
    );
    // In JSON the members of an enumeration are their values.
    project.write(
      'dashboard.mts',
      `import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
type Query = Omit<Dataquery, '_implementsDataqueryVariant'>;
type Plain<T> = T extends string ? \`\${T}\`
  : T extends number | boolean | null | undefined ? T
  : T extends { _implementsDataqueryVariant(): void } ? { [K in keyof Query]: Plain<Query[K]> }
  : { [K in keyof T]: Plain<T[K]> };
export const dashboard: Plain<Dashboard> = ${read('dashboard.json')};
`,
    );
    assert.equal(await project.compile(COMPILERS[0]), '');
  });
});

describe('compose.yaml', () => {
  test('mounts what is there, and configures with what can be read', () => {
    const { services, configs } = compose;
    const used = Object.values(services).flatMap((service) => service.configs ?? []);
    assert.deepEqual(used.map(({ source }) => source).sort(), Object.keys(configs).sort());
    for (const { content } of Object.values(configs)) assert.equal(typeof yaml.load(content), 'object');
    for (const { volumes = [], ports, image } of Object.values(services)) {
      for (const volume of volumes) assert.ok(fs.existsSync(path.join(FOLDER, volume.split(':')[0])), volume);
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
      assert.match(image, /:v?\d+\.\d+\.\d+$/);
    }
    const { scrape_configs: scrapes } = yaml.load(configs.prometheus.content);
    assert.equal(scrapes[0].honor_labels, true);
    const { exporters, receivers, service } = yaml.load(configs.collector.content);
    for (const pipeline of Object.values(service.pipelines)) {
      for (const name of pipeline.exporters) assert.ok(name in exporters, name);
      for (const name of pipeline.receivers) assert.ok(name in receivers, name);
    }
  });
});

describe('docs/observability.md', () => {
  test('lists every instrument with its unit, and every attribute with its values', async () => {
    const metrics = (await observed()).scopeMetrics.flatMap((scope) => scope.metrics);
    for (const { descriptor, dataPoints, isMonotonic } of metrics) {
      const kind = isMonotonic ? 'counter' : descriptor.type === 'HISTOGRAM' ? 'histogram' : 'gauge';
      const row = `| \`${descriptor.name}\` ${kind} | \`${descriptor.unit}\` |`;
      const begin = DOCUMENT.indexOf(row);
      assert.notEqual(begin, -1, row);
      const [own, ...next] = DOCUMENT.slice(begin).split('\n');
      const more = next.slice(
        0,
        next.findIndex((line) => !line.startsWith('| |')),
      );
      const listed = [own, ...more]
        .map((line) => /^\|[^|]*\|[^|]*\| `([\w.]+)` \|/.exec(line)?.[1])
        .filter(Boolean);
      assert.deepEqual(listed, Object.keys(dataPoints[0].attributes), descriptor.name);
    }
    const listed = [...DOCUMENT.matchAll(/^\| `(run_id\.[\w.]+)` (?:counter|gauge|histogram) \|/gm)];
    assert.equal(listed.length, metrics.length);
    const sources = [...SOURCES.map(({ name }) => name), GENERATED].map((name) => `\`${name}\``).join(', ');
    assert.ok(DOCUMENT.includes(sources));
    assert.ok(DOCUMENT.includes(EVENTS.tables.map((table) => `\`${table}\``).join(', ')));
  });

  test('its first ten lines are an endpoint with all metrics, and a configuration that Prometheus takes', async (t) => {
    const [telemetry, config] = snippetsOf('docs/observability.md');
    const linesOf = ({ code }) =>
      code.split('\n').filter((line) => line !== '' && !/^(?:\/\/|#) /.test(line));
    assert.ok([telemetry, config].flatMap(linesOf).length <= 10);
    const workspace = new Workspace(t);
    const installed = path.join(__dirname, '..', 'node_modules', '@opentelemetry');
    fs.symlinkSync(installed, workspace.path('node_modules', '@opentelemetry'), 'junction');
    const port = await freePort();
    workspace.write('telemetry.mjs', telemetry.code.replace('9464', String(port)));
    workspace.write('server.js', "process.stdin.resume();\nconsole.log('ready');\n");
    const server = workspace.start('server.js', {
      node: ['--import', './telemetry.mjs'],
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(server.stdout, 'data');
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    assert.match(text, /^run_id_record_missing_total\{run_id_near_reason="none",.* 0$/m);
    const { rule_files: [file], scrape_configs: scrapes } = yaml.load(config.code); // prettier-ignore
    assert.ok(fs.existsSync(workspace.path(file)), file);
    assert.ok(telemetry.code.includes(`port: ${scrapes[0].static_configs[0].targets[0].split(':')[1]} `));
  });

  test('the recipes for logs put the run on the records of OpenTelemetry, and into the lines of pino and winston', async (t) => {
    const workspace = new Workspace(t);
    const script = path.join(__dirname, 'support', 'otel-logs.js');
    workspace.write('logs.js', `require(${JSON.stringify(script)});`);
    const { records, told } = await workspace.ask('logs.js');
    const pair = [
      { body: 'outside', runId: null, hasTrace: true },
      { body: 'inside', runId: '251006-143000-Ann-Carver', hasTrace: true },
    ];
    assert.deepEqual(told, [...pair, ...pair]);
    const withClient = pair.map((record) => ({ ...record, clientId: record.runId && 'Ann-Carver' }));
    assert.deepEqual(records, [...withClient, ...withClient]);
  });
});
