'use strict';

const { copyOf } = require('./words.js');

/** Texts of which a pattern for run IDs matches at least one, and other texts, of which it matches none. */
const RUN_IDS = [
  '251006-143000',
  '251006-143000-Ann-Carver',
  '251006-143000-acme',
  '251006-143000-acme-acme',
  '20251006-143000',
  '20251006-143000-acme',
];
const OTHERS = [
  'acme',
  'Ann-Carver',
  '1',
  '251006',
  '143000',
  '2025-10-06',
  '14:30:00',
  '2025-10-06T14:30:00.000Z',
  '12-34',
  '555-0100',
  '1759761000000',
  '123e4567-e89b-42d3-a456-426614174000',
  'a-b',
  '20251006',
  '20251006143000',
  '+1 415-555-0100',
  '12345-6789',
  '123-45-6789',
];

/** Without these, it can't be a pattern for two numbers with a hyphen, and need not be tried. */
const NUMBERS = /(?:\\d|\[0-9\]|\[\\d\]).*[-_].*(?:\\d|\[0-9\]|\[\\d\])/s;

/** Six digits, a separator and six digits, also within a longer text such as an SQL statement. */
const WITHIN = /(?:\\+d|\[0-9\])\{6\}\)*[\\[]*[-_]\]?[(?:]*(?:\\+d|\[0-9\])\{6\}/;

/** A longer one is not a pattern for IDs, and trying it could take long. */
const LONGEST = 300;

const answers = new Map();

/** The maximum of kept answers; then they are cleared. */
const MOST = 10_000;

/** Whether a regular expression, given as its text, describes run IDs: found by trying it. */
function describesRunIds(pattern) {
  if (pattern.length > LONGEST) return false;
  let answer = answers.get(pattern);
  if (answer === undefined) {
    if (answers.size >= MOST) answers.clear();
    answer = decide(pattern);
    answers.set(copyOf(pattern), answer);
  }
  return answer;
}

function decide(pattern) {
  if (!NUMBERS.test(pattern)) return false;
  // A statement, or the path of a route.
  if (/\s|^\//.test(pattern)) return WITHIN.test(pattern);
  // Nested quantifiers can take exponential time.
  if (/[+*]\)[+*{]/.test(pattern)) return false;
  let tried;
  try {
    tried = new RegExp(pattern);
  } catch {
    return false;
  }
  return RUN_IDS.some((text) => tried.test(text)) && !OTHERS.some((text) => tried.test(text));
}

module.exports = { describesRunIds };
