'use strict';

// Where the records are: on the server of DATABASE_URL, in a schema that is created for this demo and dropped after it,
// or otherwise in the demo's own PGlite.

const { randomBytes } = require('node:crypto');
const { Client } = require('pg');

class Store {
  #client;
  #schema;

  static async open(processes) {
    if (process.env.DATABASE_URL) return new Store(process.env.DATABASE_URL).#makeSchema();
    const { url, pid } = await processes.start('database');
    const store = new Store(url);
    store.name = `PGlite behind a socket (pid ${pid})`;
    await store.#client.connect();
    return store;
  }

  /** Set as soon as there is one, so that it can be closed while it is still being opened. */
  static last = null;

  constructor(url) {
    Store.last = this;
    this.url = url;
    this.#client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    // A cut connection is an error of the query during which it was cut.
    this.#client.on('error', () => {});
  }

  async #makeSchema() {
    const schema = `run_id_demo_${process.pid}_${randomBytes(4).toString('hex')}`;
    const url = new URL(this.url);
    const options = url.searchParams.get('options');
    url.searchParams.set('options', `${options === null ? '' : `${options} `}-c search_path=${schema}`);
    this.url = url.href;
    this.name = `the server of DATABASE_URL, schema ${schema}`;
    await this.#client.connect();
    this.#schema = schema;
    await this.#client.query(`CREATE SCHEMA ${schema}`);
    await this.#client.query(`SET search_path TO ${schema}`);
    return this;
  }

  /** Every record, by plain SQL: the library must not be its own witness. */
  async records() {
    const { rows } = await this.#client.query(
      'SELECT run_id, status FROM job_tracking UNION ALL SELECT run_id, status FROM client_run_results',
    );
    return new Map(rows.map(({ run_id, status }) => [run_id, status]));
  }

  /** Leaves nothing behind. A query that is still under way comes first. */
  async close() {
    try {
      if (this.#schema !== undefined)
        await this.#client.query(`DROP SCHEMA IF EXISTS ${this.#schema} CASCADE`);
    } finally {
      this.#schema = undefined;
      await this.#client.end();
    }
  }
}

module.exports = { Store };
