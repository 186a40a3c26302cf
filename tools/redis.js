'use strict';

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { freePort } = require('./free-port.js');

const SKIPPED = 'Redis tests skipped: no server here. Install redis-server.';

/** How many ports are tried. */
const MAX_PORTS = 5;

/** A Redis server for a file of tests, which keeps nothing and ends with the file. */
class Redis {
  #server;
  #folder;
  #kill = () => {
    this.#server.kill('SIGKILL');
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  };

  constructor(port, server, folder) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#server = server;
    this.#folder = folder;
    process.once('exit', this.#kill);
  }

  /** Whether there is one; where there is none, one line says what that means. In CI there must be one. */
  static isHere() {
    if (spawnSync('redis-server', ['--version']).status === 0) return true;
    if (process.env.CI) throw new Error('there must be a Redis server in CI');
    console.log(SKIPPED);
    return false;
  }

  static async start() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-redis-'));
    // A port that was free is anybody's until it is taken again.
    for (let tries = 1; ; tries++) {
      const port = await freePort();
      const settings = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder };
      const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
      const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const log = await untilReady(server);
      if (log === null) return new Redis(port, server, folder);
      if (tries === MAX_PORTS || !log.includes('Address already in use')) {
        fs.rmSync(folder, { recursive: true, force: true });
        throw new Error(`Redis ended:\n${log}`);
      }
    }
  }

  async stop() {
    process.removeListener('exit', this.#kill);
    if (this.#server.exitCode === null && this.#server.signalCode === null) {
      const exit = once(this.#server, 'exit');
      this.#kill();
      await exit;
    } else {
      this.#kill();
    }
  }
}

/** Null once it takes connections; its log when it ends instead. */
async function untilReady(server) {
  let log = '';
  return await new Promise((resolve, reject) => {
    server.stdout.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (log.includes('Ready to accept connections')) {
        server.stdout.removeAllListeners('data').resume();
        resolve(null);
      }
    });
    server.once('error', reject);
    server.once('close', () => resolve(log));
  });
}

module.exports = { Redis };
