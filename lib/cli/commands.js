'use strict';

// All that the command line takes. Arguments are read by it, and the help is written from it.

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
const html = { value: '<file>', says: 'also write a page of it, one file that any browser opens' };
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
        'only runs that started then or later: a date or time, UTC unless it says otherwise, or a run ID',
      ),
      until: period('only runs that started then or earlier; a day, a minute or a second counts whole'),
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
    says: 'of log files only what check needs, each line with its file and number: check reads that in their place',
    operands: [files],
    options: {
      as: { value: '<name>', says: 'the file that standard input is told as: -, unless it is named' },
      help,
    },
    load: () => require('./extract.js').extract,
  },
  flow: {
    says: 'the life of one run across processes, on one time line, and what its run ID was turned into',
    operands: [runId, files],
    options: { all: { says: 'each event, none of them folded or left out' }, stale, html, json, help },
    load: () => require('./flow.js').flow,
  },
  check: {
    says: 'the runs whose ID was changed, lost or used for something else: by which process, where, and how sure that is',
    operands: [files],
    options: {
      since: period(
        'only findings that last until then or later: a date or time, UTC unless it says otherwise',
      ),
      until: period('only findings that began then or earlier; a day, a minute or a second counts whole'),
      client: { ...client, says: 'only findings about this client' },
      run: { value: '<run ID>', says: 'only findings of which this is the wrong ID or the right one' },
      service: {
        value: '<name>',
        says: 'only findings of this service: it made the ID wrong, got it, or met it',
      },
      process: { value: '<name>', says: 'the same for one process, as findings name it' },
      class: {
        value: '<class>',
        many: true,
        says: 'only findings of this class; several with commas, or the option again',
        read: readClasses,
      },
      severity: {
        value: '<severity>',
        says: `only findings of this severity and above: ${SEVERITIES.join(', ')}`,
        read: oneOf(SEVERITIES),
      },
      summary: { says: 'only how many findings there are of which kind' },
      all: { says: 'each finding, not only three examples of what one line of code did' },
      'fail-on': {
        value: '<severity>',
        fallback: FAIL_ON[2],
        says: `end with 1 only where there are findings of this severity or above: ${FAIL_ON.join(', ')}`,
        read: oneOf(FAIL_ON),
      },
      baseline: { value: '<file>', says: 'findings that are known: shown as such, they do not fail' },
      'write-baseline': {
        value: '<file>',
        says: 'make all that is found now known, in that file, and end with 0',
      },
      redact: {
        says: 'pseudonyms in place of client IDs; RUN_ID_REDACT_KEY is a secret with which they are the same each time',
      },
      format: {
        value: '<format>',
        says: `what is printed: ${FORMATS.join(', ')}; for CI junit is XML, github annotations`,
        read: oneOf(FORMATS),
      },
      follow: {
        says: 'read on as the logs grow, and tell what goes wrong while it does; Ctrl-C ends it with the verdict',
      },
      keep: duration('with --follow, how long a run is kept of which nothing is heard (default: 6h)'),
      settle: duration(
        'with --follow, how long a finding waits for lines on their way, by the time of the logs (default: 10s)',
      ),
      stale,
      html,
      json,
      help,
    },
    load: () => require('./check.js').check,
  },
  migrate: {
    says: 'what there is to do in a code base that is to move to this package, as its own ESLint reads it',
    operands: [{ name: 'folder', says: 'the folder of the project, with its package.json' }],
    options: {
      plan: {
        says: 'only say what there is to do and which files would be written; this is the default',
      },
      write: {
        says: 'write the re-exports that the plan names, never over uncommitted changes',
      },
      force: { says: 'with --write: even where there is no Git repository' },
      json,
      help,
    },
    load: () => require('./migrate.js').migrate,
  },
};

module.exports = { COMMANDS, GENERAL, PROGRAM };
