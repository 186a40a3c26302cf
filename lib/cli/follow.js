'use strict';

// Growing logs: findings are reported as they happen, and the verdict when the command is interrupted.

const { randomBytes } = require('node:crypto');
const { performance } = require('node:perf_hooks');
const binding = require('../binding.js');
const { asciiJson } = require('../events/ascii-json.js');
const { Baseline } = require('./baseline.js');
const { HOUR, SECOND } = require('./duration.js');
const { INCONSISTENT } = require('./exit-code.js');
const { newsLine, pastLines } = require('./follow-text.js');
const { FollowedStreams } = require('./followed-streams.js');
const { onFirstInterruption } = require('./interruption.js');
const { logFilesOf } = require('./log-files.js');
const { STDIN, problemText, statsOf, tellProblems } = require('./logs.js');
const { KEY_VARIABLE, Redaction } = require('./redaction.js');
const { styled } = require('./terminal.js');
const { UsageError, quoted } = require('./usage-error.js');
const { verdictText } = require('./verdict-text.js');
const { VerdictView } = require('./verdict-view.js');

/** How often logs are checked for growth. */
const POLL_MS = 250;

/** Outputs that are written once, at the end. */
const NOT_FOLLOWED = ['html', 'write-baseline'];

/**
 * @param options those of `check`
 * @param {{ wanted: object, codeOf: (view: VerdictView) => number, isFailing: (group: any) => boolean }} judgement
 */
async function follow(options, judgement, out, err) {
  const { files, keep = 6 * HOUR, settle = 10 * SECOND, stale } = options;
  requireFollowable(options, keep, settle);
  const named = await namesOf(files);
  const streams = new FollowedStreams(named);
  const baseline = options.baseline === undefined ? new Baseline() : await Baseline.read(options.baseline);
  const terms = { ...judgement.wanted, staleMs: stale };
  const following = new binding.Following(named, streams.numbers, keep, settle, terms);
  const teller = new Teller(options, baseline, out, err);

  const logs = named.length === 1 ? 'the log' : `${named.length} logs`;
  await err.print([[styled('dim', `Following ${logs}; Ctrl-C stops it and prints the verdict.`)]]);
  let isStopped = false;
  const release = onFirstInterruption(() => {
    isStopped = true;
    streams.wake();
  });
  try {
    for (;;) {
      streams.feed(following);
      const { told, hasMore, isOver, hasForgotten } = JSON.parse(await following.step(now()));
      await teller.tell(told, () => following.clients());
      if (hasForgotten) teller.forget();
      await teller.tellProblems(JSON.parse(following.problems()));
      if (isStopped || isOver || out.isClosed) break;
      if (!hasMore) await streams.wait(POLL_MS);
    }
    streams.feed(following);
    const verdict = await following.finish(now());
    const { told, past, clients } = JSON.parse(following.last());
    await teller.tell(told, () => clients);
    return await teller.end(verdict, past, judgement);
  } finally {
    release();
    streams.end();
  }
}

/** Milliseconds of a monotonic clock. */
function now() {
  return Math.floor(performance.now());
}

function requireFollowable(options, keep, settle) {
  const { format } = options;
  const other = NOT_FOLLOWED.find((name) => options[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--follow cannot be combined with --${other}`);
  if (format !== undefined && format !== 'text' && format !== 'json') {
    throw new UsageError(`--follow prints text or JSON: it cannot be combined with --format ${format}`);
  }
  if (keep <= settle) throw new UsageError('--keep must be longer than --settle');
}

/** The files, each once, including those that do not exist yet. */
async function namesOf(files) {
  if (files.filter((file) => file === STDIN).length > 1) {
    throw new UsageError('standard input, -, can be read only once');
  }
  const folder = files.find((file) => file !== STDIN && isFolder(file));
  if (folder !== undefined) {
    throw new UsageError(`--follow needs log files, but ${quoted(folder)} is a folder: name the logs in it`);
  }
  return logFilesOf(files);
}

function isFolder(file) {
  return statsOf(file)?.isDirectory() ?? false;
}

/** Prints what is reported. */
class Teller {
  #options;
  #baseline;
  #out;
  #err;
  #isJson;
  #key = process.env[KEY_VARIABLE] || randomBytes(32);
  /** @type {Redaction | null} */
  #redaction = null;
  /** Problems that have been reported. */
  #problems = new Set();

  constructor(options, baseline, out, err) {
    this.#options = options;
    this.#baseline = baseline;
    this.#out = out;
    this.#err = err;
    this.#isJson = options.json || options.format === 'json';
    if (options.redact) this.forget();
  }

  /** Forgets the names of clients: those still in use will come up again. */
  forget() {
    if (this.#options.redact) this.#redaction = new Redaction(this.#key);
  }

  /**
   * @param {string[]} told JSON, one object each
   * @param {() => string[]} clientsOf returns clients that may appear anywhere in a line
   */
  async tell(told, clientsOf) {
    if (told.length === 0) return;
    if (this.#redaction !== null) for (const clientId of clientsOf()) this.#redaction.learn(clientId);
    await this.#out.print(this.#lines(told));
  }

  *#lines(told) {
    for (const json of told) {
      const news = JSON.parse(json);
      if (news.told === 'group') news.group.known = this.#baseline.has(news.group);
      const shown = this.#shown(news);
      if (this.#isJson) yield asciiJson(shown);
      else if (shown.told === 'group' && !shown.group.known) yield newsLine(shown, this.#out.width);
    }
  }

  /** Reports files that cannot be read, or do not exist yet, when that is new. */
  async tellProblems(problems) {
    const told = this.#problems;
    this.#problems = new Set(problems.map(problemText));
    await tellProblems(
      problems.filter((problem) => !told.has(problemText(problem))),
      this.#err,
    );
  }

  /** The verdict. @returns the exit code */
  async end(verdict, pastGroups, { codeOf, isFailing }) {
    const view = new VerdictView(verdict, { redaction: this.#redaction, baseline: this.#baseline });
    const past = pastGroups.map((group) => ({ ...group, known: this.#baseline.has(group) }));
    const shown = past.map((group) => this.#shown(group));
    const { all, summary } = this.#options;
    const { width } = this.#out;
    if (this.#isJson) {
      const groups = [...view.groups()].map(withoutNumbers);
      const last = { told: 'verdict', verdict: { ...view.summary, groups, past: shown } };
      await this.#out.print([asciiJson(last)]);
    } else {
      await this.#out.print(verdictText(view, { all, summary, width }));
      await this.#out.print(pastLines(shown, width));
    }
    await this.tellProblems(view.summary.problems);
    return past.some(isFailing) ? INCONSISTENT : codeOf(view, isFailing);
  }

  #shown(value) {
    return this.#redaction === null ? value : this.#redaction.redact(value);
  }
}

/** Findings were reported one by one, and have no numbers. */
function withoutNumbers({ findings, examples, ...group }) {
  return group;
}

module.exports = { follow };
