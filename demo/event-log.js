'use strict';

// What the processes write to stderr: kept line by line in one file a service, `logs/<service>.log`, as on any
// host, and the events among them at hand.

const { EventEmitter, once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { EVENTS } = require('../lib/binding.js');

const LOGS = 'logs';

/** Lines travel by pipe and may come after the answer that they are about, but not this much. */
const PATIENCE_MS = 5000;

class EventLog extends EventEmitter {
  /** In the order of arrival. */
  events = [];
  /** What is no event: of interest when something fails. */
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

  /** The first event from `start` on that fits, as soon as it is there. */
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
