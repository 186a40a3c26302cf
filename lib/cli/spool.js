'use strict';

// A stream as a file, for what has to be read twice.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { onInterruption } = require('./interruption.js');

class Spool {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unified-run-id-'));
  #listening = onInterruption(() => this.#delete());
  /** @type {fs.WriteStream | null} */
  #target = null;

  file = path.join(this.#folder, 'content');

  /** Bytes that came so far. */
  get bytes() {
    return this.#target?.bytesWritten ?? 0;
  }

  async fill(stream) {
    this.#target = fs.createWriteStream(this.file, { flags: 'wx', mode: 0o600 });
    await pipeline(stream, this.#target);
  }

  remove() {
    this.#listening();
    this.#delete();
  }

  #delete() {
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

module.exports = { Spool };
