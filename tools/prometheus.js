'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { Server, areHere } = require('./server.js');

/** A Prometheus that scrapes and evaluates every second, keeps nothing and ends with the test file. */
class Prometheus {
  #server;

  constructor(server) {
    this.url = `http://127.0.0.1:${server.port}`;
    this.#server = server;
  }

  /** Whether it is installed; if not, one line says what that means. In CI it must be. */
  static isHere() {
    return areHere(['prometheus', 'promtool'], 'Prometheus', 'prometheus');
  }

  /**
   * @param {Record<string, string>} targets `host:port` of each target, by the name of its job
   * @param {string} rules path of the file
   */
  static async start(targets, rules) {
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [path.resolve(rules)],
      scrape_configs: Object.entries(targets).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
    };
    const server = await Server.start({
      command: 'prometheus',
      args: (port, folder) => {
        // JSON is YAML.
        const file = path.join(folder, 'prometheus.yml');
        fs.writeFileSync(file, JSON.stringify(config));
        return [
          `--config.file=${file}`,
          `--storage.tsdb.path=${path.join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ];
      },
      log: 'stderr',
      ready: 'Server is ready to receive web requests',
      taken: 'address already in use',
    });
    return new Prometheus(server);
  }

  /** The data that its API returns. */
  async ask(api, parameters = {}) {
    const response = await fetch(`${this.url}/api/v1/${api}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json();
    if (status !== 'success') throw new Error(`Prometheus: ${error}`);
    return data;
  }

  /** The current result of a query. */
  async query(query) {
    return (await this.ask('query', { query })).result;
  }

  async firing() {
    return (await this.ask('alerts')).alerts.filter(({ state }) => state === 'firing');
  }

  async stop() {
    await this.#server.stop();
  }
}

module.exports = { Prometheus };
