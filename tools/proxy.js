'use strict';

const { once } = require('node:events');
const net = require('node:net');

/** Forwards traffic to a server, and can cut a connection at critical points. */
class Proxy {
  #server = net.createServer((socket) => this.#connect(socket));
  #sockets = new Set();
  #target;

  /** For each request: where to cut; `null` for nowhere. */
  nextCut = () => null;
  cuts = 0;

  static async start(scope, url) {
    const proxy = new Proxy(new URL(url));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    scope.after(() => proxy.#close());
    return proxy;
  }

  constructor(target) {
    this.#target = target;
  }

  get url() {
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = this.#server.address().port;
    return url.href;
  }

  #connect(client) {
    const { hostname, port } = this.#target;
    const server = net.connect({ host: hostname, port: port === '' ? 5432 : Number(port) });
    let next = null;
    const cut = () => {
      this.cuts++;
      client.destroy();
      server.destroy();
    };
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.once('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    client.on('data', (asked) => {
      next = this.nextCut();
      if (next === 'question') return cut();
      server.write(asked);
      if (next === 'wait') cut();
    });
    server.on('data', (answer) => {
      if (next === 'answer') return cut();
      client.write(answer);
    });
  }

  /** Accepts no more connections, and cuts the existing ones. */
  async refuse() {
    const closed = once(this.#server, 'close');
    this.#close();
    await closed;
  }

  #close() {
    if (!this.#server.listening) return undefined;
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(resolve));
  }
}

module.exports = { Proxy };
