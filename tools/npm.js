'use strict';

// npm as for a user without Rust: run by this very Node.js, offline, with nothing else on PATH.

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { promisify } = require('node:util');

const run = promisify(execFile);

/** npm's own script, behind whatever link or shim is on PATH. */
function findNpm() {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    for (const place of ['npm', 'node_modules/npm/bin/npm-cli.js']) {
      const file = path.join(folder, place);
      if (!fs.existsSync(file)) continue;
      const script = fs.realpathSync(file);
      if (path.basename(script) === 'npm-cli.js') return script;
    }
  }
  throw new Error('npm is not on PATH');
}

class Npm {
  #script = findNpm();
  #folder;

  /** @param {string} folder an empty folder for its commands and its cache */
  constructor(folder) {
    this.#folder = folder;
    this.bin = path.join(folder, 'bin');
    fs.mkdirSync(this.bin, { recursive: true });
    fs.symlinkSync(process.execPath, path.join(this.bin, path.basename(process.execPath)));
    fs.symlinkSync(this.#script, path.join(this.bin, 'npm'));
  }

  /** The environment of the machine, without its tools and without what an outer npm has set. */
  get environment() {
    const kept = Object.entries(process.env).filter(([name]) => !/^(npm_.*|path|node_path)$/i.test(name));
    return { ...Object.fromEntries(kept), PATH: this.bin };
  }

  /** Runs npm in a folder; an exit code other than 0 rejects. */
  async run(cwd, ...args) {
    const settings = ['--offline', '--no-audit', '--no-fund', `--cache=${path.join(this.#folder, 'cache')}`];
    return run(process.execPath, [this.#script, ...args, ...settings], { cwd, env: this.environment });
  }

  /** Runs node in a folder and returns what it prints. */
  async node(cwd, ...args) {
    const { stdout, stderr } = await run(process.execPath, args, { cwd, env: this.environment });
    return { stdout, stderr };
  }
}

module.exports = { Npm, findNpm };
