'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const readline = require('node:readline');
const { findNpm } = require('../../../tools/npm.js');

const PROJECTS = path.join(__dirname, '..', 'projects');

/** What an outer npm or test runner sets, and the settings of the package itself, do not reach a project. */
const FOREIGN = /^(npm_(?!config_registry$)|NODE_TEST_CONTEXT$|NODE_OPTIONS$|JEST_|VITEST|(DEBUG_)?RUN_ID)/;

const SETTINGS = { NO_COLOR: '1', NEXT_TELEMETRY_DISABLED: '1' };

function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  return { ...Object.fromEntries(kept), ...SETTINGS };
}

/** Words of programs, less the colours that some print whatever they are told. */
// eslint-disable-next-line no-control-regex
const plain = (text) => text.replace(/\x1b\[[0-9;]*m/g, '');

/** A copy of one of the projects, outside of this repository, whose node_modules nothing here can reach. */
class Project {
  #children = new Set();
  #deployments = [];

  /** @param {string[]} names of folders in `projects/`, all copied into one */
  constructor(names) {
    this.folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), `run-id-${names.at(-1)}-`));
    for (const name of names) fs.cpSync(path.join(PROJECTS, name), this.folder, { recursive: true });
  }

  /** Installs what the project's lock names, then the packed package, as npm does it for its users. */
  async install(tarball) {
    await this.installLocked();
    await this.#npm('install', '--no-save', tarball);
  }

  installLocked() {
    return this.#npm('ci');
  }

  #npm(...args) {
    const settings = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    return this.succeed(process.execPath, [findNpm(), ...args, ...settings]);
  }

  path(...names) {
    return path.join(this.folder, ...names);
  }

  write(name, content) {
    fs.writeFileSync(this.path(name), content);
  }

  /** Copies what was built to where there is no node_modules, as onto a server. Returns the new folder. */
  deploy(name) {
    const folder = fs.mkdtempSync(`${this.folder}-deployed-`);
    this.#deployments.push(folder);
    fs.cpSync(this.path(name), folder, { recursive: true, verbatimSymlinks: true });
    return folder;
  }

  /** Runs a program to its end. `output` is all that it prints, in its order. */
  async run(program, args, { env = {}, cwd = this.folder } = {}) {
    const child = this.#start(program, args, env, cwd);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    const [code, signal] = await once(child, 'close');
    return { code: signal ?? code, output: plain(output) };
  }

  /** The same for one that has to end well; returns what it prints. */
  async succeed(program, args, options) {
    const { code, output } = await this.run(program, args, options);
    if (code !== 0) throw new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  node(args, options) {
    return this.run(process.execPath, args, options);
  }

  /** The script of a command of one of the project's dependencies. */
  bin(name) {
    return fs.realpathSync(this.path('node_modules', '.bin', name));
  }

  command(name, args = [], options) {
    return this.node([this.bin(name), ...args], options);
  }

  /**
   * Starts a server, which prints its address.
   *
   * @returns `address`; `ask(path, { body })`, with a body as JSON: `{ status, answer }`, `answer` parsed where it is JSON;
   *   `errors()`, the lines on stderr so far
   */
  async serve(args, { env = {}, cwd = this.folder } = {}) {
    const child = this.#start(process.execPath, args, env, cwd);
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    const address = await addressOf(child.stdout, () => errors);
    return {
      address,
      errors: () => plain(errors).split('\n').filter(Boolean),
      async ask(url, { body, headers = {} } = {}) {
        const sent =
          body === undefined
            ? { headers }
            : {
                method: 'POST',
                headers: { 'content-type': 'application/json', ...headers },
                body: JSON.stringify(body),
              };
        const response = await fetch(new URL(url, address), sent);
        const text = await response.text();
        return { status: response.status, answer: jsonOr(text) };
      },
      close: () => this.#end(child),
    };
  }

  /** A port for a server that can't choose one itself. */
  async freePort() {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    server.close();
    await once(server, 'close');
    return String(port);
  }

  async remove() {
    await Promise.all([...this.#children].map((child) => this.#end(child)));
    for (const folder of [this.folder, ...this.#deployments]) {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  #start(program, args, env, cwd) {
    const child = spawn(program, args, {
      cwd,
      env: { ...environment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    return child;
  }

  async #end(child) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
}

async function addressOf(stream, errors) {
  const lines = readline.createInterface({ input: stream });
  const printed = [];
  for await (const line of lines) {
    printed.push(plain(line));
    const found = /http:\/\/[^\s/]+:[0-9]+/.exec(printed.at(-1));
    if (found === null) continue;
    stream.resume();
    return found[0];
  }
  throw new Error(`the server ended without an address:\n${printed.join('\n')}\n${errors()}`);
}

function jsonOr(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

module.exports = { Project };
