'use strict';

const { execFile } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');

/** Compilers by the name of their package here. */
const COMPILERS = ['typescript', 'typescript7'];

/**
 * A separate project, whose compiler finds the package as a user's does, and of other packages only these. A copy,
 * because a link would lead to everything that is installed here.
 */
class TypedProject {
  /** @param {Record<string, string>} packages names in the project, and their names in this one */
  constructor(packages = {}) {
    this.folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'run-id-types-'));
    const { types, exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const declarations = new Set(Object.values(exports).map((entry) => entry.types ?? types));
    for (const file of ['package.json', ...declarations]) {
      this.#copy(path.join(ROOT, file), path.join('node_modules', 'unified-run-id', file));
    }
    for (const [name, installed] of Object.entries(packages)) {
      const link = this.path('node_modules', name);
      fs.mkdirSync(path.dirname(link), { recursive: true });
      fs.symlinkSync(path.join(ROOT, 'node_modules', installed), link, 'junction');
    }
  }

  path(...names) {
    return path.join(this.folder, ...names);
  }

  write(name, content) {
    const file = this.path(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }

  /** Copies files of a folder of this checkout, under the same names. */
  copy(folder, ...names) {
    for (const name of names) this.#copy(path.join(folder, name), name);
  }

  /** The compiler's output for the project: nothing if it is correct. */
  compile(compiler) {
    const tsc = path.join(ROOT, 'node_modules', compiler, 'bin', 'tsc');
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [tsc, '--project', this.folder], { cwd: this.folder }, (error, out, err) => {
        if (error !== null && typeof error.code !== 'number') reject(error);
        else if (error !== null && `${out}${err}` === '') reject(error);
        else resolve(`${out}${err}`);
      });
    });
  }

  remove() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  #copy(from, name) {
    const to = this.path(name);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.cpSync(from, to, { recursive: true });
  }
}

module.exports = { COMPILERS, TypedProject };
