'use strict';

// One run through everything that hands it on: API (Fastify), queue (BullMQ), worker, child process, webhook (Nest) and
// PostgreSQL; many concurrent runs, and one with each of the faults. Try it: node examples/end-to-end
// Needs PostgreSQL and Redis, as Debian installs them.

const { Postgres } = require('../../tools/postgres.js');
const { Redis } = require('../../tools/redis.js');
const { FAULTS } = require('./faults.js');
const { runAll } = require('./run.js');
const { tellingOf } = require('./telling.js');

/** How many concurrent runs, by default. */
const COUNT = 200;

async function main() {
  if (!Postgres.isHere() || !Redis.isHere()) return;
  const postgres = await Postgres.start();
  const redis = await Redis.start();
  try {
    const all = await runAll({
      count: Number(process.argv[2] ?? COUNT),
      databaseUrl: await postgres.freshSchema(),
      redisUrl: redis.url,
    });
    const clean = all.runs.filter(({ fault }) => fault === undefined);
    const completed = clean.filter(({ status }) => status === 'Completed');
    console.log(`${completed.length} of ${clean.length} runs without a fault are Completed.\n`);
    for (const run of all.runs.filter(({ fault }) => FAULTS[fault]?.told !== undefined)) {
      console.log(`${run.fault}\n  ${run.runId}: ${tellingOf(run, all) ?? 'NOT TOLD'}`);
    }
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
