'use strict';

// How results are shown. A case has
//
// title   as the table shows it
// unit    of the result: a key of UNITS
// bounds  { of, atMost }: a bound for the median relative to that of another case or, without `of`, for the median;
//         `below` instead of `atMost` excludes the bound itself

const os = require('node:os');
const { median } = require('./median.js');

/** How a result is shown: the number by which it is divided, and its digits. */
const UNITS = {
  ns: { per: 1, digits: 1 },
  'ns/byte': { per: 1, digits: 3 },
  µs: { per: 1000, digits: 2 },
  ms: { per: 1, digits: 2 },
  s: { per: 1, digits: 2 },
  MB: { per: 1, digits: 2 },
  MiB: { per: 1, digits: 0 },
  'lines/s': { per: 1, digits: 0 },
  times: { per: 1, digits: 2 },
  '%': { per: 1, digits: 2 },
};

/** The results of each case, in the form that the table and `--json` show. */
function summarise(results, cases) {
  const medians = Object.fromEntries(Object.entries(results).map(([name, all]) => [name, median(all)]));
  return Object.entries(results).map(([name, all]) => {
    const { title, unit, bounds = [] } = cases[name];
    const shown = (value) => value / UNITS[unit].per;
    return {
      case: name,
      title,
      unit,
      median: shown(medians[name]),
      least: shown(Math.min(...all)),
      most: shown(Math.max(...all)),
      runs: all.length,
      bounds: bounds
        .filter(({ of }) => of === undefined || of in medians)
        .map(({ of, atMost, below }) => {
          const value = of === undefined ? shown(medians[name]) : medians[name] / medians[of];
          const met = below === undefined ? value <= atMost : value < below;
          return of === undefined ? { atMost, below, met } : { of, ratio: value, atMost, below, met };
        }),
    };
  });
}

const HEAD = ['case', 'median', 'unit', 'least..most', 'runs', 'ratio', 'bound', 'met'];
const RIGHT = new Set(['median', 'least..most', 'runs']);

function table(summary) {
  const rows = [HEAD, HEAD.map((title) => '-'.repeat(title.length)), ...summary.flatMap(rowsOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          RIGHT.has(HEAD[column]) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** One row for each bound, the first with the result. */
function rowsOf({ title, unit, median, least, most, runs, bounds }) {
  const digits = (value) => value.toFixed(UNITS[unit].digits);
  const result = [title, digits(median), unit, `${digits(least)}..${digits(most)}`, `${runs}`];
  const none = result.map(() => '');
  if (bounds.length === 0) return [[...result, '', '', '']];
  return bounds.map((bound, at) => [...(at === 0 ? result : none), ...boundCells(bound, unit)]);
}

function boundCells({ of, ratio, atMost, below, met }, unit) {
  const limit = below === undefined ? `<= ${atMost}` : `< ${below}`;
  return of === undefined
    ? ['', `${limit} ${unit}`, met ? 'yes' : 'no']
    : [`${ratio.toFixed(3)} x ${of}`, limit, met ? 'yes' : 'no'];
}

function machine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    load: os.loadavg()[0],
  };
}

function machineLine({ cpu, cores, platform, node, date, load }) {
  return `${cpu}, ${cores} cores, ${platform}, Node.js ${node}, ${date}, load ${load.toFixed(1)} at the start`;
}

module.exports = { machine, machineLine, summarise, table };
