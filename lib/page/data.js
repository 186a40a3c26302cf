// The data that the command line has put into the page, in the form that the views expect.

import { EVENT, FINDING, unpacked } from '../cli/columns.js';
import { spellOffset } from '../cli/duration.js';

/** The length of a base; the client ID follows it. */
const CLIENT = /^[0-9]{6}-[0-9]{6}-(.+)$/s;

export const data = read();

const Row = unpacked(EVENT, data.strings);

/** An event of a run. */
class Event extends Row {
  #run;

  constructor(array, run) {
    super(array);
    this.#run = run;
  }

  get when() {
    return this.offset === null ? '?' : spellOffset(this.offset);
  }

  get place() {
    return this.at ?? `${this.file}:${this.line}`;
  }

  get client() {
    return clientsOf(this.runId)[0] ?? null;
  }

  /** Whether it is about an ID other than the run's own. */
  get isOther() {
    return this.runId !== null && this.runId !== this.#run.runId;
  }

  get isWrong() {
    return this.isOther && this.#run.wrong.has(this.runId);
  }
}

/** A run with its events in the form that the views expect. */
export function runOf(packed) {
  const run = { ...packed, wrong: new Set(packed.findings.map(({ runId }) => runId)) };
  run.rows = packed.rows.map((row) => new Event(row, run));
  return run;
}

function read() {
  const all = JSON.parse(document.getElementById('data').textContent);
  if (all.report === null) return all;
  const { groups, findings } = all.report;
  groups.forEach((group, number) => (group.number = number));
  const groupOf = groups.flatMap(({ listed, number }) => Array(listed.count).fill(number));
  class Finding extends unpacked(FINDING, all.strings) {
    constructor(array, group) {
      super(array);
      this.group = group;
    }

    get clients() {
      return clientsOf(this.runId, this.expected);
    }

    get change() {
      return this.start === null ? null : { start: this.start, end: this.end };
    }
  }
  const told = findings.map((packed, at) => new Finding(packed, groupOf[at]));
  return { ...all, report: { ...all.report, findings: told } };
}

let lines = null;
let lowerLines = null;

/** A log line by its number; `null` until the page is complete. */
export function lineOf(number) {
  if (lines === null) {
    if (document.readyState === 'loading') return null;
    lines = JSON.parse(document.getElementById('lines').textContent);
  }
  return lines[number];
}

/** The same in lower case, for searching. */
export function lowerLineOf(number) {
  if (lineOf(number) === null) return '';
  lowerLines ??= lines.map((line) => line.toLowerCase());
  return lowerLines[number];
}

function clientsOf(...runIds) {
  const clients = runIds.map((runId) => CLIENT.exec(runId ?? '')?.[1]).filter(Boolean);
  return [...new Set(clients)];
}
