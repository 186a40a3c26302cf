'use strict';

// The processes of the demo: started, monitored and, whatever happens, ended here.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { EventLog } = require('./event-log.js');

const ROOT = path.join(__dirname, '..');

/** How long an ending process may take before it is killed. */
const GRACE_MS = 2000;

class Processes {
  #running = new Map();
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-demo-'));
  #isEnding = false;
  log = new EventLog(fs.mkdtempSync(path.join(this.#folder, 'told-')));

  /** Starts a service, and returns its process ID and where it listens. */
  async start(name, env = {}) {
    if (this.#isEnding) throw new Error('the demo is ending');
    const child = fork(path.join(__dirname, `${name}.js`), [], {
      cwd: ROOT,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        ...process.env,
        DEBUG_RUN_ID: '1',
        RUN_ID_SERVICE: name,
        RUN_ID_SEQUENCE_FILE: path.join(this.#folder, 'sequence'),
        ...env,
      },
    });
    const lines = readline.createInterface({ input: child.stderr });
    lines.on('line', (line) => this.log.take(name, line));
    // Not the 'close' of the child: Node.js leaves it out when it was the parent that disconnected.
    const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).catch(() => {});
    this.#running.set(child, { name, ended: ended.then(() => this.#running.delete(child)) });
    const [{ url }] = await Promise.race([once(child, 'message'), failure(name, child)]);
    return { name, pid: child.pid, url };
  }

  /** Ends all, or all but one, and waits until the last of their lines has arrived. */
  async stop({ but } = {}) {
    this.#isEnding = true;
    const all = [...this.#running].filter(([, { name }]) => name !== but);
    const impatience = setTimeout(() => all.forEach(([child]) => child.kill('SIGKILL')), GRACE_MS);
    for (const [child] of all) if (child.connected) child.disconnect();
    await Promise.all(all.map(([, { ended }]) => ended));
    clearTimeout(impatience);
  }

  /** The processes that must not be left behind even if there is no time for anything else. */
  destroy() {
    for (const child of this.#running.keys()) child.kill('SIGKILL');
    fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Rejects when the process ends before it was expected to. */
async function failure(name, child) {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`${name} ended early (${signal ?? `exit code ${code}`})`);
}

module.exports = { Processes };
