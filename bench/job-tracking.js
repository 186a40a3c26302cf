'use strict';

// What JobTracking costs on a PostgreSQL server on loopback: `createJob` against the same INSERT, and the
// diagnosis of a missing record against the plain query that finds nothing.

const { parseArgs } = require('node:util');
const { configure, createClientRunId, getClientId } = require('../index.js');
const { JobTracking } = require('../job-tracking.js');
const { Postgres } = require('../__test__/support/postgres.js');
const { median } = require('./median.js');
const { machine, machineLine } = require('./table.js');

const USAGE = `Usage: node bench/job-tracking.js [options]

  --only WHAT  createJob, or diagnosis
  --help       this text

Starts PostgreSQL clusters of its own and removes them. Exit code 1 when a bound is missed.`;

const RATIO = 1.2;
const PAIRS = 2_000;
const WARM_UP = 500;

const MILLISECONDS = 20;
const ROWS = 10_000;
const LOOKS = 200;

const IDS = 'YYMMDD-HH24MISS';
const COLUMNS = 'run_id, job_type, status, started_at, ended_at, notes, error, metrics';
const PLAIN_TABLES = ['plain_job', 'same_plain_job'];

const DURABILITY = { 'fsync off': { fsync: 'off' }, 'fsync on': { fsync: 'on' } };

async function main() {
  const { values: options } = parseArgs({ options: { only: { type: 'string' }, help: { type: 'boolean' } } });
  if (options.help) return console.log(USAGE);
  const isWanted = (what) => options.only === undefined || options.only === what;
  if (!['createJob', 'diagnosis'].some(isWanted)) throw new Error(USAGE);
  if (!Postgres.isHere()) throw new Error('There is nothing to measure without a server.');

  // 2,000 IDs at once lie in the future.
  configure({ logger: null, maxLeadSeconds: 2_000_000_000 });
  console.log(`${machineLine(machine())}\n`);
  if (isWanted('createJob')) {
    for (const [name, settings] of Object.entries(DURABILITY)) await onServer(name, settings, compareInserts);
  }
  if (isWanted('diagnosis')) await onServer('fsync off', DURABILITY['fsync off'], measureDiagnosis);
}

async function onServer(name, settings, measure) {
  const server = await Postgres.startCluster(settings);
  try {
    const pool = server.pool(await server.freshSchema());
    const { rows } = await pool.query('SHOW server_version');
    console.log(`PostgreSQL ${rows[0].server_version}, ${name}, one connection of a pg Pool, loopback`);
    const jobs = new JobTracking({ db: pool });
    await jobs.migrate();
    await measure(pool, jobs);
  } finally {
    await server.stop();
  }
}

/** Three calls in random order each time: createJob, the plain INSERT, and the plain INSERT in a second table. */
async function compareInserts(pool, jobs) {
  for (const table of PLAIN_TABLES)
    await pool.query(`CREATE TABLE ${table} (LIKE job_tracking INCLUDING ALL)`);
  await checkTables(pool);
  const calls = [() => jobs.createJob({ jobType: 'Lead Scoring' })];
  for (const table of PLAIN_TABLES) calls.push(await plainInsert(pool, table));
  const times = calls.map(() => []);
  for (let round = -WARM_UP; round < PAIRS; round++) {
    for (const at of shuffled([...calls.keys()])) {
      const time = await timeOf(calls[at]);
      if (round >= 0) times[at].push(time);
    }
  }
  await checkCounts(pool);

  const [created, plain, again] = times.map(median);
  const ratio = created / plain;
  console.log(
    `  createJob        ${ms(created)}, median of ${PAIRS}\n` +
      `  the same INSERT  ${ms(plain)}\n` +
      `  ratio            ${ratio.toFixed(3)}, at most ${RATIO}: ${verdict(ratio <= RATIO)}\n` +
      `  noise            a second, identical run of the INSERT takes ${(again / plain).toFixed(3)} of the first\n`,
  );
}

/** With IDs that are there before, ascending like those that are generated. */
async function plainInsert(pool, table) {
  const statement = `INSERT INTO ${table} (run_id, job_type, notes, metrics)
    VALUES ($1, $2, $3, $4::text::jsonb) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`;
  const { rows } = await pool.query(
    `SELECT to_char(timestamp '2026-01-01' + n * interval '1 second', '${IDS}') AS run_id
     FROM generate_series(1, ${WARM_UP + PAIRS}) AS n`,
  );
  let next = 0;
  return () => pool.query(statement, [rows[next++].run_id, 'Lead Scoring', null, '{}']);
}

/** All tables refuse and index the same. */
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

/** Nothing that was measured made no row. */
async function checkCounts(pool) {
  for (const table of ['job_tracking', ...PLAIN_TABLES]) {
    const { rows } = await pool.query(`SELECT count(*)::integer AS count FROM ${table}`);
    if (rows[0].count !== WARM_UP + PAIRS) throw new Error(`${table} has ${rows[0].count} rows`);
  }
}

const DAY = '251006';
const CLIENT = 'Ann-Carver';
const JOB = `${DAY}-012345`;
const NO_JOB = `${DAY}-012346`;

/**
 * A job at each second from midnight on but one, and at each a run of the client but one. Of that one there are
 * other clients' runs, so that there are rows for every reason of a diagnosis.
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

const MISSING = {
  job: NO_JOB,
  'client run': createClientRunId(JOB, CLIENT),
  'client run of a missing job': createClientRunId(NO_JOB, CLIENT),
  'nothing near': createClientRunId('010203-040506', CLIENT),
};

async function measureDiagnosis(pool, jobs) {
  for (const statement of FILL) await pool.query(statement);
  const counts = await pool.query(
    'SELECT (SELECT count(*) FROM job_tracking) AS jobs, (SELECT count(*) FROM client_run_results) AS runs',
  );
  console.log(
    `  ${counts.rows[0].jobs} jobs, ${counts.rows[0].runs} client runs, analysed; median of ${LOOKS}`,
  );

  for (const [name, runId] of Object.entries(MISSING)) {
    const isJob = getClientId(runId) === null;
    const table = isJob ? 'job_tracking' : 'client_run_results';
    const reasons = new Set();
    const calls = [
      async () => {
        const error = await (isJob ? jobs.getJob(runId) : jobs.getClientRun(runId)).then(
          () => null,
          (thrown) => thrown,
        );
        if (error?.code !== 'ERR_JOB_NOT_FOUND') throw new Error(`${runId} is there`, { cause: error });
        for (const { reason } of error.diagnosis) reasons.add(reason);
      },
      () => pool.query(`SELECT * FROM ${table} WHERE run_id = $1`, [runId]),
    ];
    const times = calls.map(() => []);
    for (let round = -LOOKS / 4; round < LOOKS; round++) {
      for (const at of shuffled([...calls.keys()])) {
        const time = await timeOf(calls[at]);
        if (round >= 0) times[at].push(time);
      }
    }
    const [looked, plain] = times.map(median);
    const more = looked - plain;
    console.log(
      `  ${name.padEnd(28)} ${ms(looked)}, plain query ${ms(plain)}, ${ms(more)} more ` +
        `(at most ${MILLISECONDS} ms: ${verdict(more <= MILLISECONDS)}); ${[...reasons].join(', ') || 'no reason'}`,
    );
  }
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

function ms(time) {
  return `${time.toFixed(3)} ms`;
}

function verdict(isReached) {
  if (!isReached) process.exitCode = 1;
  return isReached ? 'yes' : 'NO';
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
