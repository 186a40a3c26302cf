'use strict';

// A server that is a separate program: it gets a free port and a folder, keeps nothing, and ends with the process.

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { freePort } = require('./free-port.js');

/** How many ports are tried. */
const MAX_PORTS = 5;

class Server {
  #server;
  #folder;
  #kill = () => {
    this.#server.kill('SIGKILL');
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  };

  constructor(port, server, folder) {
    this.port = port;
    this.#server = server;
    this.#folder = folder;
    process.once('exit', this.#kill);
  }

  /**
   * @param {object} program
   * @param {string} program.command
   * @param {(port: number, folder: string) => string[]} program.args
   * @param {'stdout' | 'stderr'} program.log where it writes its log
   * @param {string} program.ready what the log says once it is ready
   * @param {string} program.taken what the log says if the port is in use
   */
  static async start({ command, args, log, ready, taken }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), `run-id-${command}-`));
    try {
      // Until it is taken, any other process may take a free port.
      for (let tries = 1; ; tries++) {
        const port = await freePort();
        const stdio = ['ignore', 'ignore', 'ignore'];
        stdio[log === 'stdout' ? 1 : 2] = 'pipe';
        const server = spawn(command, args(port, folder), { cwd: folder, stdio });
        const failure = await untilReady(server, server[log], ready);
        if (failure === null) return new Server(port, server, folder);
        if (tries === MAX_PORTS || !failure.includes(taken)) throw new Error(`${command} ended:\n${failure}`);
      }
    } catch (error) {
      fs.rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async stop() {
    process.removeListener('exit', this.#kill);
    const exit = once(this.#server, 'exit');
    const isRunning = this.#server.exitCode === null && this.#server.signalCode === null;
    this.#kill();
    if (isRunning) await exit;
  }
}

/** Null once it is ready; its log if it ends instead. */
async function untilReady(server, output, ready) {
  let log = '';
  return await new Promise((resolve, reject) => {
    output.setEncoding('utf8').on('data', (text) => {
      log += text;
      if (!log.includes(ready)) return;
      output.removeAllListeners('data').resume();
      resolve(null);
    });
    server.once('error', reject);
    server.once('close', () => resolve(log));
  });
}

/** Whether these programs are installed; if not, one line says what that means. In CI they must be. */
function areHere(programs, name, packageName) {
  if (programs.every((program) => spawnSync(program, ['--version']).status === 0)) return true;
  if (process.env.CI) throw new Error(`CI requires ${name}`);
  console.log(`${name} tests skipped: it is not installed. Install ${packageName}.`);
  return false;
}

module.exports = { Server, areHere };
