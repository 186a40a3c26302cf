'use strict';

const binding = require('../binding.js');
const { count } = require('../count.js');
const { CONSISTENT, ERROR } = require('./exit-code.js');
const { asAscii } = require('../events/ascii-json.js');
const { readLogs, tellProblems } = require('./logs.js');
const { bytesText } = require('./progress-bar.js');
const { styled, table } = require('./terminal.js');
const { UsageError } = require('./usage-error.js');

/** Run IDs that are fetched from the addon at a time: all of them may not fit in memory. */
const BATCH = 1000;

const HEAD = ['run ID', 'count', 'first', 'last', 'files'];
const RIGHT = [HEAD.indexOf('count'), HEAD.indexOf('files')];

/** Prints every run ID in the files. */
async function scan({ files, client, since, until, sort, json }, out, err) {
  if (since && until && since.start >= until.end) throw new UsageError('--since is later than --until');
  const selection = { client, since: since?.start, until: until?.end, sort };
  const { answer: inventory, bytes } = await readLogs(files, (paths, progress) =>
    binding.scanFiles(paths, selection, progress),
  );
  if (json) await out.print(jsonLines(inventory, bytes));
  else if (inventory.count > 0) await out.print(table(() => rowsOf(inventory), { right: RIGHT }));
  const failed = await tellProblems(JSON.parse(inventory.problems()), err);
  // Not on stdout, where it would be one more line for the program that reads the table.
  if (!json) await err.print([[styled('dim', totals(inventory, bytes))]]);
  return failed ? ERROR : CONSISTENT;
}

/** The addon's JSON, one run ID per line. */
function* jsonLines(inventory, bytes) {
  yield `{ "bytes": ${bytes}, "runs": [`;
  for (let from = 0; from < inventory.count; from += BATCH) {
    const rows = asAscii(inventory.rows(from, BATCH).slice(1, -1));
    yield from + BATCH < inventory.count ? `${rows},` : rows;
  }
  yield '] }';
}

function* rowsOf(inventory) {
  yield HEAD.map((title) => styled('bold', title));
  for (let from = 0; from < inventory.count; from += BATCH) {
    for (const run of JSON.parse(inventory.rows(from, BATCH))) yield row(run);
  }
}

function row({ runId, count, first, last, files }) {
  return [runId, String(count), place(first), place(last), String(files.length)];
}

function place({ file, line }) {
  return `${file}:${line}`;
}

function totals({ count: selected, all, finds }, bytes) {
  const of = selected === all ? '' : ` of ${all}`;
  return `${count(selected, 'run ID')}${of}, found ${count(finds, 'time')} in ${bytesText(bytes)}.`;
}

module.exports = { scan };
