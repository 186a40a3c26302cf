'use strict';

// One connection to a server under load. It makes fewer objects for a request than node:http, which would take most of
// the time.

const { once } = require('node:events');
const net = require('node:net');

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

class Connection {
  #socket;
  #received = '';
  #waiting = null;

  static async open(port) {
    const socket = net.connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    return new Connection(socket);
  }

  constructor(socket) {
    this.#socket = socket.setEncoding('latin1');
    socket.on('data', (text) => this.#read(text));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
    // `close` follows.
    socket.on('error', () => {});
  }

  /** Sends a request, with a body of ASCII as JSON if there is one. @returns the status, and what the body's JSON says */
  ask({ path, body }) {
    const head = `${body === undefined ? 'GET' : 'POST'} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n`;
    const rest =
      body === undefined
        ? '\r\n'
        : `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new Error('the server has closed the connection');
      this.#waiting = { resolve, reject };
      this.#socket.write(head + rest, 'latin1');
    });
  }

  close() {
    this.#socket.destroy();
  }

  #read(text) {
    this.#received += text;
    const end = this.#received.indexOf(HEAD_END);
    if (end === -1) return;
    const head = this.#received.slice(0, end);
    const body = bodyOf(head, this.#received.slice(end + HEAD_END.length));
    if (body === undefined) return;
    const answer = JSON.parse(Buffer.from(body, 'latin1').toString());
    const { resolve } = this.#waiting;
    this.#waiting = null;
    this.#received = '';
    resolve({ status: Number(head.slice(9, 12)), answer });
  }
}

/** The body, one character per byte; `undefined` until it has arrived completely. */
function bodyOf(head, received) {
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return received.length < Number(length) ? undefined : received;
  if (!received.endsWith(LAST_CHUNK)) return undefined;
  let body = '';
  for (let at = 0; at < received.length - LAST_CHUNK.length;) {
    const start = received.indexOf('\r\n', at) + 2;
    const end = start + parseInt(received.slice(at, start), 16);
    body += received.slice(start, end);
    at = end + 2;
  }
  return body;
}

module.exports = { Connection };
