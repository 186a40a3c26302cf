'use strict';

const { LoggedProcess: Logged } = require('../../tools/log-writer.js');

/** A process whose event lines a log may hold, as texts. */
class LoggedProcess {
  #process;
  #startMs;

  /** @param {string} start the time from which its events count milliseconds */
  constructor(identity, start) {
    this.#process = new Logged({ service: null, proc: '5f1c09ab', host: 'web-1', pid: 4711, ...identity });
    this.#startMs = Date.parse(start);
  }

  get name() {
    return this.#process.name;
  }

  line(ms, event, fields) {
    const at = 'src/job.js:12:7';
    return `${this.#process.event(this.#startMs + ms, event, { at, ...fields }).text}\n`;
  }

  generate(ms, runId) {
    return this.line(ms, 'generate', { runId });
  }

  resolve(ms, runId, source = 'body') {
    return this.line(ms, 'resolve', { runId, source });
  }

  pass(ms, runId) {
    return this.line(ms, 'pass', { runId });
  }

  send(ms, runId, carrier) {
    return this.line(ms, 'send', { runId, carrier });
  }

  receive(ms, runId, carrier) {
    return this.line(ms, 'receive', { runId, carrier });
  }

  record(ms, action, table, runId) {
    const at = 'src/job.js:12:7';
    return `${this.#process.record(this.#startMs + ms, action, runId, { at, table }).text}\n`;
  }
}

module.exports = { LoggedProcess };
