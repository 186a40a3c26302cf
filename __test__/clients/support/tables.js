'use strict';

const fs = require('node:fs');
const path = require('node:path');

const FILE = path.join(__dirname, '..', '..', '..', 'docs', 'run-in-hand.md');

/** What a cell holds where there is nothing to say. */
const NOTHING = '–';

/** Only the code of a cell that shows what is seen is run. */
const SHOWS = /\b(?:see|log)\b/;

/** The lines of the page's two tables, and its snippets. */
function readPage() {
  const text = fs.readFileSync(FILE, 'utf8');
  const [calls, messages] = text
    .split(/\n{2,}/)
    .filter((block) => block.startsWith('| Client'))
    .map((block) => block.split('\n').slice(2).map(cellsOf));
  return {
    calls: calls.map(([client, code, seen, bound, advice]) => ({
      client,
      code: codeOf(code),
      seen,
      bound: bound === NOTHING ? null : bound,
      advice: codeOf(advice),
    })),
    messages: messages.map(([client, code, seen, advice]) => ({
      client,
      code: codeOf(code),
      seen,
      advice: codeOf(advice),
    })),
    snippets: [...text.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, snippet]) => snippet),
  };
}

function cellsOf(line) {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** The code of a cell; null where it has none. */
function codeOf(cell) {
  const spans = [...cell.matchAll(/(`+)([^]*?[^`])\1(?!`)/g)].map(([, , code]) => code.trim());
  return spans.find((code) => SHOWS.test(code)) ?? null;
}

/** What a snippet says that it prints, line by line. */
function printedBy(snippet) {
  return [...snippet.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, line]) => line);
}

module.exports = { printedBy, readPage };
