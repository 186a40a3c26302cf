'use strict';

// What JobTracking costs on a PostgreSQL server on loopback: `createJob` against the same INSERT, and the
// diagnosis of a missing record against the plain query that finds nothing.

const { configure, createClientRunId, getClientId } = require('../index.js');
const { JobTracking } = require('../lib/job-tracking/index.js');
const { statementsIn } = require('../lib/job-tracking/statements.js');
const { Postgres } = require('../tools/postgres.js');
const { median } = require('./median.js');

const FULL = { pairs: 2_000, warmUp: 500, looks: 200 };
const QUICK = { pairs: 200, warmUp: 100, looks: 20 };

const RATIO = 1.2;
const MILLISECONDS = 20;
const ROWS = 10_000;

/** Results per case, each the median of a tenth of the calls: single calls are too short to compare. */
const TENTHS = 10;

const IDS = 'YYMMDD-HH24MISS';
const COLUMNS = 'run_id, job_type, status, started_at, ended_at, notes, error, metrics';
const PLAIN_TABLES = ['plain_job', 'same_plain_job'];

const insertion = (of, what) => ({
  title: `createJob, ${what}`,
  unit: 'ms',
  bounds: [{ of, atMost: RATIO }],
});
const plainInsertion = (what) => ({ title: `the same INSERT, ${what}`, unit: 'ms' });
const diagnosis = (what) => ({
  title: `a lookup that misses, with its diagnosis: ${what}`,
  unit: 'ms',
  bounds: [{ atMost: MILLISECONDS }],
});

const CASES = {
  createJob: insertion('insert', 'fsync off'),
  insert: plainInsertion('fsync off'),
  insertAgain: plainInsertion('fsync off, into another table'),
  createJobSynced: insertion('insertSynced', 'fsync on'),
  insertSynced: plainInsertion('fsync on'),
  insertAgainSynced: plainInsertion('fsync on, into another table'),
  missingJob: diagnosis('a job'),
  missingClientRun: diagnosis('a client run'),
  missingBoth: diagnosis('a client run of a missing job'),
  nothingNear: diagnosis('nothing near'),
  run: {
    title: '`run` of a function that does nothing',
    unit: 'ms',
    bounds: [{ of: 'byHand', atMost: RATIO }],
  },
  byHand: { title: 'createJob and completeJob', unit: 'ms' },
  heartbeat: { title: 'a heartbeat', unit: 'ms' },
  plainMiss: { title: 'the plain query that finds nothing', unit: 'ms' },
};

const INSERTIONS = {
  off: ['createJob', 'insert', 'insertAgain'],
  on: ['createJobSynced', 'insertSynced', 'insertAgainSynced'],
};

function obstacle() {
  return Postgres.canStartCluster() ? undefined : 'there is no PostgreSQL here (apt-get install postgresql)';
}

async function measure(names, { isQuick, progress }) {
  const settings = isQuick ? QUICK : FULL;
  // So many IDs at once are ahead of the clock.
  configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
  const results = {};
  const isWanted = (cases) => cases.some((name) => names.includes(name));
  for (const [fsync, cases] of Object.entries(INSERTIONS)) {
    if (!isWanted(cases)) continue;
    progress(`createJob, fsync ${fsync}`);
    const times = await onServer({ fsync }, (pool, jobs) => timesOfInserts(pool, jobs, settings));
    cases.forEach((name, at) => {
      results[name] = times[at];
    });
  }
  if (isWanted(LIFE)) {
    progress('run');
    const times = await onServer({ fsync: 'off' }, (pool, jobs) => timesOfLife(pool, jobs, settings));
    LIFE.forEach((name, at) => {
      results[name] = times[at];
    });
  }
  if (isWanted([...Object.keys(MISSING), 'plainMiss'])) {
    progress('diagnosis');
    Object.assign(
      results,
      await onServer({ fsync: 'off' }, (pool, jobs) => timesOfMisses(pool, jobs, settings)),
    );
  }
  return Object.fromEntries(Object.entries(results).filter(([name]) => names.includes(name)));
}

async function onServer(durability, timesOn) {
  const server = await Postgres.startCluster(durability);
  try {
    const pool = server.pool(await server.freshSchema());
    const jobs = new JobTracking({ db: pool });
    await jobs.migrate();
    return await timesOn(pool, jobs);
  } finally {
    await server.stop();
  }
}

/** Three calls in random order each time: createJob, the plain INSERT, and the plain INSERT in a second table. */
async function timesOfInserts(pool, jobs, { pairs, warmUp }) {
  for (const table of PLAIN_TABLES)
    await pool.query(`CREATE TABLE ${table} (LIKE job_tracking INCLUDING ALL)`);
  await checkTables(pool);
  const calls = [() => jobs.createJob({ jobType: 'Lead Scoring' })];
  for (const table of PLAIN_TABLES) calls.push(await plainInsert(pool, table, warmUp + pairs));
  const times = await timesInTurns(calls, pairs, warmUp);
  await checkCounts(pool, warmUp + pairs);
  return times;
}

const LIFE = ['run', 'byHand', 'heartbeat'];

async function timesOfLife(pool, jobs, { pairs, warmUp }) {
  const { beat } = statementsIn().job;
  const held = ['010101-000000', 'token'];
  await pool.query(
    `INSERT INTO job_tracking (run_id, job_type, holder, heartbeat_ms, attempts, heartbeat_at)
       VALUES ($1, 'Lead Scoring', $2, 10000, 1, now())`,
    held,
  );
  const jobType = 'Lead Scoring';
  const calls = [
    () => jobs.run({ jobType }, () => {}),
    async () => jobs.completeJob((await jobs.createJob({ jobType })).runId),
    () => pool.query(beat, held),
  ];
  return await timesInTurns(calls, pairs, warmUp);
}

/** With IDs that are prepared, and ascend like generated ones. */
async function plainInsert(pool, table, count) {
  const statement = `INSERT INTO ${table} (run_id, job_type, notes, metrics)
    VALUES ($1, $2, $3, $4::text::jsonb) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`;
  const { rows } = await pool.query(
    `SELECT to_char(timestamp '2026-01-01' + n * interval '1 second', '${IDS}') AS run_id
     FROM generate_series(1, ${count}) AS n`,
  );
  let next = 0;
  return () => pool.query(statement, [rows[next++].run_id, 'Lead Scoring', null, '{}']);
}

/** Throws unless all tables have the same constraints and indexes. */
async function checkTables(pool) {
  const { rows } = await pool.query(
    `SELECT (SELECT count(*) FROM pg_constraint WHERE conrelid = name::regclass AND contype IN ('c', 'p'))
        AS constraints,
       (SELECT count(*) FROM pg_index WHERE indrelid = name::regclass) AS indexes
     FROM unnest($1::text[]) AS name`,
    [['job_tracking', ...PLAIN_TABLES]],
  );
  const [job, ...plain] = rows.map((row) => JSON.stringify(row));
  if (plain.some((table) => table !== job)) throw new Error(`the tables differ: ${job}, ${plain}`);
}

/** Throws unless every measured call has created a row. */
async function checkCounts(pool, count) {
  for (const table of ['job_tracking', ...PLAIN_TABLES]) {
    const { rows } = await pool.query(`SELECT count(*)::integer AS count FROM ${table}`);
    if (rows[0].count !== count) throw new Error(`${table} has ${rows[0].count} rows`);
  }
}

const DAY = '251006';
const CLIENT = 'Ann-Carver';
const JOB = `${DAY}-012345`;
const NO_JOB = `${DAY}-012346`;

/**
 * A job for each second from midnight on except one, and a run of the client for each job except one. That job has runs
 * of other clients, so that there are rows for every reason of a diagnosis.
 */
const FILL = [
  `INSERT INTO job_tracking (run_id, job_type)
     SELECT run_id, 'Lead Scoring' FROM (
       SELECT to_char(to_timestamp('${DAY}', 'YYMMDD') + n * interval '1 second', '${IDS}') AS run_id
       FROM generate_series(0, ${ROWS}) AS n
     ) AS seconds WHERE run_id <> '${NO_JOB}'`,
  `INSERT INTO client_run_results (run_id, job_run_id, client_id)
     SELECT run_id || '-' || client_id, run_id, client_id FROM (
       SELECT run_id, '${CLIENT}' AS client_id FROM job_tracking WHERE run_id <> '${JOB}'
       UNION ALL SELECT '${JOB}', unnest('{Acme-Corp,${CLIENT.toLowerCase()},${CLIENT}-${CLIENT}}'::text[])
     ) AS runs`,
  'ANALYZE',
];

/** For each case, a missing run ID and the reasons in its diagnosis; together, they are all the reasons. */
const MISSING = {
  missingJob: [NO_JOB, 'time-zone-shift, digits-exchanged'],
  missingClientRun: [createClientRunId(JOB, CLIENT), 'case-changed, suffix-cut, suffix-of-another-client'],
  missingBoth: [createClientRunId(NO_JOB, CLIENT), 'time-zone-shift, digits-exchanged'],
  nothingNear: [createClientRunId('010203-040506', CLIENT), ''],
};

async function timesOfMisses(pool, jobs, { looks }) {
  for (const statement of FILL) await pool.query(statement);
  const calls = Object.values(MISSING).map(([runId, expected]) => async () => {
    const look = getClientId(runId) === null ? jobs.getJob(runId) : jobs.getClientRun(runId);
    const error = await look.then(
      () => null,
      (thrown) => thrown,
    );
    if (error?.code !== 'ERR_JOB_NOT_FOUND') throw new Error(`${runId} is there`, { cause: error });
    const named = [...new Set(error.diagnosis.map(({ reason }) => reason))].join(', ');
    if (named !== expected) throw new Error(`${runId}: rows are named for "${named}", not "${expected}"`);
  });
  const plain = () =>
    pool.query('SELECT * FROM client_run_results WHERE run_id = $1', [MISSING.missingClientRun[0]]);
  const times = await timesInTurns([...calls, plain], looks, looks / 4);
  return Object.fromEntries([...Object.keys(MISSING), 'plainMiss'].map((name, at) => [name, times[at]]));
}

/** Milliseconds of each call, called in random order each time. */
async function timesInTurns(calls, rounds, warmUp) {
  const times = calls.map(() => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (const at of shuffled([...calls.keys()])) {
      const time = await timeOf(calls[at]);
      if (round >= 0) times[at].push(time);
    }
  }
  return times.map(inTenths);
}

function inTenths(times) {
  const length = times.length / TENTHS;
  return Array.from({ length: TENTHS }, (_, at) => median(times.slice(at * length, (at + 1) * length)));
}

async function timeOf(call) {
  const begin = process.hrtime.bigint();
  await call();
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function shuffled(list) {
  for (let last = list.length - 1; last > 0; last--) {
    const at = Math.floor(Math.random() * (last + 1));
    [list[last], list[at]] = [list[at], list[last]];
  }
  return list;
}

module.exports = {
  CASES,
  says: `PostgreSQL on loopback, one connection of a pg Pool, ${ROWS} rows a table where something is missed`,
  obstacle,
  measure,
};
