'use strict';

// Runs JobTracking on the database clients of __test__/clients, a workspace of its own: `--only pg,kysely` for some.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const FOLDER = path.join(__dirname, '..', '__test__', 'clients');

/** A client's name with what in it can't be, or isn't, the name of a file. */
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

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: FOLDER, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const files = clientsOf(values.only).map(fileOf);
// No script of a client is needed, and some download what is not.
if (!isInstalled()) run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
run(process.execPath, ['--no-warnings', '--test', ...files]);
