'use strict';

// Reads standard input and pipes for as long as they last.

const fs = require('node:fs');
const { STDIN, isPipe, statsOf } = require('./logs.js');

/** The maximum of waiting bytes per stream; beyond it, the writer has to wait. */
const MAX_WAITING = 4 << 20;

/**
 * @typedef {{ number: number, stream: any, chunks: Uint8Array[], waiting: number }} Followed
 */

class FollowedStreams {
  /** @type {Followed[]} */
  #all = [];
  /** @type {(() => void) | null} */
  #wake = null;

  /** @param {string[]} files some of which may be streams */
  constructor(files) {
    for (const [number, file] of files.entries()) {
      if (file === STDIN) this.#add(number, process.stdin);
      else if (isOpenPipe(file)) this.#add(number, fs.createReadStream(file));
    }
  }

  /** Which of the files are streams. */
  get numbers() {
    return this.#all.map(({ number }) => number);
  }

  #add(number, stream) {
    /** @type {Followed} */
    const own = { number, stream, chunks: [], waiting: 0 };
    this.#all.push(own);
    const take = (chunk) => {
      own.chunks.push(chunk);
      own.waiting += chunk.length;
      if (own.waiting > MAX_WAITING) stream.pause();
      this.wake();
    };
    stream.on('data', take);
    stream.on('end', () => take(new Uint8Array(0)));
    // The data so far is judged; there will be no more.
    stream.on('error', () => take(new Uint8Array(0)));
  }

  /** Hands over the data received. */
  feed(following) {
    for (const own of this.#all) {
      for (const chunk of own.chunks) following.feed(own.number, chunk);
      own.chunks = [];
      own.waiting = 0;
      if (own.stream.isPaused()) own.stream.resume();
    }
  }

  /** Waits until data arrives, but at most that long. */
  async wait(ms) {
    if (this.#all.some(({ chunks }) => chunks.length > 0)) return;
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.#wake = null;
  }

  /** Ends the waiting. */
  wake() {
    this.#wake?.();
  }

  /** Stops reading. */
  end() {
    for (const { stream } of this.#all) stream.destroy();
  }
}

function isOpenPipe(file) {
  const stats = statsOf(file);
  return stats !== null && isPipe(file, stats);
}

module.exports = { FollowedStreams };
