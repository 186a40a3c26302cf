#!/usr/bin/env node
'use strict';

// Measures the figures of docs/performance.md, suite by suite, and prints a table for each.
//
// A suite has
// CASES     what it measures, in the order of the table; see table.js
// says      a short description of that
// obstacle  returns why it cannot run here; undefined if it can
// missing   returns what some of its cases lack here; those are left out
// measure   takes names of cases, and `{ isQuick, folder, progress }`; returns all results of each case

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { machine, machineLine, summarise, table } = require('./table.js');

const SUITES = {
  calls: require('./calls.js'),
  logs: require('./logs.js'),
  follow: require('./follow.js'),
  page: require('./page.js'),
  boundary: require('./boundary.js'),
  lint: require('./lint.js'),
  'job-tracking': require('./job-tracking.js'),
};

const SUITE_LINES = Object.entries(SUITES).map(
  ([name, { CASES, says }]) => `  ${name}: ${says}\n    ${Object.keys(CASES).join(', ')}`,
);

const USAGE = `Usage: npm run bench -- [options]

  --only WHAT  this suite, or this case and those that its bounds refer to; may be given again
  --quick      a rough look: fewer rounds, shorter samples, smaller logs
  --json       print the results as JSON
  --help       this text

Suites and their cases:
${SUITE_LINES.join('\n')}

A suite that cannot run here says why, and is left out. A missed bound is shown, but is not a failure: this is a
benchmark, not a test. Logs take up to 4 GiB in the temporary folder.`;

async function main() {
  const { values: options } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (options.help) return console.log(USAGE);

  const wanted = wantedCases(options.only);
  const host = machine();
  const say = options.json ? () => {} : console.log;
  const settings = { isQuick: options.quick, folder: temporaryFolder(), progress };
  const suites = {};
  say(machineLine(host));
  for (const [name, cases] of wanted) {
    const { CASES, says, obstacle, missing, measure } = SUITES[name];
    const reason = obstacle?.();
    if (reason !== undefined) {
      suites[name] = { leftOut: reason };
      say(`\n${name} is left out: ${reason}`);
      continue;
    }
    const results = await measure(cases, settings);
    progress('');
    const lack = missing?.();
    suites[name] = { cases: summarise(results, CASES), missing: lack };
    if (lack !== undefined) say(`\n${name}: ${lack}`);
    say(`\n${name}: ${says}\n\n${table(suites[name].cases)}`);
  }
  if (options.json)
    return console.log(JSON.stringify({ machine: host, isQuick: options.quick, suites }, null, 2));
  say('\nmedian, least and most are those of the runs.');
  if (options.quick) say('A rough look (--quick): not for docs/performance.md.');
}

/** For each suite, the named cases and those with which they are compared, in the order of the table. */
function wantedCases(only = Object.keys(SUITES)) {
  const unknown = only.find((what) => !Object.hasOwn(SUITES, what) && suiteOf(what) === undefined);
  if (unknown !== undefined) throw new UsageError(`There is no suite or case "${unknown}".`);
  return Object.entries(SUITES)
    .map(([name, { CASES }]) => {
      const named = only.includes(name)
        ? Object.keys(CASES)
        : only.filter((what) => Object.hasOwn(CASES, what));
      const wanted = new Set(
        named.flatMap((what) => [what, ...(CASES[what].bounds ?? []).map(({ of }) => of)]),
      );
      return [name, Object.keys(CASES).filter((what) => wanted.has(what))];
    })
    .filter(([, cases]) => cases.length > 0);
}

function suiteOf(name) {
  return Object.values(SUITES).find(({ CASES }) => Object.hasOwn(CASES, name));
}

function temporaryFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'run-id-bench-'));
  process.once('exit', () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [signal, number] of Object.entries({ SIGINT: 2, SIGTERM: 15, SIGHUP: 1 })) {
    process.once(signal, () => process.exit(128 + number));
  }
  return folder;
}

const CLEAR_LINE = '\r\x1b[K';

function progress(line) {
  if (process.stderr.isTTY) process.stderr.write(CLEAR_LINE + line);
}

class UsageError extends Error {}

main().catch((error) => {
  progress('');
  const wrongUse = error instanceof UsageError || error.code?.startsWith('ERR_PARSE_ARGS');
  console.error(wrongUse ? `${error.message}\nTry --help.` : error.message);
  process.exitCode = 1;
});
