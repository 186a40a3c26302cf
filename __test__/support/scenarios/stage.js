'use strict';

// Runs the program in real processes, with a database behind a socket, and judges the logs that they leave, which
// `KEEP_SCENES=1` keeps.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { PGLiteSocketServer } = require('@electric-sql/pglite-socket');
const { JobTracking } = require('unified-run-id/job-tracking');
const { checked } = require('../checked.js');
const { createPGlite } = require('../../../tools/pglite.js');
const { limited } = require('../../../tools/time-limit.js');
const { linesOf } = require('../../../tools/workspace.js');

const PROGRAM = path.join(__dirname, 'program.js');

/** Five processes, a connection each, of two scenes. */
const MAX_CONNECTIONS = 16;

/** Of all that is set where the tests run, what a process needs. */
const ENVIRONMENT = Object.fromEntries(
  ['PATH', 'SystemRoot', 'TMPDIR', 'TEMP'].flatMap((name) =>
    process.env[name] ? [[name, process.env[name]]] : [],
  ),
);

class Stage {
  #folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'run-id-scenes-'));
  #running = new Set();
  #db;
  #server;

  static async open() {
    const stage = new Stage();
    stage.#db = await createPGlite();
    stage.#server = new PGLiteSocketServer({
      db: stage.#db,
      host: '127.0.0.1',
      port: 0,
      maxConnections: MAX_CONNECTIONS,
    });
    await stage.#server.start();
    return stage;
  }

  async close() {
    for (const child of this.#running) child.kill('SIGKILL');
    await this.#server.stop();
    await this.#db.close();
    if (process.env.KEEP_SCENES) console.log(`logs of the scenes: ${this.#folder}`);
    else fs.rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Where the logs are: a folder for each scene, with a file for each process. */
  get folder() {
    return this.#folder;
  }

  /** All ways in one position, level and channel. @returns the verdict of `check` */
  async play({ position, level, channel }) {
    const scene = `${position}_${level}_${channel}`;
    await this.#db.exec(`CREATE SCHEMA ${scene}`);
    await new JobTracking({ db: this.#db, schema: scene }).migrate();
    const logOf = (role) => path.join(this.#folder, scene, `${role}.log`);
    fs.mkdirSync(path.dirname(logOf('creator')));
    const changer = position === 'self' ? 'worker' : 'relay';
    const settingsOf = (role) => ({
      ...ENVIRONMENT,
      DATABASE_URL: `postgres://postgres@${this.#server.getServerConn()}/postgres?sslmode=disable`,
      SCHEMA: scene,
      CHANNEL: channel,
      ROLE: role,
      RUN_ID_SERVICE: role,
      RUN_ID_LOG: position === 'outside' && role === 'relay' ? 'off' : level,
      CHANGES: role === changer ? '1' : '',
    });
    /** What a process is told of the one that it hands over to. */
    const before = (role, url) => ({
      NEXT_URL: url,
      NEXT_LOG: logOf(role),
      NEXT_SETTINGS: JSON.stringify({ ...settingsOf(role), ...next(role) }),
    });
    const urls = {};
    const next = (role) => (role === 'relay' ? before('worker', urls.worker) : {});
    const roles = position === 'self' ? ['worker'] : ['worker', 'relay'];
    const services = [];
    for (const role of roles) {
      const service = this.#start({ ...settingsOf(role), ...next(role) }, logOf(role));
      services.push(service);
      ({ value: urls[role] } = await linesOf(service.stdout).next());
    }
    const first = roles.at(-1);
    await ended(this.#start({ ...settingsOf('creator'), ...before(first, urls[first]) }, logOf('creator')));
    for (const service of services) {
      service.stdin.end();
      await ended(service);
    }
    const seen = ['creator', ...roles].filter((role) => !(position === 'outside' && role === 'relay'));
    return checked(seen.map(logOf));
  }

  #start(env, log) {
    const stderr = fs.openSync(log, 'a');
    const stdio = ['pipe', 'pipe', stderr];
    const child = limited(spawn(process.execPath, [PROGRAM], { cwd: __dirname, stdio, env }));
    fs.closeSync(stderr);
    this.#running.add(child);
    child.log = log;
    child.ending = once(child, 'exit').finally(() => this.#running.delete(child));
    return child;
  }
}

async function ended(child) {
  const [code] = await child.ending;
  if (code !== 0) throw new Error(`a process ended with ${code}:\n${fs.readFileSync(child.log, 'utf8')}`);
}

module.exports = { Stage };
