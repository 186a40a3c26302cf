'use strict';

const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..');

/** The line that opens a fence, with its indentation and its info string. */
const FENCE = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*)$/;

/** The line before a block that says where the block is run. */
const SOURCE = /^\s*<!-- (.+) -->$/;

/**
 * The fenced blocks of a document, in their order: `language`, `info` (what else stands behind the fence), `line` (the
 * number of the first line of code), `code`, and `source` (where a comment before it says that it is run).
 */
function snippetsOf(document) {
  const lines = fs.readFileSync(path.join(ROOT, document), 'utf8').split('\n');
  const snippets = [];
  for (let at = 0; at < lines.length; at++) {
    const opened = FENCE.exec(lines[at]);
    if (opened === null) continue;
    const [, indentation, fence, language, info] = opened;
    const isEnd = (line) => line.trim().startsWith(fence) && line.trim().replaceAll(fence[0], '') === '';
    const end = lines.findIndex((line, i) => i > at && isEnd(line));
    if (end === -1) throw new Error(`${document}:${at + 1}: the block is never closed`);
    const source = SOURCE.exec(lines[at - 1] ?? '')?.[1];
    const code = lines
      .slice(at + 1, end)
      .map((line) => `${line.startsWith(indentation) ? line.slice(indentation.length) : line}\n`)
      .join('');
    snippets.push({ language: language.toLowerCase(), info: info.trim(), line: at + 2, code, source });
    at = end;
  }
  return snippets;
}

module.exports = { snippetsOf };
