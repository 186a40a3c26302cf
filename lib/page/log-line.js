// A log line in readable form: its JSON spread over several lines, and its run IDs marked.

import { element } from './element.js';

/** Longer ones are shown unchanged: they were cut, or nobody reads them. */
const MAX_JSON = 100_000;

/** Characters of a short line before its first run ID. */
const MAX_BEFORE = 60;

/**
 * @param {string} text
 * @param {string[]} runIds that are marked
 */
export function logLine(text, runIds) {
  return element('pre.line', { tabindex: 0, 'aria-label': 'Log line' }, marked(spread(text), runIds));
}

/** The same for a list of lines: the visible part contains the first run ID. */
export function shortLine(text, runIds) {
  const wanted = wantedOf(runIds);
  const start = next(text, wanted, 0)?.start ?? 0;
  const isCut = start > MAX_BEFORE;
  return element('code.line', {}, marked(isCut ? `…${text.slice(start - MAX_BEFORE)}` : text, runIds));
}

function marked(text, runIds) {
  const wanted = wantedOf(runIds);
  const parts = [];
  let from = 0;
  for (let at = next(text, wanted, 0); at !== null; at = next(text, wanted, from)) {
    parts.push(text.slice(from, at.start), element('mark', {}, at.runId));
    from = at.start + at.runId.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** The longest first: one may be the beginning of another. */
function wantedOf(runIds) {
  return [...new Set(runIds)].filter(Boolean).sort((a, b) => b.length - a.length);
}

function next(text, wanted, from) {
  let first = null;
  for (const runId of wanted) {
    const start = text.indexOf(runId, from);
    if (start >= 0 && (first === null || start < first.start)) first = { start, runId };
  }
  return first;
}

/** The text with the JSON object at its end spread over lines; otherwise the same, character for character. */
function spread(text) {
  const start = text.indexOf('{');
  if (start < 0 || text.length > MAX_JSON) return text;
  const end = text.lastIndexOf('}') + 1;
  const json = text.slice(start, end);
  if (!isJson(json)) return text;
  const before = text.slice(0, start).trimEnd();
  const after = text.slice(end).trim();
  return [before, indented(json), after].filter((part) => part !== '').join('\n');
}

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Numbers and escapes stay as written; parsing and formatting them would change them. */
function indented(json) {
  let [out, depth] = ['', 0];
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{[]\s*[\]}]|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') out += `${token}\n${'  '.repeat(++depth)}`;
    else if (token === '}' || token === ']') out += `\n${'  '.repeat(--depth)}${token}`;
    else if (token === ',') out += `,\n${'  '.repeat(depth)}`;
    else out += token === ':' ? ': ' : token;
  }
  return out;
}
