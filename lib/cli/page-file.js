'use strict';

// A page as a file that needs no other: data, style and script in one, under a policy that lets nothing else in.

const { createHash, randomUUID } = require('node:crypto');
const { fstatSync, readFileSync, rmSync } = require('node:fs');
const fs = require('node:fs/promises');
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { version } = require('../../package.json');
const { asAscii } = require('../events/ascii-json.js');
const { onInterruption } = require('./interruption.js');
const { styled } = require('./terminal.js');
const { UsageError, quoted } = require('./usage-error.js');
const { visible } = require('./visible.js');

const BUNDLE = path.join(__dirname, '..', '..', 'dist');

/** By which a page of this command is known; another file is not written over. */
const GENERATOR = '<meta name="generator" content="unified-run-id';

class PageFile {
  #file;
  #inputs;

  /**
   * Looks at where the page is to go before anything is read, which may take long.
   *
   * @param {string | undefined} file to be written; none when no page is wanted
   * @param {string[]} inputs that will be read
   * @returns null when no page is wanted
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
   * Writes the page, all of it or nothing, and tells where it is, or why it is not.
   *
   * @returns whether it was written
   */
  async write(data, err) {
    try {
      await replace(await targetOf(this.#file), html(data), () => this.#lookAgain());
    } catch (error) {
      await err.print([[styled('red', 'not written:'), ` ${this.#file}: ${error.message}`]]);
      return false;
    }
    await err.print([`Page: ${this.#file}`]);
    return true;
  }

  /** Reading logs takes long, and another file may have been made there meanwhile. */
  async #lookAgain() {
    const problem = await problemWith(this.#file, this.#inputs);
    if (problem !== null) throw new Error(problem);
  }
}

/**
 * The whole file at once, or nothing.
 *
 * @param {() => Promise<void>} check throws when the file may not be replaced any more
 */
async function replace(file, text, check) {
  const partial = `${file}.${randomUUID().slice(0, 8)}.part`;
  const remove = () => rmSync(partial, { force: true });
  const stopListening = onInterruption(remove);
  try {
    const earlier = await fs.stat(file).catch(() => null);
    // The readers of an earlier page are those of the new one, from its first byte.
    await fs.writeFile(partial, text, { flag: 'wx', mode: earlier === null ? 0o666 : 0o600 });
    if (earlier !== null) await fs.chmod(partial, earlier.mode & 0o777);
    await check();
    if (earlier === null) await name(partial, file, check);
    else await rename(partial, file);
  } catch (error) {
    remove();
    throw error;
  } finally {
    stopListening();
  }
}

/** Gives the file its name. What was made there since it was looked at is looked at too. */
async function name(partial, file, check) {
  try {
    await fs.link(partial, file);
    rmSync(partial);
  } catch (error) {
    // Not every disk has links of this kind.
    if (error.code === 'EEXIST') await check();
    await rename(partial, file);
  }
}

/** How often Windows is asked: it refuses while anybody has the file open, if only to look at it. */
const RENAMES = 20;

async function rename(partial, file) {
  for (let left = RENAMES; ; left--) {
    try {
      return await fs.rename(partial, file);
    } catch (error) {
      const isHeld = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(error.code);
      if (left === 0 || !isHeld) throw error;
      await setTimeout(50);
    }
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
    return 'is one of the files to be read: name another for the page';
  }
  if ([1, 2].map(statsOfOpen).some(isThere)) {
    return 'is where the text of this command goes: name another for the page';
  }
  return (await isPage(file)) ? null : 'exists and was not written by this command; choose another file';
}

/** As many as Linux follows. */
const MAX_LINKS = 40;

/** A link stays one, to the page, also where that is not there yet. */
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
 * In pieces: a page may have tens of megabytes. The lines of logs, most of it, come last, when the rest is drawn
 * already.
 */
function* html({ lines, ...data }) {
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
<main id="page"></main>
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

/** Nothing but the style and the script of this page; no network, no frames, no text taken for HTML. */
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

/** Data that cannot end its own element, with every text as a terminal may have it too. */
function* embedded(data) {
  for (const piece of jsonOf(data)) yield asAscii(piece).replaceAll('<', '\\u003c');
}

/** The JSON of data in pieces. An iterator in it is an array whose items are made one by one. */
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
