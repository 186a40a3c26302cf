'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { limited } = require('./time-limit.js');

const ROOT = path.join(__dirname, '..');

/** Settings of the person who runs the tests, which must not reach the processes under test. */
const SETTINGS = /^(DEBUG_RUN_ID|RUN_ID(_.*)?)$/;

function cleanEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name)));
}

/** A temporary folder whose scripts find the package by its name. It is removed after the test, and its processes end. */
class Workspace {
  #children = new Set();
  #scripts = 0;

  /** @param {{ after: Function }} scope a test, or node:test itself for a whole file */
  constructor(scope) {
    this.folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'run-id-test-'));
    fs.mkdirSync(this.path('node_modules'));
    fs.symlinkSync(ROOT, this.path('node_modules', 'unified-run-id'), 'junction');
    scope.after(() => this.#remove());
  }

  path(...names) {
    return path.join(this.folder, ...names);
  }

  write(name, content, options) {
    const file = this.path(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content, options);
    return file;
  }

  /** Starts a function, or the file of that name, as a process of its own; a function gets `args`. `under` is a program that runs it. */
  start(script, { args = [], env = {}, node = [], under = [], ...options } = {}) {
    const file = typeof script === 'function' ? this.#writeScript(script, args) : this.path(script);
    const [program, ...words] = [...under, process.execPath, ...node, file];
    const how = { cwd: this.folder, env: { ...cleanEnvironment(), ...env }, ...options };
    const child = limited(spawn(program, words, how));
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  /** Runs it to its end. */
  async run(script, options) {
    const child = this.start(script, options);
    const [stdout, stderr, [code, signal]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'close'),
    ]);
    return { code, signal, stdout, stderr };
  }

  /** Runs it to its end, which must be successful, and reads the JSON that it prints. */
  async ask(script, options) {
    const { code, signal, stdout, stderr } = await this.run(script, options);
    if (code !== 0) throw new Error(`the script ended with ${signal ?? code}:\n${stderr}`);
    return JSON.parse(stdout);
  }

  #writeScript(script, args) {
    const call = `(${script})(...${JSON.stringify(args)});`;
    return this.write(`script-${++this.#scripts}.js`, `'use strict';\n${call}\n`);
  }

  async #remove() {
    await Promise.all(
      [...this.#children].map((child) => {
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        return exit;
      }),
    );
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function textOf(stream) {
  let text = '';
  if (stream === null) return text;
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/** The lines a process prints, one at a time. */
function linesOf(stream) {
  return readline.createInterface({ input: stream })[Symbol.asyncIterator]();
}

module.exports = { Workspace, linesOf };
