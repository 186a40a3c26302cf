'use strict';

// Records of runs in Redis, as docs/stores.md explains them: const records = new RunRecords(new Redis())

const { createClientRunId, normalizeRunId } = require('unified-run-id');
const { claimRunId, nearRunIds, rankNear } = require('unified-run-id/job-tracking');

/** The run IDs of all records, in order. */
const INDEX = 'runs';

const keyOf = (runId) => `run:${runId}`;

/** Makes a record and its entry in the index, in one step, unless there is one. */
const CREATE = `
  if not redis.call('SET', KEYS[1], ARGV[2], 'NX') then return 0 end
  redis.call('ZADD', KEYS[2], 0, ARGV[1])
  return 1`;

class RunRecords {
  constructor(redis) {
    this.redis = redis;
  }

  /** The run ID of a new job, which no other has. */
  async createJob(record) {
    return await claimRunId({
      create: (runId) => this.#create(runId, record),
      greatest: async (bound) =>
        (await this.redis.zrevrangebylex(INDEX, `[${bound}`, '-', 'LIMIT', 0, 1))[0] ?? null,
    });
  }

  /** The run ID of a client's run under a job. */
  async createClientRun(baseRunId, clientId, record) {
    const runId = createClientRunId(baseRunId, clientId);
    if (!(await this.#create(runId, record))) throw new Error(`Job tracking record already exists: ${runId}`);
    return runId;
  }

  /** The record of exactly this run ID. Nothing is made where there is none: the error tells what is near. */
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
