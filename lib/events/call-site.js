'use strict';

// Finds in a stack where the package was called.

const path = require('node:path');
const { fileURLToPath } = require('node:url');

// In a bundle, this file has another name, and the bundle's frames can't be told from the caller's.
const IS_BUNDLED = path.basename(__filename) !== 'call-site.js';

// Every file of the package that can appear in a stack.
const OWN = IS_BUNDLED
  ? []
  : [path.join(__dirname, '..', '..', 'index.js'), path.join(__dirname, '..') + path.sep];

/** The same, as bundlers and source maps name it. */
const OWN_IN_BUNDLE = /[/\\]node_modules[/\\]unified-run-id[/\\](?:lib[/\\]|index\.js$)/;

/** Frames of the runtime itself, which are never a caller. */
const RUNTIME = /^(?:(?:node|ext|internal|native|bun):|\[(?:eval|stdin)\]-wrapper$)/;

const FRAME = /\n\s+at /;

/** How a place begins, after the name of its function: with a path, a URL, or a substitute for either. */
const PLACE = /^(?:[/\\]|[a-z][a-z\d+.-]*:|eval at |REPL\d|\[|evalmachine\.|<anonymous>|index )/i;

/** Characters of a frame that are read: function names and `data:` URLs may have any length. */
const MAX_READ = 4096;

/** Characters of a call site; a longer one loses its beginning. */
const MAX_SITE = 1024;

/** `path:line:column` of the first frame outside the package; a file's path is relative to the working directory. */
function callSite(stack) {
  if (stack === null) return null;
  const [, ...frames] = stack.split(FRAME);
  for (const frame of frames) {
    const site = siteOf(placeOf(frame));
    if (site !== null) return shown(site);
  }
  return null;
}

/** `path:line:column`, or whatever takes its place, after the name of the function if there is one. */
function placeOf(frame) {
  const text = frame.slice(-MAX_READ).replace(/^async /, '');
  return text.endsWith(')') ? behindName(text.slice(0, -1)) : text;
}

/** Names and paths may contain brackets too, but in a path they usually come in pairs. */
function behindName(text) {
  const places = [...text.matchAll(/ \(/g)].map(({ index }) => text.slice(index + 2));
  const likely = places.filter((place) => PLACE.test(place));
  return likely.find(hasPairs) ?? likely[0] ?? places[0] ?? text;
}

function hasPairs(text) {
  let open = 0;
  for (const unit of text) {
    if (unit === '(') open += 1;
    else if (unit === ')') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}

const EVAL = /^eval at (.*)\)(?:, .*:\d+:\d+)?$/s;
const POSITION = /^(.+):(\d+:\d+)$/s;

/** Null for a place of the runtime or of the package. */
function siteOf(place) {
  const evaluated = EVAL.exec(place);
  // Code that was created from a text has no place, but the call of eval does.
  if (evaluated !== null) return siteOf(behindName(evaluated[1]));
  if (place.startsWith('wasm:')) return place;
  const position = POSITION.exec(place);
  if (position === null) return null;
  const file = pathOf(position[1]);
  const isForeign = RUNTIME.test(file) || OWN_IN_BUNDLE.test(file) || OWN.some((own) => file.startsWith(own));
  return isForeign ? null : `${relative(file)}:${position[2]}`;
}

function pathOf(place) {
  try {
    return place.startsWith('file:') ? fileURLToPath(place) : place;
  } catch {
    return place; // a URL of another host
  }
}

function relative(file) {
  if (!path.isAbsolute(file)) return file;
  try {
    return path.relative(process.cwd(), file) || file;
  } catch {
    return file; // the working directory was deleted
  }
}

/** The end is the most informative part. */
function shown(site) {
  const text = site.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escaped);
  return text.length > MAX_SITE ? `...${text.slice(3 - MAX_SITE)}` : text;
}

function escaped(character) {
  const digits = character.codePointAt(0).toString(16).padStart(4, '0');
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`;
}

module.exports = { callSite };
