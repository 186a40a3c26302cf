'use strict';

const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { Pool } = require('pg');

const SKIPPED =
  'PostgreSQL tests skipped: no server here. Install postgresql, or set DATABASE_URL to a database for tests.';

let schemas = 0;

/**
 * A PostgreSQL server for a file of tests: that of `DATABASE_URL`, or a cluster of its own, which ends with
 * the file.
 */
class Postgres {
  #pools = new Set();

  constructor(url, stop) {
    this.url = url;
    this.stop = async () => {
      await Promise.all([...this.#pools].map((pool) => pool.end()));
      await stop();
    };
  }

  /** Whether there is one; where there is none, one line says what that means. In CI there must be one. */
  static isHere() {
    if (process.env.DATABASE_URL || binariesOf() !== null) return true;
    if (process.env.CI) throw new Error('there must be a PostgreSQL server in CI');
    console.log(SKIPPED);
    return false;
  }

  static async start() {
    if (process.env.DATABASE_URL) return new Postgres(process.env.DATABASE_URL, async () => {});
    return await startCluster(binariesOf());
  }

  /** A schema that is empty and nobody else's, as the address by which any process connects to it. */
  async freshSchema() {
    const name = `run_id_test_${process.pid}_${++schemas}`;
    const pool = this.pool(this.url, { max: 1 });
    await pool.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
    await pool.query(`CREATE SCHEMA ${name}`);
    const url = new URL(this.url);
    url.searchParams.set('options', `-c search_path=${name}`);
    return url.href;
  }

  /** A pool that ends with the server. Connections that are cut are an error of their query, not of the process. */
  pool(url, options) {
    const pool = new Pool({ connectionString: url, ...options });
    pool.on('error', () => {});
    this.#pools.add(pool);
    return pool;
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

/** Root may not run a server: then it is somebody without privileges. */
function owner() {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }));
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  return {};
}

async function startCluster(binaries) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-postgres-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  const as = owner();
  if (as.uid !== undefined) fs.chownSync(folder, as.uid, as.gid);
  const options = { ...as, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C', HOME: folder } };
  const data = path.join(folder, 'data');
  execFileSync(
    path.join(binaries, 'initdb'),
    ['--pgdata', data, '--username', 'tester', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'],
    { ...options, stdio: 'pipe' },
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    max_connections: '100',
  };
  const server = spawn(
    path.join(binaries, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const end = () => server.kill('SIGQUIT');
  process.once('exit', end);
  await ready(server);
  return new Postgres(`postgres://tester@127.0.0.1:${port}/postgres`, async () => {
    process.removeListener('exit', end);
    const exit = once(server, 'exit');
    end();
    await exit;
    remove();
  });
}

/** Reads the server's log until it takes connections. */
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
    server.once('exit', (code) => reject(new Error(`PostgreSQL ended with ${code}:\n${log}`)));
  });
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

module.exports = { Postgres };
