'use strict';

// Pseudonyms in place of client IDs, for output that leaves the company: a ticket, a page, a CI log. What was done to an
// ID remains visible: a changed ID gets the pseudonym of the right one, changed in the same way.

const { createHmac, randomBytes } = require('node:crypto');

/** Pseudonyms are the same in all runs of the command with the same key. */
const KEY_VARIABLE = 'RUN_ID_REDACT_KEY';

/** Written by programs in place of a client ID: not a name. */
const PLACEHOLDERS = new Set(['undefined', 'null', 'NaN']);

/** Shorter ones are replaced only in run IDs and after a key that says what they are: many words contain them. */
const MIN_LENGTH = 3;

const BASE = '[0-9]{6}-[0-9]{6}';
const BASE_LENGTH = 13;

/** A client ID after a base, and what follows it; or one after a key that says what it is, in whatever quotes. */
const CLIENT_ID = new RegExp(
  `(${BASE}-)([A-Za-z0-9_-]+)((?:[.+ ]|%[0-9A-F]{2})[A-Za-z0-9_-]+)?` +
    `|((?:client|expectClient)[_-]?Id["'\\\\\\s]*[:=]["'\\\\\\s]*)([A-Za-z0-9][A-Za-z0-9_-]*)`,
  'gi',
);

/** Words, and what may separate the parts of a name, including in a URL or a sentence. */
const WORDS = /%[0-9A-F]{2}|[A-Za-z0-9]+/gi;
const BETWEEN = /^(?:[-_.+ ]|%20|%2D|%5F)$/i;

/** One of our own words, or a place in files and code. */
const KEPT = new Set([
  'action',
  'at',
  'carrier',
  'changeKind',
  'class',
  'code',
  'confidence',
  'event',
  'file',
  'firstTime',
  'kind',
  'lastTime',
  'meaning',
  'notes',
  'outcome',
  'place',
  'problem',
  'severity',
  'state',
  'table',
  'time',
]);

/** An error about a client ID that was received alone, outside a run ID. */
const ABOUT_CLIENT = /\bclient ID\b/;

/** A quoted line of this length was cut, perhaps within a name. */
const CUT_LENGTH = 480;

/** The beginning of a name at the end of such a line. */
const CUT_NAME =
  /[A-Za-z0-9_-]+(?:(?:[ .+]|%[0-9A-F]{2})[A-Za-z0-9_-]+){0,2}(?:%[0-9A-F]?)?(?:\u2026|\.\.\.)?$/i;

class Redaction {
  #key;
  /** Pseudonyms by client ID. */
  #pseudonyms = new Map();
  #taken = new Set();
  /** Client IDs of the logs, without separators and in lower case. */
  #known = new Set();

  /** @param {string | Buffer} [key] from which pseudonyms are derived */
  constructor(key = process.env[KEY_VARIABLE] || randomBytes(32)) {
    this.#key = key;
  }

  /** Registers a client ID, so that it is found outside run IDs too. */
  learn(clientId) {
    if (PLACEHOLDERS.has(clientId)) return;
    const name = bareOf(clientId);
    if (name.length >= MIN_LENGTH) this.#known.add(name);
  }

  /** A finding, a group or another value of JSON. */
  redact(value) {
    if (Array.isArray(value)) return value.map((element) => this.redact(element));
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    const { runId, expected, change, message } = value;
    if (ABOUT_CLIENT.test(message ?? '')) this.learn(runId ?? '');
    // Observations have no message.
    if (value.code === 'ERR_RUN_ID_CLIENT') this.learn(value.received ?? '');
    if (change) this.#relate(runId, expected, change.kind);
    const copy = Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, this.#member(name, each)]),
    );
    // The time is not replaced.
    if (change && expected !== null && change.start >= BASE_LENGTH) {
      copy.change = { ...change, ...spanOf(copy.runId, copy.expected) };
    }
    return copy;
  }

  #member(name, value) {
    if (KEPT.has(name)) return value;
    if (name === 'clients') return value.map((clientId) => this.#pseudonym(clientId));
    if (name === 'clientId' && value !== null) return this.#pseudonym(value);
    return this.redact(value);
  }

  #text(text) {
    const whole = text.length < CUT_LENGTH ? text : text.replace(CUT_NAME, '...');
    let redacted = '';
    let done = 0;
    for (const match of whole.matchAll(CLIENT_ID)) {
      const [, base, ofBase, after = '', key, ofKey] = match;
      const { index } = match;
      const isWhole = after !== '' && this.#known.has(bareOf(ofBase + after));
      const clientId = isWhole ? ofBase + after : (ofBase ?? ofKey);
      redacted += this.#names(whole.slice(done, index)) + (base ?? key) + this.#pseudonym(clientId);
      done = index + (base ?? key).length + clientId.length;
    }
    return redacted + this.#names(whole.slice(done));
  }

  /** Also replaces client IDs outside run IDs, however their parts are joined. */
  #names(text) {
    if (this.#known.size === 0) return text;
    const words = [...text.matchAll(WORDS)].filter(([word]) => !word.startsWith('%'));
    let redacted = '';
    let done = 0;
    for (let from = 0; from < words.length; from += 1) {
      const to = this.#endOfName(text, words, from);
      if (to === null) continue;
      const start = words[from].index;
      const end = words[to].index + words[to][0].length;
      redacted += text.slice(done, start) + this.#pseudonym(text.slice(start, end));
      done = end;
      from = to;
    }
    return redacted + text.slice(done);
  }

  /** The last word of the longest name that begins with that word; null if none does. */
  #endOfName(text, words, from) {
    let name = '';
    let last = null;
    for (let to = from; to < words.length; to += 1) {
      const [word] = words[to];
      if (to > from) {
        const before = words[to - 1];
        if (!BETWEEN.test(text.slice(before.index + before[0].length, words[to].index))) break;
      }
      name += word.toLowerCase();
      if (this.#known.has(name)) last = to;
    }
    return last;
  }

  #pseudonym(clientId) {
    if (PLACEHOLDERS.has(clientId)) return clientId;
    return this.#pseudonyms.get(clientId) ?? this.#keep(clientId, styled(this.#wordsFor(clientId), clientId));
  }

  /** Assigns a pseudonym to a client ID: no two have the same. */
  #keep(clientId, pseudonym) {
    let own = pseudonym;
    for (let number = 2; this.#taken.has(own); number += 1) own = `${pseudonym}-${number}`;
    this.#taken.add(own);
    this.#pseudonyms.set(clientId, own);
    return own;
  }

  /** The same for all spellings of a name. */
  #wordsFor(clientId) {
    const digest = createHmac('sha256', this.#key).update(bareOf(clientId)).digest();
    const letters = Array.from(digest.subarray(0, 8), (byte) => String.fromCharCode(97 + (byte % 26)));
    return ['Client', letters[0].toUpperCase() + letters.slice(1).join('')];
  }

  /** Gives the wrong ID a pseudonym that shows how it differs from the right one. */
  #relate(runId, expected, kind) {
    const [wrong, right] = [runId, expected].map(clientOf);
    if (wrong === null || right === null || PLACEHOLDERS.has(wrong) || this.#pseudonyms.has(wrong)) return;
    const own = this.#pseudonym(right);
    if (kind === 'suffix-cut') this.#keep(wrong, own.slice(0, -3));
    else if (kind === 'suffix-twice') this.#keep(wrong, `${own}-${own}`);
    else if (kind === 'suffix-added' && wrong.endsWith(`-${right}`)) {
      this.#keep(wrong, `${this.#pseudonym(wrong.slice(0, -right.length - 1))}-${own}`);
    }
  }
}

/** The words as the client ID is written: its capitals and its separator. */
function styled(words, clientId) {
  const [separator = ''] = /[-_]/.exec(clientId) ?? [];
  const spelled = words.join(separator === '' && words.length > 1 ? '' : separator);
  if (clientId === clientId.toLowerCase()) return spelled.toLowerCase();
  return clientId === clientId.toUpperCase() ? spelled.toUpperCase() : spelled;
}

function clientOf(runId) {
  return new RegExp(`^${BASE}-(.+)$`).exec(runId ?? '')?.[1] ?? null;
}

function bareOf(clientId) {
  return clientId.replace(/%[0-9A-F]{2}|[^A-Za-z0-9]/gi, '').toLowerCase();
}

/** The part of the wrong ID that differs from the right one. */
function spanOf(wrong, right) {
  const least = Math.min(wrong.length, right.length);
  let start = 0;
  while (start < least && wrong[start] === right[start]) start += 1;
  let tail = 0;
  while (tail < least - start && wrong.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  return { start, end: wrong.length - tail };
}

module.exports = { KEY_VARIABLE, Redaction };
