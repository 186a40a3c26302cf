'use strict';

const { compile } = require('./formula.js');

let serial = 0;

class Table {
  constructor(name) {
    this.name = name;
    this.records = [];
  }

  async create(fields) {
    const record = { id: `rec${String(++serial).padStart(14, '0')}`, fields: { ...fields } }; // @run-id none
    this.records.push(record);
    return record;
  }

  async select({ filterByFormula, maxRecords = 100 } = {}) {
    const matches = filterByFormula ? compile(filterByFormula) : () => true;
    return this.records.filter(({ fields }) => matches(fields)).slice(0, maxRecords);
  }

  async firstOf(filterByFormula) {
    const [record] = await this.select({ filterByFormula, maxRecords: 1 });
    return record ?? null;
  }

  async update(recordId, fields) {
    const record = this.records.find(({ id }) => id === recordId); // @run-id none
    if (!record) throw new Error(`${this.name}: no record ${recordId}`); // @run-id none
    Object.assign(record.fields, fields);
    return record;
  }

  async destroy(recordId) {
    const index = this.records.findIndex(({ id }) => id === recordId);
    if (index !== -1) this.records.splice(index, 1);
  }
}

module.exports = { Table };
