'use strict';

const { once } = require('node:events');

/** A process that makes requested calls, one at a time. */
class Peer {
  #child;

  static async start(workspace, { env, maxLeadSeconds } = {}) {
    const child = workspace.start(obey, { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    await once(child, 'message');
    const peer = new Peer(child);
    await peer.configure({ logger: null, maxLeadSeconds });
    return peer;
  }

  constructor(child) {
    this.#child = child;
  }

  /** What a call returns, or `{ error }` with the relevant parts of the error. */
  async #ask(order, ...args) {
    const answer = once(this.#child, 'message');
    this.#child.send([order, args]);
    const [{ value, error }] = await answer;
    return error === undefined ? value : { error };
  }

  configure(settings) {
    return this.#ask('configure', settings);
  }

  generate(clientId) {
    return this.#ask('generate', clientId);
  }

  /** Generates in spite of a busy sequence file, as long as retrying is what the error says. */
  async generatePatiently() {
    for (;;) {
      const answer = await this.generate();
      if (answer.error?.retryAfterMs === undefined) return answer;
    }
  }

  isRunId(value) {
    return this.#ask('isRunId', value);
  }

  /** Sets a stopped clock, or the real one with null. */
  stopClockAt(ms) {
    return this.#ask('stopClockAt', ms);
  }

  changeDirectory(folder) {
    return this.#ask('changeDirectory', folder);
  }

  setVariable(name, value) {
    return this.#ask('setVariable', name, value);
  }

  setMask(mask) {
    return this.#ask('setMask', mask);
  }

  async end() {
    const exit = once(this.#child, 'exit');
    this.#child.disconnect();
    const [code] = await exit;
    return code;
  }
}

function obey() {
  const runIds = require('unified-run-id');
  const orders = {
    configure: (settings) => runIds.configure({ ...settings, logger: null }),
    generate: (clientId) => runIds.generateTimestampRunId(clientId ?? undefined),
    isRunId: (value) => runIds.isRunId(value),
    stopClockAt: (ms) => runIds.configure({ now: ms === null ? null : () => ms }),
    changeDirectory: (folder) => process.chdir(folder),
    setVariable: (name, value) => {
      process.env[name] = value;
    },
    setMask: (mask) => process.umask(mask),
  };
  process.on('message', ([order, args]) => {
    try {
      process.send({ value: orders[order](...args) });
    } catch (error) {
      process.send({ error: { ...error, name: error.name, message: error.message } });
    }
  });
  process.send('ready');
}

module.exports = { Peer };
