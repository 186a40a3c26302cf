// Every export once, on runtimes that cannot run the whole suite: `node`, `bun` or `deno run -A` of this file.

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import unifiedRunIdService, {
  configure,
  createClientRunId,
  generateRunId,
  generateTimestampRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
  RUN_ID_PATTERN,
  RunIdError,
  resolveRunId,
  resolveRunIdWithSource,
  scanRunIds,
} from '../../index.js';

const { expectUnchanged, isolate } = createRequire(import.meta.url)('../../lib/testing/index.js');

const BASE = '251006-143000';
const COMPOUND = `${BASE}-Ann-Marie-Carver`;

const refuses = (call, code) =>
  assert.throws(call, (error) => {
    assert.ok(error instanceof RunIdError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'RunIdError');
    assert.equal(error.code, `ERR_RUN_ID_${code}`);
    assert.match(error.stack, /smoke\.mjs/);
    return true;
  });

const checks = {
  generateTimestampRunId() {
    const first = generateTimestampRunId();
    const second = generateTimestampRunId('Ann-Carver');
    assert.match(first, /^[0-9]{6}-[0-9]{6}$/);
    assert.ok(second.endsWith('-Ann-Carver') && second > first);
    for (const clientId of [null, '', 'Ann Carver', Promise.resolve('Ann-Carver')]) {
      refuses(() => generateTimestampRunId(clientId), 'CLIENT');
    }
  },

  resolveRunId() {
    assert.equal(resolveRunId({ specificRunId: COMPOUND, query: { runId: BASE } }), COMPOUND);
    assert.equal(resolveRunId({}, BASE), BASE);
    const req = { query: {}, headers: {} };
    assert.equal(resolveRunId(req), resolveRunId(req));
    assert.equal(getClientId(resolveRunId({}, { expectClientId: 'Ann-Carver' })), 'Ann-Carver');
    refuses(() => resolveRunId({}, { generate: false }), 'MISSING');
    refuses(() => resolveRunId({}, Promise.resolve(BASE)), 'TYPE');
    refuses(
      () => resolveRunId({ query: { runId: BASE } }, { expectClientId: 'Acme-Corp' }),
      'CLIENT_MISMATCH',
    );
    assert.throws(() => resolveRunId({}, { parent: BASE }), TypeError);
    assert.equal(resolveRunId(new Request(`http://localhost/?runId=${BASE}`)), BASE);
    refuses(() => resolveRunId(new Request('http://localhost/', { method: 'POST', body: '{}' })), 'MISSING');
    refuses(() => resolveRunId({ data: { runId: BASE } }), 'TYPE');
  },

  resolveRunIdWithSource() {
    const req = { query: { runId: COMPOUND }, body: { runId: '251006-143001' } };
    assert.deepEqual(resolveRunIdWithSource(req), { runId: COMPOUND, source: 'query' });
    assert.equal(resolveRunIdWithSource({}).source, 'generated');
    refuses(() => resolveRunIdWithSource(req, { onConflict: 'throw' }), 'CONFLICT');
    refuses(() => resolveRunIdWithSource({ body: { runId: [BASE] } }), 'TYPE');
  },

  normalizeRunId() {
    assert.equal(normalizeRunId(COMPOUND), COMPOUND);
    refuses(() => normalizeRunId({ runId: BASE }), 'TYPE');
    for (const text of ['', `${BASE} `, 'foo-bar', '251306-143000', '25100\u0132-143000', '2'.repeat(1e6)]) {
      refuses(() => normalizeRunId(text), 'FORMAT');
    }
  },

  getNormalizedRunId() {
    assert.equal(getNormalizedRunId(BASE), BASE);
    refuses(() => getNormalizedRunId(undefined), 'TYPE');
  },

  generateRunId() {
    refuses(() => generateRunId('Ann-Carver'), 'DEPRECATED');
    refuses(() => unifiedRunIdService.addClientSuffix(BASE, 'Ann-Carver'), 'DEPRECATED');
  },

  isRunId() {
    assert.equal(isRunId(COMPOUND), true);
    for (const value of [undefined, null, 1, BASE.slice(1), new String(BASE), Symbol('x'), () => {}]) {
      assert.equal(isRunId(value), false);
    }
  },

  isBaseRunId() {
    const { isBaseRunId } = unifiedRunIdService;
    assert.deepEqual([BASE, COMPOUND, 'Ann-Carver', null].map(isBaseRunId), [true, false, false, false]);
  },

  isClientRunId() {
    const { isClientRunId } = unifiedRunIdService;
    assert.deepEqual([BASE, COMPOUND, 'Ann-Carver', null].map(isClientRunId), [false, true, false, false]);
  },

  isClientId() {
    const { isClientId } = unifiedRunIdService;
    assert.deepEqual([BASE, COMPOUND, 'Ann-Carver', "O'Brien"].map(isClientId), [false, false, true, false]);
  },

  clientRunIdFor() {
    const { clientRunIdFor } = unifiedRunIdService;
    for (const runId of [BASE, COMPOUND]) assert.equal(clientRunIdFor(runId, 'Ann-Marie-Carver'), COMPOUND);
    refuses(() => clientRunIdFor(COMPOUND, 'Acme-Corp'), 'CLIENT_MISMATCH');
  },

  CLIENT_ID_PATTERN() {
    const pattern = new RegExp(unifiedRunIdService.CLIENT_ID_PATTERN);
    assert.ok(pattern.test('Ann-Carver') && !pattern.test(BASE) && !pattern.test('Ann Carver'));
  },

  parseRunId() {
    const parts = parseRunId(COMPOUND);
    assert.ok(Object.isFrozen(parts));
    assert.deepEqual(parts, {
      runId: COMPOUND,
      baseRunId: BASE,
      clientId: 'Ann-Marie-Carver',
      startedAt: new Date('2025-10-06T14:30:00Z'),
    });
    assert.equal(parseRunId(BASE).clientId, null);
  },

  createClientRunId() {
    assert.equal(createClientRunId(BASE, 'Ann-Marie-Carver'), COMPOUND);
    refuses(() => createClientRunId(COMPOUND, 'Ann-Marie-Carver'), 'SUFFIX');
  },

  getBaseRunId() {
    assert.equal(getBaseRunId(COMPOUND), BASE);
    refuses(() => getBaseRunId(undefined), 'TYPE');
  },

  getClientId() {
    assert.equal(getClientId(COMPOUND), 'Ann-Marie-Carver');
    assert.equal(getClientId(BASE), null);
  },

  scanRunIds() {
    const [find, ...more] = scanRunIds(Buffer.from(`\u00e9\n run=${COMPOUND}-, 2${BASE}`));
    assert.deepEqual(more, []);
    assert.deepEqual(find, { ...parseRunId(COMPOUND), offset: 8, line: 2 });
    assert.throws(() => scanRunIds(COMPOUND), TypeError);
  },

  RUN_ID_PATTERN() {
    const pattern = new RegExp(RUN_ID_PATTERN, 'v');
    assert.ok(pattern.test(COMPOUND) && !pattern.test(`${BASE}-`));
  },

  RunIdError() {
    try {
      resolveRunId({ query: { runId: '' } });
      assert.fail('nothing was thrown');
    } catch (error) {
      const { code, statusCode, source, received } = error;
      assert.deepEqual(
        { code, statusCode, source, received },
        { code: 'ERR_RUN_ID_FORMAT', statusCode: 400, source: 'req.query.runId', received: '' },
      );
    }
  },

  configure() {
    const logged = [];
    configure({ logger: (event) => logged.push(event), service: 'smoke' });
    refuses(() => normalizeRunId('foo-bar'), 'FORMAT');
    configure({ logger: null });
    assert.equal(logged.length, 1);
    assert.equal(logged[0].event, 'reject');
    assert.equal(logged[0].service, 'smoke');
    assert.match(logged[0].at, /smoke\.mjs:\d+:\d+$/);

    const now = Date.UTC(2025, 9, 6, 14, 30);
    configure({ now: () => now });
    assert.equal(generateTimestampRunId(), BASE);
    configure({ now: null });
    assert.throws(() => configure({ colour: 'red' }), TypeError);

    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-smoke-'));
    try {
      const sequenceFile = path.join(folder, 'sequence');
      configure({ sequenceFile });
      const runId = generateTimestampRunId('Ann-Carver');
      assert.equal(fs.readFileSync(sequenceFile, 'latin1'), `${getBaseRunId(runId)}\n`);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  },
};

/** What has no check of its own answers, or refuses with a typed error. */
function checkAnswer(name) {
  try {
    unifiedRunIdService[name](COMPOUND);
  } catch (error) {
    assert.ok(error instanceof RunIdError || error instanceof TypeError, error);
  }
}

function checkEvents() {
  const events = [];
  const listen = (event) => events.push(event);
  subscribe('unified-run-id:pass', listen);
  normalizeRunId(COMPOUND);
  unsubscribe('unified-run-id:pass', listen);
  normalizeRunId(BASE);
  assert.deepEqual(
    events.map(({ event, runId }) => ({ event, runId })),
    [{ event: 'pass', runId: COMPOUND }],
  );
}

/** Tests that run at once have clocks and events of their own. */
async function checkTests() {
  const years = [25, 26];
  await Promise.all(
    years.map((year) =>
      isolate(async ({ clock, events }) => {
        clock.set(`20${year}-10-06T14:30:00Z`);
        await new Promise((resolve) => setTimeout(resolve, 1));
        assert.equal(generateTimestampRunId(), `${year}1006-143000`);
        assert.equal(await expectUnchanged(COMPOUND, async () => normalizeRunId(COMPOUND)), COMPOUND);
        assert.throws(() => expectUnchanged(COMPOUND, () => normalizeRunId(BASE)), /suffix-missing, by pass/);
        assert.equal(events('generate').length, 1);
      }),
    ),
  );
}

/** A worker shares the sequence of its process. */
async function checkWorker() {
  const before = generateTimestampRunId();
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    parentPort.postMessage(require(workerData).generateTimestampRunId());`;
  const worker = new Worker(source, {
    eval: true,
    workerData: fileURLToPath(new URL('../../index.js', import.meta.url)),
  });
  const within = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  const after = generateTimestampRunId();
  assert.ok(before < within && within < after, `${before} < ${within} < ${after}`);
}

configure({ logger: null });
assert.equal(createRequire(import.meta.url)('../../index.js'), unifiedRunIdService);
const names = Object.keys(unifiedRunIdService);
for (const name of Object.keys(checks)) assert.ok(names.includes(name), `${name} is not exported`);
await checkWorker();
checkEvents();
await checkTests();
for (const name of names) (checks[name] ?? (() => checkAnswer(name)))();
console.log(`every export works: ${names.length}`);
