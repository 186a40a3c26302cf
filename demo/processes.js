'use strict';

// The processes of the demo: started here, listened to here, and ended here, whatever happens.

const { fork } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { json } = require('node:stream/consumers');

const ROOT = path.join(__dirname, '..');
const PREFIX = '[run-id] ';

class Processes {
  #running = new Map();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-demo-'));
  sequenceFile = path.join(this.folder, 'sequence');
  records = path.join(this.folder, 'records');
  /** Every event that came out on a stderr, in the order of arrival. */
  events = [];
  /** What else came out there: of interest when something fails. */
  noise = [];

  constructor() {
    fs.mkdirSync(this.records);
    process.once('exit', () => this.#destroy());
    for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
      process.once(signal, () => process.exit(128 + number));
    }
  }

  /** Starts a server, and gives its process ID and where it listens. */
  async serve(name, env = {}) {
    const child = this.#start(name, [], env, 'ignore');
    const [message] = await Promise.race([once(child, 'message'), failure(name, child)]);
    return { pid: child.pid, url: `http://127.0.0.1:${message.port}` };
  }

  /** Runs a script to its end, and gives the JSON it printed. */
  async run(name, args) {
    const child = this.#start(name, args, {}, 'pipe');
    const [printed] = await Promise.all([json(child.stdout), this.#running.get(child)]);
    return printed;
  }

  /** Ends the servers, and waits until the last of their lines is here. */
  async stop() {
    for (const child of this.#running.keys()) if (child.connected) child.disconnect();
    await Promise.all(this.#running.values());
  }

  #start(name, args, env, stdout) {
    const child = fork(path.join(__dirname, `${name}.js`), args, {
      cwd: ROOT,
      execArgv: [],
      stdio: ['ignore', stdout, 'pipe', 'ipc'],
      env: {
        ...process.env,
        ...env,
        DEBUG_RUN_ID: '1',
        RUN_ID_SERVICE: name,
        RUN_ID_SEQUENCE_FILE: this.sequenceFile,
        DEMO_RECORDS: this.records,
      },
    });
    const lines = readline.createInterface({ input: child.stderr });
    lines.on('line', (line) => this.#take(line));
    // Not the 'close' of the child: Node.js leaves it out when it was the parent that disconnected.
    const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]);
    this.#running.set(
      child,
      ended.finally(() => this.#running.delete(child)),
    );
    return child;
  }

  #take(line) {
    try {
      if (line.startsWith(PREFIX)) return this.events.push(JSON.parse(line.slice(PREFIX.length)));
    } catch {
      // Not a whole line, so not an event.
    }
    this.noise.push(line);
  }

  #destroy() {
    for (const child of this.#running.keys()) child.kill('SIGKILL');
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Rejects when the process ends before it was expected to. */
async function failure(name, child) {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`${name} ended early (${signal ?? `exit code ${code}`})`);
}

module.exports = { Processes };
