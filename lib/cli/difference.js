'use strict';

// Two run IDs, one below the other, with their differences in the same columns.

/** In these classes, the whole client ID is a different one; in others, single characters were changed. */
const WHOLE = new Set(['suffix-of-another-client', 'placeholder-client']);

const ASCII = /^[\x20-\x7e]*$/;

/**
 * @typedef {{ text: string, isChanged: boolean }} Part
 * @param {string | null} wrong
 * @param {string | null} right
 * @param {{ kind: string, start: number, end: number } | null} change the part of the wrong ID that differs
 * @returns {{ wrong: Part[], right: Part[], marks: string } | null} each with spaces where the other one has more, and a
 *   line of `^` under the differences; null if there are no two IDs to compare
 */
function differenceOf(wrong, right, change) {
  if (wrong === null || right === null || wrong === right) return null;
  if (!ASCII.test(wrong) || !ASCII.test(right)) return null;
  const { start, tail } = boundsOf(wrong, right, change);
  const [middle, other] = [wrong, right].map((id) => id.slice(start, id.length - tail));
  const width = Math.max(middle.length, other.length);
  const isOneByOne = middle.length === other.length && !WHOLE.has(change?.kind ?? '');
  const isChanged = (at) => !isOneByOne || middle[at] !== other[at];
  const marks = Array.from({ length: width }, (_, at) => (isChanged(at) ? '^' : ' ')).join('');
  const partsOf = (id, between) => [
    { text: id.slice(0, start), isChanged: false },
    ...runsOf(between, isChanged),
    { text: tail === 0 ? '' : ' '.repeat(width - between.length), isChanged: false },
    { text: id.slice(id.length - tail), isChanged: false },
  ];
  return {
    wrong: partsOf(wrong, middle).filter(({ text }) => text !== ''),
    right: partsOf(right, other).filter(({ text }) => text !== ''),
    marks: `${' '.repeat(start)}${marks}`.trimEnd(),
  };
}

/** Where the two begin to differ, and how many characters at their ends are equal. */
function boundsOf(wrong, right, change) {
  if (change !== null) {
    const tail = wrong.length - change.end;
    const isSame =
      change.start <= change.end &&
      change.end <= wrong.length &&
      change.start + tail <= right.length &&
      right.startsWith(wrong.slice(0, change.start)) &&
      right.endsWith(wrong.slice(change.end));
    if (isSame) return { start: change.start, tail };
  }
  const least = Math.min(wrong.length, right.length);
  let start = 0;
  while (start < least && wrong[start] === right[start]) start += 1;
  let tail = 0;
  while (tail < least - start && wrong.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  return { start, tail };
}

/** Joins neighbours of the same kind. */
function runsOf(text, isChanged) {
  /** @type {Part[]} */
  const runs = [];
  for (const [at, character] of [...text].entries()) {
    const last = runs.at(-1);
    if (last !== undefined && last.isChanged === isChanged(at)) last.text += character;
    else runs.push({ text: character, isChanged: isChanged(at) });
  }
  return runs;
}

module.exports = { differenceOf };
