'use strict';

const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

const cached = new Map();

/** The maximum of cached names; then the cache is cleared. */
const MOST = 50_000;

/** Longer names are data, not names, and are not kept. */
const LONGEST = 100;

/** The words of a name, in lower case: the same for `clientRunId`, `client_run_id` and `Client Run ID`. */
function wordsOf(name) {
  if (name.length > LONGEST) return [];
  let words = cached.get(name);
  if (words === undefined) {
    if (cached.size >= MOST) cached.clear();
    const kept = copyOf(name);
    words = split(kept);
    cached.set(kept, words);
  }
  return words;
}

/** A copy of a part of a file. The part itself would keep the whole text of the file in memory. */
function copyOf(text) {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

function split(name) {
  return (name.match(WORD) ?? []).flatMap((word) => {
    const lower = word.toLowerCase();
    return lower === 'runid' ? ['run', 'id'] : lower === 'runids' ? ['run', 'ids'] : [lower];
  });
}

/** The last position where two words follow each other; -1 if there is none. */
function pairAt(words, first, second) {
  for (let index = words.length - 2; index >= 0; index--) {
    if (words[index] === first && words[index + 1] === second) return index;
  }
  return -1;
}

module.exports = { copyOf, pairAt, wordsOf };
