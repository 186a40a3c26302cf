'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, afterEach, before, describe, test } = require('node:test');
const runIds = require('../index.js');
const { requireRunId, runWithRunId } = require('../lib/context/index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { createPGlite } = require('../tools/pglite.js');
const { soundDb } = require('./job-tracking.suite.js');
const { ENTRIES } = require('./support/entries.js');
const { startAtNoon } = require('./support/issued.js');
const { statusByCode } = require('./support/faults.js');
const { RunIdError, configure, createClientRunId, generateTimestampRunId, normalizeRunId } = runIds;

/** Of errors that are about no run ID: an addon, a peer or a provider of metrics is not there. */
const OF_LOADING = [
  'ERR_RUN_ID_ADDON',
  'ERR_RUN_ID_METER_PROVIDER',
  'ERR_RUN_ID_PEER',
  'ERR_RUN_ID_PROPAGATOR',
];

const ROOT = path.join(__dirname, '..');
const DOCUMENT = fs.readFileSync(path.join(ROOT, 'docs', 'errors.md'), 'utf8');

const docs = fs
  .readdirSync(path.join(ROOT, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => path.join('docs', file));

const BASE = '251006-143000';
const ANN = `${BASE}-Ann-Carver`;

const rowsOf = (pattern) => [...DOCUMENT.matchAll(pattern)];

/** The rows of the first table: code, status, and the words that a message may begin with. */
const TABLE = rowsOf(/^\| `(ERR_RUN_ID_[A-Z_]+)` \| (\d{3}) \| (.+) \|$/gm).map(
  ([, code, status, words]) => ({
    code,
    status: Number(status),
    beginnings: [...words.matchAll(/`([^`]+)`/g)].map(([, text]) => text),
  }),
);

/** The rows of the second, of job tracking: code and status. */
const OF_JOBS = rowsOf(/^\| `(ERR_JOB_[A-Z_]+)` \| (\d{3}) \| .+ \|$/gm).map(([, code, status]) => ({
  code,
  status: Number(status),
}));

describe('the errors in docs/errors.md', () => {
  let db;
  let jobs;

  before(async () => {
    configure({ logger: null });
    db = await createPGlite();
    jobs = new JobTracking({ db });
    await jobs.migrate();
    await jobs.createJob({ runId: BASE, jobType: 'Lead Scoring' });
    await jobs.createClientRun(ANN);
  });
  after(() => db?.close());
  afterEach(() => configure({ now: null, maxLeadSeconds: 3600 }));

  const lost = soundDb(() =>
    Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })),
  );

  /** Ways to each code, one for each beginning that the table names, in its order. */
  const ways = {
    ERR_RUN_ID_TYPE: [() => normalizeRunId({})],
    ERR_RUN_ID_FORMAT: [() => normalizeRunId('foo-bar')],
    ERR_RUN_ID_MISSING: [() => requireRunId()],
    ERR_RUN_ID_KIND: [() => jobs.getJob(ANN), () => jobs.getClientRun(BASE)],
    ERR_RUN_ID_CLIENT: [() => generateTimestampRunId('Ann Carver')],
    ERR_RUN_ID_SUFFIX: [() => createClientRunId(ANN, 'Ann-Carver')],
    ERR_RUN_ID_CLIENT_MISMATCH: [() => jobs.getClientRun(ANN, { clientId: 'Acme-Corp' })],
    ERR_RUN_ID_CONFLICT: [() => runWithRunId(BASE, () => runWithRunId('251006-143001', () => {}))],
    ERR_RUN_ID_EXHAUSTED: [
      () => {
        startAtNoon();
        configure({ maxLeadSeconds: 0 });
        generateTimestampRunId();
        generateTimestampRunId();
      },
    ],
    ERR_RUN_ID_CLOCK: [
      () => {
        configure({ now: () => Date.UTC(1999, 11, 31) });
        generateTimestampRunId();
      },
    ],
    ERR_RUN_ID_SEQUENCE: [() => configure({ sequenceFile: os.tmpdir() })],
    ERR_RUN_ID_DEPRECATED: [() => runIds.generateRunId()],
    ERR_JOB_NOT_FOUND: [() => jobs.getJob('251006-150000')],
    ERR_JOB_EXISTS: [() => jobs.createJob({ runId: BASE, jobType: 'Lead Scoring' })],
    ERR_JOB_OPEN_CLIENTS: [() => jobs.completeJob(BASE)],
    ERR_JOB_FINISHED: [
      async () => {
        const { runId } = await jobs.createJob({ jobType: 'Lead Scoring' });
        await jobs.completeJob(runId);
        await jobs.completeJob(runId, { status: 'Failed' });
      },
    ],
    ERR_JOB_RUNNING: [
      () =>
        jobs.run({ jobType: 'Lead Scoring' }, ({ runId }) =>
          jobs.run({ jobType: 'Lead Scoring', runId }, () => {}),
        ),
    ],
    ERR_JOB_UNKNOWN_OUTCOME: [() => new JobTracking({ db: lost }).createJob({ jobType: 'Lead Scoring' })],
    ERR_JOB_DATABASE: [() => new JobTracking({ db: { query: async () => 7 } }).getJob(BASE)],
  };

  async function errorsOf(code) {
    const errors = [];
    for (const way of ways[code]) {
      await assert.rejects(
        async () => way(),
        (error) => {
          errors.push(error);
          return true;
        },
      );
    }
    for (const error of errors) assert.ok(error instanceof RunIdError, error.stack);
    return errors;
  }

  test('are all that the library has, with their statuses', () => {
    const told = [...TABLE, ...OF_JOBS].map(({ code, status }) => [code, status]);
    assert.deepEqual(told.sort(), [...statusByCode()].sort());
  });

  for (const { code, status, beginnings } of TABLE) {
    test(`${code} is thrown as the table says`, async () => {
      const errors = await errorsOf(code);
      for (const error of errors) assert.deepEqual([error.code, error.statusCode], [code, status]);
      for (const [at, beginning] of beginnings.entries()) {
        // The second beginning of a row leaves out what all have in common.
        const [common] = beginnings[0].match(/^[A-Z ]+: /) ?? [''];
        const words = beginning.startsWith(common) ? beginning : common + beginning;
        const [start, ...others] = words.split('…').map((part) => part.trim());
        assert.ok(errors[at].message.startsWith(start), errors[at].message);
        for (const other of others) assert.ok(errors[at].message.includes(other), errors[at].message);
      }
    });
  }

  for (const { code, status } of OF_JOBS) {
    test(`${code} is thrown with the status of the table`, async () => {
      for (const error of await errorsOf(code)) {
        assert.deepEqual([error.code, error.statusCode], [code, status]);
      }
    });
  }

  test('begin as the pages say that name their words', async () => {
    const pages = ['README.md', ...docs].map((file) => fs.readFileSync(path.join(ROOT, file), 'utf8'));
    const told = pages.flatMap((page) => [...page.matchAll(/`(ERR_[A-Z_]+)`\s+\((\d{3}),\s+`([^`]+)`\)/g)]);
    assert.notEqual(told.length, 0);
    for (const [, code, status, words] of told) {
      for (const error of await errorsOf(code)) {
        assert.equal(error.statusCode, Number(status));
        assert.ok(error.message.startsWith(words), error.message);
      }
    }
  });

  test('are the only codes that the documentation and the declarations name', () => {
    const files = ['README.md', 'DESIGN.md', ...docs, ...ENTRIES.map(({ types }) => types)];
    for (const file of files) {
      const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
      for (const [code] of text.matchAll(/\bERR_(?:RUN_ID|JOB)_[A-Z_]*[A-Z]\b/g)) {
        assert.ok(statusByCode().has(code) || OF_LOADING.includes(code), `${code} in ${file}`);
      }
    }
  });
});
