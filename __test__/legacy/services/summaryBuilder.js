'use strict';

const { JobTracking } = require('./jobTracking.js');
const { postsOfRun } = require('./spreadsheet.js');
const { clientRunResults, leads } = require('../store/tables.js');
const { titleCase } = require('../utils/strings.js');

class SummaryBuilder {
  constructor(runId) {
    this.runId = runId; // @run-id none
    this.lines = [];
    if (!this.runId) this.lines.push('No run'); // @run-id no-run-id-truthiness
  }

  async job() {
    const record = this.runId && (await JobTracking.getJob(this.runId)); // @run-id no-run-id-truthiness
    if (record) this.lines.push(`Job ${this.runId}: ${record.fields.Status}`); // @run-id none
    return this;
  }

  async posts() {
    const posts = await postsOfRun(this.runId); // @run-id none
    this.lines.push(`${posts.length} posts`); // @run-id none
    return this;
  }

  async clients() {
    const filterByFormula = `AND({Run ID} != '', FIND('${this.runId}', {Run ID}))`; // @run-id no-fuzzy-run-id-lookup
    const records = await clientRunResults.select({ filterByFormula });
    for (const { fields } of records) this.lines.push(`${fields['Client ID']}: ${fields.Status}`); // @run-id none
    return this;
  }

  async leads() {
    const found = await leads.select({ filterByFormula: `{Run ID} = '${this.runId}'` }); // @run-id no-fuzzy-run-id-lookup
    this.lines.push(`${found.length} leads`);
    return this;
  }

  title(text) {
    this.lines.unshift(titleCase(text)); // @run-id none
    return this;
  }

  toString() {
    return this.lines.join('\n'); // @run-id none
  }

  static async of(run) {
    const runId = run.runId ? String(run.runId) : String(run); // @run-id no-run-id-truthiness, no-run-id-cast
    const builder = await new SummaryBuilder(runId).job(); // @run-id none
    return (await builder.posts()).toString(); // @run-id none
  }
}

module.exports = { SummaryBuilder };
