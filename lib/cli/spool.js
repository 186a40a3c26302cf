'use strict';

// Copies a stream to a file, so that it can be read twice.

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
  #stopping = new AbortController();

  file = path.join(this.#folder, 'content');

  /** Whether the stream was not read to its end. */
  isCut = false;

  /** Bytes received so far. */
  get bytes() {
    return this.#target?.bytesWritten ?? 0;
  }

  async fill(stream) {
    this.#target = fs.createWriteStream(this.file, { flags: 'wx', mode: 0o600 });
    try {
      await pipeline(stream, this.#target, { signal: this.#stopping.signal });
    } catch (error) {
      if (!this.#stopping.signal.aborted) throw error;
      this.isCut = true;
    }
  }

  /** Ends with the data received so far. */
  stop() {
    this.#stopping.abort();
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
