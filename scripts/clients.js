'use strict';

// Runs JobTracking on the database clients of __test__/clients, a workspace of its own: `--only pg,kysely` for some.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { Postgres } = require('../tools/postgres.js');

const FOLDER = path.join(__dirname, '..', '__test__', 'clients');

/** A client's name as a file name. */
const fileOf = (client) => path.join(FOLDER, `${client.replace(/\.js$/, '')}.js`);

function clientsOf(list) {
  if (list === undefined) return fs.readdirSync(FOLDER).filter((name) => name.endsWith('.js'));
  const wanted = list.split(',');
  const unknown = wanted.filter((client) => !fs.existsSync(fileOf(client)));
  if (unknown.length > 0) throw new Error(`no such client in __test__/clients: ${unknown.join(', ')}`);
  return wanted;
}

/** Whether what is installed is what the lock file says. */
function isInstalled() {
  const [lock, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map((name) =>
    fs.statSync(path.join(FOLDER, name), { throwIfNoEntry: false }),
  );
  return installed !== undefined && installed.mtimeMs >= lock.mtimeMs;
}

/** Not spawnSync: the server's output has to be read meanwhile. */
async function run(command, args, env = process.env) {
  const [code] = await once(spawn(command, args, { cwd: FOLDER, stdio: 'inherit', env }), 'close');
  return code ?? 1;
}

async function main() {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const files = clientsOf(values.only).map(fileOf);
  if (!isInstalled()) {
    // No client needs its install script, and some download what is not needed.
    const status = await run('npm', [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    if (status !== 0) return status;
  }
  // One server for all: each file has its own schemas.
  const server = await Postgres.start();
  try {
    return await run(process.execPath, ['--no-warnings', '--test', ...files], {
      ...process.env,
      DATABASE_URL: server.url,
    });
  } finally {
    await server.stop();
  }
}

main().then((status) => {
  process.exitCode = status;
});
