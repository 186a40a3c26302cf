'use strict';

// Logs that are written while the command follows them, and what it reports.

const fs = require('node:fs');
const path = require('node:path');
const { once } = require('node:events');
const { createInterface } = require('node:readline');
const { setTimeout: sleep } = require('node:timers/promises');
const { SECOND, SERVICES } = require('./day-logs.js');

/** How far logs may be apart: less than a finding waits. */
const PIECE = 4 * SECOND;

/** Logs of services in a folder, written at a given speed of log time. */
class WrittenLogs {
  #folder;
  #logs;
  #speed;
  #ms = 0;

  constructor(folder, logs, speed) {
    this.#folder = folder;
    this.#logs = logs;
    this.#speed = speed;
  }

  get names() {
    return SERVICES.map((service) => `${service}.log`);
  }

  /** Writes so much more log time, in the folder and into others as well. */
  async write(ms, others = []) {
    const [from, begun] = [this.#ms, performance.now()];
    for (const end = from + ms; this.#ms < end; this.#ms += PIECE) {
      const texts = new Map();
      for (const { service, text } of this.#logs.lines(PIECE)) {
        texts.set(service, `${texts.get(service) ?? ''}${text}\n`);
      }
      for (const [service, text] of texts) {
        for (const folder of [this.#folder, ...others]) fs.appendFileSync(this.path(service, folder), text);
      }
      const ahead = (this.#ms - from) / this.#speed - (performance.now() - begun);
      if (ahead >= 1) await sleep(ahead);
    }
  }

  path(service, folder = this.#folder) {
    return path.join(folder, `${service}.log`);
  }
}

/** The command that follows logs; its output arrives line by line. */
class Follower {
  #child;
  #lines = [];
  #wake = () => {};
  #end;
  #hasEnded = false;
  stderr = '';

  constructor(child) {
    this.#child = child;
    this.#end = once(child, 'close').then(([code, signal]) => {
      this.#hasEnded = true;
      this.#wake();
      return code ?? signal;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#wake();
    });
    child.stderr.on('data', (text) => {
      this.stderr += text;
      this.#wake();
    });
  }

  get pid() {
    return this.#child.pid;
  }

  get lines() {
    return this.#lines;
  }

  get news() {
    return this.#lines.map((line) => JSON.parse(line));
  }

  /** Waits until a condition holds for its output so far. */
  async until(isSo) {
    while (!isSo(this)) {
      if (this.#hasEnded) throw new Error(`it ended: ${this.stderr}`);
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
      });
    }
  }

  /** Whether it says that it is following. */
  async begun() {
    await this.until(({ stderr }) => stderr.includes('Following'));
  }

  /** Ends it as a person does. @returns its exit code, or the signal that killed it */
  async interrupt() {
    this.#child.kill('SIGINT');
    return this.#end;
  }
}

module.exports = { Follower, WrittenLogs };
