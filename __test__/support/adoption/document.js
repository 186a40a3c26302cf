'use strict';

// The table of docs/migrating.md: what each step of the legacy service's way gave, and how long the machine's steps took.

const fs = require('node:fs');
const path = require('node:path');
const { BY_HAND } = require('./by-hand/index.js');

const FILE = path.join(__dirname, '..', '..', '..', 'docs', 'migrating.md');

const BEGIN = '<!-- adoption: begin -->';
const END = '<!-- adoption: end -->';

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

const countOf = (things, isWanted) => things.filter(isWanted).length;

const seconds = (value) => `${value.toPrecision(2)} s`;

const changes = ({ files, lines }) => `${lines} lines in ${files} files`;

/** The cells of each row; only the last one is of the machine that it ran on. */
function rowsOf({
  before,
  plan,
  observed,
  byHand,
  written,
  applied,
  suggested,
  left,
  after,
  verdict,
  ...way
}) {
  const { places } = observed;
  const ready = countOf(places, ({ state }) => state === 'ready');
  const refused = countOf(places, ({ state }) => state === 'refused');
  const deleted = countOf(BY_HAND, ({ isDeleted }) => isDeleted);
  const lost = ({ diseases }) => countOf(diseases, (disease) => disease.lost);
  return [
    [
      'before',
      'its tests, and callers that get it wrong',
      `${before.passed.length} tests agree with the contract, ${before.old.passed.length} require what it forbids; runs are lost in ${lost(before)} ways`,
      '',
    ],
    [
      'plan',
      '`migrate --plan`',
      `${plan.places} places in ${plan.filesWithPlaces} of ${plan.files} files, ${plan.bySuggestion} of them with a suggestion; ${plan.reexports.length} modules become re-exports`,
      seconds(way.seconds.plan),
    ],
    [
      'observe',
      'a middleware that calls `observeResolve`, `check`',
      `${places.length} routes seen: ${ready} ready, ${refused} with an ID that would be rejected, the rest would start a run`,
      '',
    ],
    [
      'fallbacks, lookups by part of an ID, parameters of either kind',
      'by hand',
      `${changes(byHand)}, ${deleted} of them deleted`,
      '',
    ],
    ['re-export', '`migrate --write`', `${written.files} files`, seconds(way.seconds.write)],
    [
      'the rest',
      'suggestions, each accepted by a script',
      `${sum(applied)} suggestions: ${changes(suggested)}`,
      seconds(way.seconds.suggestions),
    ],
    [
      'after',
      'its tests, the same callers, the rules, `check`',
      `${after.passed.length} of ${before.passed.length} tests pass, and ${after.old.passed.length} of those that require what is forbidden; runs are lost in ${lost(after)} ways; ${left.length} places are left, all in tests; ${verdict.findings.length} findings in ${verdict.runs} runs`,
      '',
    ],
  ];
}

const HEAD = [
  'The legacy service in the tests of this package (`__test__/legacy` in the repository) went through all nine steps, driven in',
  'real processes before and after. `npm run test:proofs` repeats it, and `node scripts/document-adoption.js` writes this table.',
  'The seconds were measured on two cores of an AMD EPYC.',
  '',
  '| step | by | gives | takes |',
  '|---|---|---|---|',
];

/** The lines of the table, as the document has them. */
function tableOf(way) {
  return [...HEAD, ...rowsOf(way).map((cells) => `| ${cells.join(' | ')} |`)];
}

/** The lines of the table in the document; null where it has no place for it. */
function documentedTable() {
  const lines = fs.readFileSync(FILE, 'utf8').split('\n');
  const [begin, end] = [lines.indexOf(BEGIN), lines.indexOf(END)];
  return begin === -1 || end < begin ? null : lines.slice(begin + 2, end - 1);
}

/** A row without how long it took. */
const countsOf = (line) => line.split(' | ').slice(0, 3).join(' | ');

/** Writes the table between its two marks. */
function writeTable(way) {
  const text = fs.readFileSync(FILE, 'utf8');
  if (documentedTable() === null) throw new Error(`docs/migrating.md needs two lines: ${BEGIN} and ${END}`);
  const [head, tail] = [text.slice(0, text.indexOf(BEGIN)), text.slice(text.indexOf(END))];
  fs.writeFileSync(FILE, [`${head}${BEGIN}`, '', ...tableOf(way), '', tail].join('\n'));
}

module.exports = { countsOf, documentedTable, tableOf, writeTable };
