'use strict';

const { getClientId } = require('../../index.js');

/** A process whose event lines a log may hold. */
class LoggedProcess {
  #identity;
  #startMs;

  /** @param {string} start the time from which its events count milliseconds */
  constructor(identity, start) {
    this.#identity = {
      service: null,
      proc: '5f1c09ab',
      host: 'web-1',
      pid: 4711,
      thread: 0,
      op: null,
      ...identity,
    };
    this.#startMs = Date.parse(start);
  }

  get name() {
    const { service, host, pid, proc } = this.#identity;
    return `${service}@${host}/${pid}/${proc}`;
  }

  line(ms, event, fields) {
    const time = new Date(this.#startMs + ms).toISOString();
    return `[run-id] ${JSON.stringify({ time, ...this.#identity, event, at: 'src/job.js:12:7', ...fields })}\n`;
  }

  generate(ms, runId) {
    return this.line(ms, 'generate', { runId, leadSeconds: 0 });
  }

  resolve(ms, runId, source = 'body') {
    return this.line(ms, 'resolve', { runId, source, expectClientId: null });
  }

  record(ms, action, table, runId) {
    const clientId = getClientId(runId);
    return this.line(ms, 'record', {
      action,
      table,
      runId,
      clientId,
      ...(action === 'missing' && { near: [] }),
    });
  }
}

module.exports = { LoggedProcess };
