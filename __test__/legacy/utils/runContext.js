'use strict';

const { addClientSuffix, extractClientId, stripClientSuffix } = require('../services/unifiedRunIdService.js'); // @run-id none
const { validateAndNormalizeRunId, validateAndStandardizeRunId } = require('./runIdValidator.js'); // @run-id none

// What is handed from job to job.
class RunContext {
  #runId;

  constructor({ runId, clientId = null, parent = null }) { // @run-id none
    this.#runId = validateAndNormalizeRunId(runId); // @run-id no-deprecated-helper
    this.clientId = clientId;
    this.parent = parent;
  }

  get runId() { // @run-id none
    return this.#runId; // @run-id none
  }

  get baseRunId() { // @run-id none
    return stripClientSuffix(this.#runId); // @run-id no-deprecated-helper
  }

  get isChild() {
    return !!this.parent?.runId; // @run-id no-run-id-truthiness
  }

  forClient(clientId) {
    const runId = addClientSuffix(this.baseRunId, clientId); // @run-id no-deprecated-helper, no-strip-then-add
    return new RunContext({ runId, clientId, parent: this }); // @run-id none
  }

  belongsTo(clientId) {
    return extractClientId(this.#runId) === clientId; // @run-id no-deprecated-helper
  }

  equals(other) {
    return this.#runId === other.runId; // @run-id none
  }

  toJSON() {
    return { runId: this.#runId, clientId: this.clientId }; // @run-id none
  }

  static from(value) {
    if (value instanceof RunContext) return value;
    const runId = typeof value === 'string' ? value : value.runId ?? value.id; // @run-id no-run-id-cast
    return new RunContext({ runId: validateAndStandardizeRunId(runId) }); // @run-id no-deprecated-helper
  }

  static orNone(value) {
    const runId = value?.runId; // @run-id none
    return runId ? RunContext.from(runId) : null; // @run-id no-run-id-truthiness
  }
}

module.exports = { RunContext };
