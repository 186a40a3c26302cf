'use strict';

// Records of runs in Redis, as docs/stores.md explains them: const records = new RunRecords(new Redis())

const { createClientRunId, normalizeRunId } = require('unified-run-id');
const { claimRunId, nearRunIds, rankNear } = require('unified-run-id/job-tracking');

/** The run IDs of all records, sorted. */
const INDEX = 'runs';

const keyOf = (runId) => `run:${runId}`;

/** Creates a record and its entry in the index in one step, unless it exists. */
const CREATE = `
  if not redis.call('SET', KEYS[1], ARGV[2], 'NX') then return 0 end
  redis.call('ZADD', KEYS[2], 0, ARGV[1])
  return 1`;

class RunRecords {
  constructor(redis) {
    this.redis = redis;
  }

  /** Creates a job, and returns its run ID, which no other job has. */
  async createJob(record) {
    return await claimRunId({
      create: (runId) => this.#create(runId, record),
      greatest: async (bound) =>
        (await this.redis.zrevrangebylex(INDEX, `[${bound}`, '-', 'LIMIT', 0, 1))[0] ?? null,
    });
  }

  /** Creates a client's run under a job, and returns its run ID. */
  async createClientRun(baseRunId, clientId, record) {
    const runId = createClientRunId(baseRunId, clientId);
    if (!(await this.#create(runId, record))) throw new Error(`Job tracking record already exists: ${runId}`);
    return runId;
  }

  /** Returns the record with exactly this run ID. If there is none, the error names the closest run IDs. */
  async find(runId) {
    const text = await this.redis.get(keyOf(normalizeRunId(runId)));
    if (text !== null) return JSON.parse(text);
    const near = await this.#near(runId);
    throw Object.defineProperty(new Error(`Job tracking record not found: ${runId}`), 'near', {
      value: near, // not enumerable: it is for the log, not for a client
    });
  }

  async #create(runId, record) {
    const text = JSON.stringify({ ...record, runId });
    return (await this.redis.eval(CREATE, 2, keyOf(runId), INDEX, runId, text)) === 1;
  }

  async #near(runId) {
    const { runIds, base } = nearRunIds(runId);
    const scores = await this.redis.zmscore(INDEX, ...runIds);
    const ofRun = await this.redis.zrangebylex(INDEX, `[${base}`, `[${base}~`, 'LIMIT', 0, 1000);
    return rankNear(runId, [...runIds.filter((_, at) => scores[at] !== null), ...ofRun]);
  }
}

module.exports = { RunRecords };
