'use strict';

const binding = require('../binding.js');
const { CONSISTENT, ERROR } = require('./exit-code.js');
const { inertJson } = require('./json.js');
const { count, readLogs, tellProblems } = require('./logs.js');
const { bytesText } = require('./progress-bar.js');
const { styled, table } = require('./terminal.js');
const { UsageError } = require('./usage-error.js');

const startOf = ({ startedAt }) => Date.parse(startedAt);
const byId = (a, b) => (a.runId < b.runId ? -1 : Number(a.runId > b.runId));
const byTime = (a, b) => startOf(a) - startOf(b) || byId(a, b);

/** The runs come in the order of their first places. */
const ORDERS = {
  first: null,
  time: byTime,
  id: byId,
  count: (a, b) => b.count - a.count || byTime(a, b),
};

const HEAD = ['run ID', 'count', 'first', 'last', 'files'];
const RIGHT = [HEAD.indexOf('count'), HEAD.indexOf('files')];

/** Every run ID in the files. */
async function scan({ files, client, since, until, sort, json }, out, err) {
  if (since && until && since.start >= until.end) throw new UsageError('--since is later than --until');
  const { bytes, runs: all, problems } = await readLogs(files, binding.scanFiles);
  const runs = all.filter(
    (run) =>
      (client === undefined || run.clientId === client) &&
      (since === undefined || startOf(run) >= since.start) &&
      (until === undefined || startOf(run) < until.end),
  );
  if (ORDERS[sort] !== null) runs.sort(ORDERS[sort]);

  if (json) await out.print(inertJson({ bytes, runs }).split('\n'));
  else if (runs.length > 0)
    await out.print(table([HEAD.map((title) => styled('bold', title)), ...runs.map(row)], { right: RIGHT }));
  const failed = await tellProblems(problems, err);
  // Not on stdout, where it would be one more line for whatever reads the table.
  if (!json) await err.print([[styled('dim', totals(runs, all, bytes))]]);
  return failed ? ERROR : CONSISTENT;
}

function row({ runId, count, first, last, files }) {
  return [runId, String(count), place(first), place(last), String(files.length)];
}

function place({ file, line }) {
  return `${file}:${line}`;
}

function totals(runs, all, bytes) {
  const found = runs.reduce((sum, run) => sum + run.count, 0);
  const of = runs.length === all.length ? '' : ` of ${all.length}`;
  return `${count(runs.length, 'run ID')}${of}, found ${count(found, 'time')} in ${bytesText(bytes)}.`;
}

module.exports = { scan };
