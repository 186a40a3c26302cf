'use strict';

// What comes of standard input and of pipes, as long as it comes.

const fs = require('node:fs');
const { STDIN } = require('./logs.js');

/** Bytes of a stream that wait; then its writer does. */
const MAX_WAITING = 4 << 20;

/**
 * @typedef {{ number: number, stream: any, chunks: Uint8Array[], waiting: number }} Followed
 */

class FollowedStreams {
  /** @type {Followed[]} */
  #all = [];
  /** @type {(() => void) | null} */
  #wake = null;

  /** @param {string[]} files of which some may be streams */
  constructor(files) {
    for (const [number, file] of files.entries()) {
      if (file === STDIN) this.#add(number, process.stdin);
      else if (isPipe(file)) this.#add(number, fs.createReadStream(file));
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
    // What came is judged; there is no more.
    stream.on('error', () => take(new Uint8Array(0)));
  }

  /** Hands over what has come. */
  feed(following) {
    for (const own of this.#all) {
      for (const chunk of own.chunks) following.feed(own.number, chunk);
      own.chunks = [];
      own.waiting = 0;
      if (own.stream.isPaused()) own.stream.resume();
    }
  }

  /** Waits until something comes, at most so long. */
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

  /** Nothing more is read. */
  end() {
    for (const { stream } of this.#all) stream.destroy();
  }
}

function isPipe(file) {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isFIFO() || stats.isCharacterDevice());
}

module.exports = { FollowedStreams };
