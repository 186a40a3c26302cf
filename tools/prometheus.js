'use strict';

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { freePort } = require('./free-port.js');

const SKIPPED = 'Prometheus tests skipped: none here. Install prometheus.';

/** How many ports are tried. */
const MAX_PORTS = 5;

/** A Prometheus that scrapes and judges every second, keeps nothing and ends with the file of tests. */
class Prometheus {
  #server;
  #folder;
  #kill = () => {
    this.#server.kill('SIGKILL');
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  };

  constructor(url, server, folder) {
    this.url = url;
    this.#server = server;
    this.#folder = folder;
    process.once('exit', this.#kill);
  }

  /** Whether it is installed; where it is not, one line says what that means. In CI it must be. */
  static isHere() {
    const programs = ['prometheus', 'promtool'];
    if (programs.every((program) => spawnSync(program, ['--version']).status === 0)) return true;
    if (process.env.CI) throw new Error('there must be a Prometheus in CI');
    console.log(SKIPPED);
    return false;
  }

  /**
   * @param {Record<string, string>} targets `host:port` of what is scraped, by the name of its job
   * @param {string} rules path of the file
   */
  static async start(targets, rules) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-prometheus-'));
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [path.resolve(rules)],
      scrape_configs: Object.entries(targets).map(([job, target]) => ({
        job_name: job,
        static_configs: [{ targets: [target] }],
      })),
    };
    // JSON is YAML.
    const file = path.join(folder, 'prometheus.yml');
    fs.writeFileSync(file, JSON.stringify(config));
    // A port that was free is anybody's until it is taken again.
    for (let tries = 1; ; tries++) {
      const address = `127.0.0.1:${await freePort()}`;
      const args = [
        `--config.file=${file}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ];
      const server = spawn('prometheus', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      const log = await untilReady(server);
      if (log === null) return new Prometheus(`http://${address}`, server, folder);
      if (tries === MAX_PORTS || !log.includes('address already in use')) {
        fs.rmSync(folder, { recursive: true, force: true });
        throw new Error(`Prometheus ended:\n${log}`);
      }
    }
  }

  /** The data that its API answers with. */
  async ask(api, parameters = {}) {
    const response = await fetch(`${this.url}/api/v1/${api}?${new URLSearchParams(parameters)}`);
    const { status, data, error } = await response.json();
    if (status !== 'success') throw new Error(`Prometheus: ${error}`);
    return data;
  }

  /** What a query gives now. */
  async query(query) {
    return (await this.ask('query', { query })).result;
  }

  async firing() {
    return (await this.ask('alerts')).alerts.filter(({ state }) => state === 'firing');
  }

  async stop() {
    process.removeListener('exit', this.#kill);
    const exit = once(this.#server, 'exit');
    const isRunning = this.#server.exitCode === null && this.#server.signalCode === null;
    this.#kill();
    if (isRunning) await exit;
  }
}

/** Null once it answers; its log when it ends instead. */
async function untilReady(server) {
  let log = '';
  return await new Promise((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (!log.includes('Server is ready to receive web requests')) return;
      server.stderr.removeAllListeners('data').resume();
      resolve(null);
    });
    server.once('error', reject);
    server.once('close', () => resolve(log));
  });
}

module.exports = { Prometheus };
