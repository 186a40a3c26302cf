'use strict';

// The command as a separate process: with pipes, or at a pseudo-terminal.

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { limited } = require('./time-limit.js');

const BIN = path.join(__dirname, '..', 'bin', 'unified-run-id.js');

/** Relays a pseudo-terminal: argv is columns, whether stdout is at it too, and the command. */
const TERMINAL = `
import fcntl, os, pty, struct, subprocess, sys, termios
columns, both, command = int(sys.argv[1]), sys.argv[2] == 'both', sys.argv[3:]
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 40, columns, 0, 0))
child = subprocess.Popen(command, stdout=slave if both else subprocess.DEVNULL, stderr=slave, close_fds=True)
os.close(slave)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
code = child.wait()
sys.exit(code if code >= 0 else 128 - code)
`;

const python =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty']).status === 0 ? 'python3' : null;

/** Settings of the person who runs the tests that would change the output. */
const SETTINGS =
  /^(DEBUG_RUN_ID|RUN_ID_.*|NO_COLOR|FORCE_COLOR|NODE_DISABLE_COLORS|NODE_OPTIONS|COLUMNS|TERM)$/;

function environment(env) {
  const kept = Object.entries(process.env).filter(([name]) => !SETTINGS.test(name));
  return { ...Object.fromEntries(kept), TERM: 'xterm-256color', ...env };
}

class CommandLine {
  #test;
  #folder;

  constructor(test, folder) {
    this.#test = test;
    this.#folder = folder;
  }

  /** Starts it; the process ends with the test at the latest, and after `limit` milliseconds. */
  start(args, { env = {}, stdio = 'pipe', node = [], limit } = {}) {
    return this.#spawn(process.execPath, [...node, BIN, ...args], env, stdio, {}, limit);
  }

  /** Starts it with stderr, or stdout too, at a terminal whose text appears on stdout. */
  startAtTerminal(args, { env = {}, columns = 100, stdout = 'both', script = BIN } = {}) {
    const command = [process.execPath, script, ...args];
    const relay = ['-c', TERMINAL, String(columns), stdout, ...command];
    const child = this.#spawn(python, relay, env, 'pipe', { detached: true });
    // The process at the terminal is a child of this one, and would outlive it.
    this.#test.after(() => endGroup(child.pid));
    return child;
  }

  /** Runs it to its end. */
  async run(args, { input = '', ...options } = {}) {
    return finish(this.start(args, options), input);
  }

  async runAtTerminal(args, { input = '', ...options } = {}) {
    return finish(this.startAtTerminal(args, options), input);
  }

  #spawn(file, args, env, stdio, options = {}, limit = undefined) {
    const how = { cwd: this.#folder, env: environment(env), stdio, ...options };
    const child = limited(spawn(file, args, how), limit);
    this.#test.after(() => child.kill('SIGKILL'));
    return child;
  }
}

function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Gives the process its input, and waits for its end. */
async function finish(child, input) {
  // A process need not read its input.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'close'),
  ]);
  return { code, signal, stdout, stderr };
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

module.exports = { BIN, CommandLine, finish, hasTerminals: python !== null };
