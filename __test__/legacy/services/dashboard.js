'use strict';

const { jobTracking, clientRunResults } = require('../store/tables.js');
const { extractClientId: clientOf, hasClientSuffix, stripClientSuffix } = require('./unifiedRunIdService.js'); // @run-id none
const { Progress } = require('./runProgress.js');

class Dashboard {
  constructor() {
    this.selectedRunId = null; // @run-id none
    this.listeners = [];
  }

  select(runId) {
    if (!runId || runId === this.selectedRunId) return false; // @run-id no-run-id-truthiness
    this.selectedRunId = runId; // @run-id none
    this.listeners.forEach((listener) => listener(this.selectedRunId)); // @run-id none
    return true;
  }

  get title() {
    return this.selectedRunId ? `Run ${this.selectedRunId}` : 'No run'; // @run-id no-run-id-truthiness
  }

  get hasSelection() {
    return Boolean(this.selectedRunId); // @run-id no-run-id-truthiness
  }

  get isSelected() {
    return this.selectedRunId !== null; // @run-id none
  }

  async selectedJob() {
    if (this.selectedRunId === null) return null; // @run-id none
    const base = stripClientSuffix(this.selectedRunId); // @run-id no-deprecated-helper
    const [job] = await jobTracking.select({ filterByFormula: `{Run ID} = '${base}'` }); // @run-id no-fuzzy-run-id-lookup
    return job ?? null;
  }

  async rows() {
    const records = await clientRunResults.select({ maxRecords: 50 });
    return records.map(({ fields }) => this.row(fields['Run ID'], fields)); // @run-id none
  }

  row(runId, fields) {
    const clientId = hasClientSuffix(runId) ? clientOf(runId) : null; // @run-id no-deprecated-helper
    const shortRunId = runId.length > 24 ? `${runId.slice(0, 24)}…` : runId; // @run-id no-run-id-surgery
    return { runId, clientId, label: shortRunId, status: fields.Status, open: fields.Status === 'Running' }; // @run-id none
  }

  search(text, runIds) {
    const wanted = text.trim().toLowerCase(); // @run-id none
    return runIds.filter((runId) => runId.toLowerCase().includes(wanted)); // @run-id no-run-id-surgery, no-fuzzy-run-id-lookup
  }

  static async summary() {
    const running = await jobTracking.select({ filterByFormula: "{Status} = 'Running'" }); // @run-id none
    const runIds = running.map(({ fields }) => fields['Run ID']); // @run-id none
    return { running: runIds.length, runIds: runIds.slice(0, 5), progress: Progress.list({ runIds }) }; // @run-id none
  }
}

module.exports = { Dashboard };
