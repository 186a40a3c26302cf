'use strict';

// All commands and options: arguments are parsed by this table, and the help is written from it.

const { oneOf } = require('./arguments.js');

const PROGRAM = 'unified-run-id';

const help = { short: 'h', says: 'this text' };
const json = { says: 'print JSON, all of it printable ASCII' };
const stale = {
  value: '<duration>',
  fallback: '24h',
  says: 'how long a run may be silent before it counts as never completed: 90s, 15m, 1h, 2d',
  read: (text, option) => require('./duration.js').readDuration(text, option),
};
const duration = (says) => ({
  value: '<duration>',
  says,
  read: (text, option) => require('./duration.js').readDuration(text, option),
});
const html = { value: '<file>', says: 'also write an HTML page, one file that any browser opens' };
const period = (says) => ({
  value: '<time>',
  says,
  read: (text, option) => require('./period.js').readPeriod(text, option),
});

const client = {
  value: '<client ID>',
  read: (text, option) => require('./client.js').readClient(text, option),
};

/** The names of several classes. */
function readClasses(text, option) {
  const read = oneOf(
    require('../binding.js')
      .findingClasses()
      .map(({ name }) => name),
  );
  return text.split(',').map((name) => read(name, option));
}

const files = {
  name: 'files',
  many: true,
  says: 'log files, plain or compressed with gzip or zstd; folders; patterns; - once for standard input',
};
const runId = { name: 'runId', says: 'a run ID, exactly as the logs have it' };

const SEVERITIES = ['high', 'medium', 'low'];
const FAIL_ON = [...SEVERITIES, 'none'];
const FORMATS = ['text', 'json', 'junit', 'github'];
const SORTS = ['time', 'first', 'count'];

const GENERAL = {
  options: { help, version: { short: 'V', says: 'the version of this package' } },
  operands: [],
};

const COMMANDS = {
  inspect: {
    says: 'the parts of a run ID and its time, or what is wrong with it and what it looks like instead',
    operands: [{ name: 'id', says: 'what may be a run ID; - for standard input, one in each line' }],
    options: { json, help },
    load: () => require('./inspect.js').inspect,
  },
  scan: {
    says: 'every run ID in log files, with counts, its first and last place, and its files',
    operands: [files],
    options: {
      client: { ...client, says: 'only the runs of this client' },
      since: period(
        'only runs that started at this time or later: a date or time, UTC unless it says otherwise, or a run ID',
      ),
      until: period(
        'only runs that started at this time or earlier; a day, minute or second is included as a whole',
      ),
      sort: {
        value: '<order>',
        fallback: SORTS[0],
        says: `by the start of the run, the first place, or the count: ${SORTS.join(', ')}`,
        read: oneOf(SORTS),
      },
      json,
      help,
    },
    load: () => require('./scan.js').scan,
  },
  extract: {
    says: 'only what check needs from log files, each line with its file and number; check reads that in their place',
    operands: [files],
    options: {
      as: { value: '<name>', says: 'the file name to give for standard input (default: -)' },
      help,
    },
    load: () => require('./extract.js').extract,
  },
  flow: {
    says: 'the life of one run across processes, on one time line, and what its run ID was turned into',
    operands: [runId, files],
    options: { all: { says: 'every event, with none folded or left out' }, stale, html, json, help },
    load: () => require('./flow.js').flow,
  },
  check: {
    says: 'the runs whose ID was changed, lost or used for something else: by which process, where, and how sure that is',
    operands: [files],
    options: {
      since: period(
        'only findings last seen at this time or later: a date or time, UTC unless it says otherwise',
      ),
      until: period(
        'only findings that began at this time or earlier; a day, minute or second is included as a whole',
      ),
      client: { ...client, says: 'only findings about this client' },
      run: { value: '<run ID>', says: 'only findings in which this is the wrong or the right run ID' },
      service: {
        value: '<name>',
        says: 'only findings in which this service changed, received or came across the wrong ID',
      },
      process: { value: '<name>', says: 'the same for one process, by the name that findings give it' },
      class: {
        value: '<class>',
        many: true,
        says: 'only findings of this class; separate several with commas, or repeat the option',
        read: readClasses,
      },
      severity: {
        value: '<severity>',
        says: `only findings of this severity and above: ${SEVERITIES.join(', ')}`,
        read: oneOf(SEVERITIES),
      },
      summary: { says: 'only the number of findings of each class' },
      all: { says: 'every finding, not just three examples for each line of code' },
      'fail-on': {
        value: '<severity>',
        fallback: FAIL_ON[2],
        says: `exit with 1 only if there are findings of this severity or above: ${FAIL_ON.join(', ')}`,
        read: oneOf(FAIL_ON),
      },
      baseline: {
        value: '<file>',
        says: 'known findings: they are shown as known, and do not fail the command',
      },
      'write-baseline': {
        value: '<file>',
        says: 'write all current findings to this file as known, and exit with 0',
      },
      redact: {
        says: 'pseudonyms in place of client IDs; with the secret RUN_ID_REDACT_KEY they are the same each time',
      },
      format: {
        value: '<format>',
        says: `output format: ${FORMATS.join(', ')}; for CI, junit is XML and github writes annotations`,
        read: oneOf(FORMATS),
      },
      follow: {
        says: 'keep reading as the logs grow, and report what goes wrong as it happens; Ctrl-C stops it and prints the verdict',
      },
      keep: duration('with --follow, how long to keep a run after the last line about it (default: 6h)'),
      settle: duration(
        'with --follow, how long to wait for late lines before reporting a finding, in log time (default: 10s)',
      ),
      stale,
      html,
      json,
      help,
    },
    load: () => require('./check.js').check,
  },
  migrate: {
    says: 'what is left to do to move a code base to this package, as its own ESLint reads it',
    operands: [{ name: 'folder', says: 'the folder of the project, with its package.json' }],
    options: {
      plan: {
        says: 'only list what is left to do and which files would be written; this is the default',
      },
      write: {
        says: 'write the re-exports that the plan lists, but never over uncommitted changes',
      },
      force: { says: 'with --write, also outside a Git repository' },
      json,
      help,
    },
    load: () => require('./migrate.js').migrate,
  },
};

module.exports = { COMMANDS, GENERAL, PROGRAM };
