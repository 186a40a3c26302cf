'use strict';

// The services of this example as processes, each with its own log.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

/** How long a service may take to end before it is killed. */
const GRACE_MS = 5000;

class Services {
  #running = new Map();
  #env;

  /** @param folder for their logs */
  constructor(folder, env) {
    this.logs = path.join(folder, 'logs');
    fs.mkdirSync(this.logs);
    this.#env = { ...process.env, ...env, RUN_ID_SEQUENCE_FILE: path.join(folder, 'sequence') };
  }

  /** Starts a service, and returns where it listens. */
  async start(name, env = {}) {
    const log = fs.openSync(path.join(this.logs, `${name}.log`), 'a');
    const stdio = ['ignore', 'ignore', log, 'ipc'];
    const child = fork(path.join(__dirname, `${name}.js`), { stdio, env: { ...this.#env, ...env } });
    fs.closeSync(log);
    const ended = once(child, 'exit');
    this.#running.set(child, ended);
    const [{ url }] = await Promise.race([once(child, 'message'), failure(name, ended)]);
    return url;
  }

  /** Lets them finish their work. */
  async stop() {
    const impatience = setTimeout(() => this.kill(), GRACE_MS);
    for (const child of this.#running.keys()) if (child.connected) child.disconnect();
    await Promise.all(this.#running.values());
    clearTimeout(impatience);
  }

  kill() {
    for (const child of this.#running.keys()) child.kill('SIGKILL');
  }
}

/** Rejects when the service ends before it was expected to. */
async function failure(name, ended) {
  const [code, signal] = await ended;
  throw new Error(`${name} ended early (${signal ?? `exit code ${code}`})`);
}

module.exports = { Services };
