'use strict';

const { Server, areHere } = require('./server.js');

/** A Redis server for a test file, which keeps nothing and ends with the file. */
class Redis {
  #server;

  constructor(server) {
    this.port = server.port;
    this.url = `redis://127.0.0.1:${server.port}`;
    this.#server = server;
  }

  /** Whether there is one; if not, one line says what that means. In CI there must be one. */
  static isHere() {
    return areHere(['redis-server'], 'Redis', 'redis-server');
  }

  static async start() {
    const settings = (port, dir) => ({ port, bind: '127.0.0.1', save: '', appendonly: 'no', dir });
    const server = await Server.start({
      command: 'redis-server',
      args: (port, folder) =>
        Object.entries(settings(port, folder)).flatMap(([key, value]) => [`--${key}`, String(value)]),
      log: 'stdout',
      ready: 'Ready to accept connections',
      taken: 'Address already in use',
    });
    return new Redis(server);
  }

  async stop() {
    await this.#server.stop();
  }
}

module.exports = { Redis };
