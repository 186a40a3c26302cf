'use strict';

// What the processes write to stderr: stored line by line in one file per service, `logs/<service>.log`, as on any
// host, with the events also in memory.

const { EventEmitter, once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { EVENTS } = require('../lib/binding.js');

const LOGS = 'logs';

/** Lines travel through a pipe and may arrive after the response that they are about, but not this late. */
const PATIENCE_MS = 5000;

class EventLog extends EventEmitter {
  /** In the order of arrival. */
  events = [];
  /** Other lines: of interest if something fails. */
  noise = [];

  /** @param {string} folder that exists already */
  constructor(folder) {
    super();
    this.folder = folder;
    fs.mkdirSync(path.join(folder, LOGS));
  }

  /** The log files, relative to the folder. */
  files() {
    return fs
      .readdirSync(path.join(this.folder, LOGS))
      .sort()
      .map((name) => `${LOGS}/${name}`);
  }

  take(owner, line) {
    const event = eventOf(line);
    // A script that a service starts shares its stderr.
    const service = /^[\w-]+$/.test(event?.service ?? '') ? event.service : owner;
    fs.appendFileSync(path.join(this.folder, LOGS, `${service}.log`), `${line}\n`);
    if (event === null) this.noise.push(line);
    else this.events.push(event);
    this.emit('line');
  }

  /** The first matching event from `start` on, as soon as it exists. */
  async find(fits, start = 0) {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.events.slice(start).find(fits);
      if (found !== undefined) return found;
      await once(this, 'line', { signal }).catch((cause) => {
        throw new Error('an expected line was not logged', { cause });
      });
    }
  }
}

function eventOf(line) {
  if (!line.startsWith(EVENTS.marker)) return null;
  try {
    return JSON.parse(line.slice(EVENTS.marker.length));
  } catch {
    return null;
  }
}

module.exports = { EventLog };
