'use strict';

const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Client, Pool } = require('pg');
const { freePort } = require('./free-port.js');

const SKIPPED =
  'PostgreSQL tests skipped: no server here. Install postgresql, or set DATABASE_URL to a database for tests.';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** How many ports are tried. */
const MAX_PORTS = 5;

let schemas = 0;

/**
 * A PostgreSQL server for a test file: that of `DATABASE_URL`, or a temporary cluster, which ends with the file.
 */
class Postgres {
  #pools = new Set();
  #schemas = [];
  #backends = new Set();
  #end;

  /** @param [end] stops the server; absent if it belongs to someone else */
  constructor(url, end = null) {
    this.url = url;
    this.#end = end;
  }

  /** Whether there is one; if not, one line says what that means. In CI there must be one. */
  static isHere() {
    if (process.env.DATABASE_URL || binariesOf() !== null) return true;
    if (process.env.CI) throw new Error('CI requires a PostgreSQL server');
    console.log(SKIPPED);
    return false;
  }

  /** Whether a temporary cluster can be started here. */
  static canStartCluster() {
    return binariesOf() !== null;
  }

  static async start() {
    return process.env.DATABASE_URL ? new Postgres(process.env.DATABASE_URL) : await Postgres.startCluster();
  }

  /** Always a temporary one, with these settings in addition to the usual ones. */
  static async startCluster(settings) {
    const { url, end } = await startCluster(binariesOf(), settings);
    return new Postgres(url, end);
  }

  /** A new, empty schema, as the URL by which any process connects to it. */
  async freshSchema() {
    const name = `run_id_test_${process.pid}_${++schemas}`;
    const pool = this.pool(this.url, { max: 1 });
    await pool.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
    await pool.query(`CREATE SCHEMA ${name}`);
    this.#schemas.push(name);
    const url = new URL(this.url);
    url.searchParams.set('options', `-c search_path=${name}`);
    return url.href;
  }

  /** A pool that ends with the server. Connections that are cut are an error of their query, not of the process. */
  pool(url, options) {
    const pool = new Pool({ connectionString: url, ...options });
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      client.on('error', () => {});
      this.#backends.add(client.processID);
    });
    pool.on('remove', (client) => this.#backends.delete(client.processID));
    this.#pools.add(pool);
    return pool;
  }

  /** Waits for no pool: one whose connection a failed test has kept would never end. */
  async stop() {
    for (const pool of this.#pools) pool.end().catch(() => {});
    await (this.#end === null ? this.#leave() : this.#end());
  }

  /** Removes what the tests created on someone else's server, and cuts connections that may still lock it. */
  async #leave() {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    await client.query('SELECT pg_terminate_backend(pid) FROM unnest($1::integer[]) AS pid', [
      [...this.#backends],
    ]);
    for (const schema of this.#schemas) await client.query(`DROP SCHEMA ${schema} CASCADE`);
    await client.end();
  }
}

/** The folder of the newest server that is installed. */
function binariesOf() {
  const { status, stdout } = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' });
  const root = '/usr/lib/postgresql';
  const versions = fs.existsSync(root) ? fs.readdirSync(root) : [];
  const folders = versions.sort((a, b) => b - a).map((version) => path.join(root, version, 'bin'));
  if (status === 0) folders.push(stdout.trim());
  return folders.find((folder) => fs.existsSync(path.join(folder, 'initdb'))) ?? null;
}

/** Root may not run a server: then a user without privileges does. */
function owner() {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }));
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return {};
}

async function startCluster(binaries, settings = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-postgres-'));
  let server;
  const kill = () => {
    server?.kill('SIGQUIT');
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  // Nothing else would end the server of a process that is stopped.
  const stopped = Object.entries(SIGNALS).map(([name, number]) => [name, () => process.exit(128 + number)]);
  for (const [name, listen] of stopped) process.once(name, listen);
  process.once('exit', kill);
  const end = async () => {
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      const exit = once(server, 'exit');
      server.kill('SIGQUIT');
      await exit;
    }
    kill();
    process.removeListener('exit', kill);
    for (const [name, listen] of stopped) process.removeListener(name, listen);
  };

  try {
    const as = owner();
    if (as.uid !== undefined) fs.chownSync(folder, as.uid, as.gid);
    const options = { ...as, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C', HOME: folder } };
    const data = path.join(folder, 'data');
    execFileSync(
      path.join(binaries, 'initdb'),
      ['--pgdata', data, '--username', 'tester', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
      { ...options, stdio: 'pipe' },
    );
    const serve = async () => {
      const port = await freePort();
      const all = {
        port,
        listen_addresses: '127.0.0.1',
        unix_socket_directories: folder,
        fsync: 'off',
        max_connections: '100',
        ...settings,
      };
      server = spawn(
        path.join(binaries, 'postgres'),
        ['-D', data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
        { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
      );
      await ready(server);
      return port;
    };
    const port = await untilFree(serve);
    return { url: `postgres://tester@127.0.0.1:${port}/postgres`, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Reads the server's log until it accepts connections. */
async function ready(server) {
  let log = '';
  await new Promise((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', (text) => {
      if (log === null) return;
      log += text;
      if (!log.includes('ready to accept connections')) return;
      log = null;
      resolve();
    });
    server.once('error', reject);
    // Not before its whole log is there.
    server.once('close', (code) => reject(new Error(`PostgreSQL ended with ${code}:\n${log}`)));
  });
}

/** Until it is taken, any other process may take a free port. */
async function untilFree(serve) {
  for (let tries = 1; ; tries++) {
    try {
      return await serve();
    } catch (error) {
      if (tries === MAX_PORTS || !/could not (?:bind|create any TCP)/.test(error.message)) throw error;
    }
  }
}

module.exports = { Postgres };
