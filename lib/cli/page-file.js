'use strict';

// A page as one self-contained file: data, style and script, with a policy that allows nothing else.

const { createHash } = require('node:crypto');
const { fstatSync, readFileSync } = require('node:fs');
const fs = require('node:fs/promises');
const path = require('node:path');
const { version } = require('../../package.json');
const { asAscii } = require('../events/ascii-json.js');
const { headingOfReport, headingOfRun } = require('./heading.js');
const { Replacement } = require('./replacement.js');
const { styled } = require('./terminal.js');
const { UsageError, quoted } = require('./usage-error.js');
const { visible } = require('./visible.js');

const BUNDLE = path.join(__dirname, '..', '..', 'dist');

/** Identifies a page of this command; no other file is overwritten. */
const GENERATOR = '<meta name="generator" content="unified-run-id';

class PageFile {
  #file;
  #inputs;

  /**
   * Checks the page's destination before reading anything, which may take long.
   *
   * @param {string | undefined} file to be written; undefined if no page is wanted
   * @param {string[]} inputs that will be read
   * @returns null if no page is wanted
   */
  static async at(file, inputs) {
    if (file === undefined) return null;
    const problem = await problemWith(file, inputs);
    if (problem !== null) throw new UsageError(`--html: ${quoted(file)} ${problem}`);
    return new PageFile(file, inputs);
  }

  constructor(file, inputs) {
    this.#file = file;
    this.#inputs = inputs;
  }

  /**
   * Writes the page, completely or not at all, and reports where it is, or why it was not written.
   *
   * @returns whether it was written
   */
  async write(data, err) {
    try {
      const replacement = await Replacement.of(await targetOf(this.#file), html(data));
      await replacement.put(() => this.#lookAgain());
    } catch (error) {
      await err.print([[styled('red', 'not written:'), ` ${this.#file}: ${error.message}`]]);
      return false;
    }
    await err.print([`Page: ${this.#file}`]);
    return true;
  }

  /** Reading logs takes long, and another file may have been created there meanwhile. */
  async #lookAgain() {
    const problem = await problemWith(this.#file, this.#inputs);
    if (problem !== null) throw new Error(problem);
  }
}

async function problemWith(file, inputs) {
  if (file === '' || file === '-' || file.endsWith('/')) return 'is not a file name';
  const there = await statsOf(file);
  const folder = path.dirname(await targetOf(file));
  if (there === null && !(await statsOf(folder))?.isDirectory()) return 'is in a folder that does not exist';
  if (there !== null && !there.isFile()) return 'is not a regular file';
  if (!(await isWritable(folder))) return 'is in a folder that cannot be written to';
  if (there === null) return null;
  const isThere = (stats) => stats !== null && stats.dev === there.dev && stats.ino === there.ino;
  if ((await Promise.all(inputs.map(statsOf))).some(isThere)) {
    return 'is one of the input files: choose another file for the page';
  }
  if ([1, 2].map(statsOfOpen).some(isThere)) {
    return 'is where the output of this command goes: choose another file for the page';
  }
  return (await isPage(file)) ? null : 'exists and was not written by this command: choose another file';
}

/** The same limit as on Linux. */
const MAX_LINKS = 40;

/** A link remains a link to the page, even if the page does not exist yet. */
async function targetOf(file) {
  let target = file;
  for (let links = 0; links < MAX_LINKS; links++) {
    const real = await fs.realpath(target).catch(() => null);
    if (real !== null) return real;
    const next = await fs.readlink(target).catch(() => null);
    if (next === null) return target;
    target = path.resolve(path.dirname(target), next);
  }
  return target;
}

async function statsOf(file) {
  return fs.stat(file, { bigint: true }).catch(() => null);
}

function statsOfOpen(descriptor) {
  try {
    return fstatSync(descriptor, { bigint: true });
  } catch {
    return null;
  }
}

async function isWritable(folder) {
  return fs.access(folder, fs.constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** An unreadable file does not count as one of our pages. */
async function isPage(file) {
  const handle = await fs.open(file).catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return bytesRead === 0 || buffer.toString('latin1', 0, bytesRead).includes(GENERATOR);
  } finally {
    await handle.close();
  }
}

/**
 * In pieces: a page may have tens of megabytes. The log lines, which are most of it, come last, when the rest has
 * already been drawn.
 */
function* html({ lines, ...data }) {
  const heading = data.report === null ? headingOfRun(data.run.runId) : headingOfReport(data.report);
  const [style, script] = ['style.css', 'page.js'].map(bundled);
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(style, script)}">
${GENERATOR} ${version}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>unified-run-id</title>
<style>${style}</style>
</head>
<body>
<noscript><p>This page is drawn by a script of its own, and scripts are switched off.</p></noscript>
<main id="page"><h1>${heading.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</h1></main>
<script type="application/json" id="data">`;
  yield* embedded(data);
  yield `</script>
<script>${script}</script>
<script type="application/json" id="lines">`;
  yield* embedded(lines);
  yield `</script>
</body>
</html>
`;
}

function bundled(name) {
  try {
    return readFileSync(path.join(BUNDLE, name), 'utf8').trim();
  } catch (cause) {
    throw new Error(`The page's ${name} is not in ${BUNDLE}; in a checkout of the sources: npm run build`, {
      cause,
    });
  }
}

/** Only the style and the script of this page; no network, no frames, no text parsed as HTML. */
function policy(style, script) {
  const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Data that cannot end its own element, with every text escaped as for a terminal. */
function* embedded(data) {
  for (const piece of jsonOf(data)) yield asAscii(piece).replaceAll('<', '\\u003c');
}

/** The JSON of data in pieces. An iterator in it is an array whose items are created one by one. */
function* jsonOf(value) {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const isIterator = Symbol.iterator in value;
    let before = isIterator ? '[' : '{';
    for (const entry of isIterator ? value : Object.entries(value)) {
      yield before;
      if (isIterator) yield JSON.stringify(entry, shown);
      else {
        yield `${JSON.stringify(entry[0])}:`;
        yield* jsonOf(entry[1]);
      }
      before = ',';
    }
    yield isIterator ? (before === '[' ? '[]' : ']') : before === '{' ? '{}' : '}';
  } else yield JSON.stringify(value, shown);
}

function shown(_key, value) {
  return typeof value === 'string' ? visible(value) : value;
}

module.exports = { PageFile };
