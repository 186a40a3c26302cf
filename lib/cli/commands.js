'use strict';

// All that the command line takes. Arguments are read by it, and the help is written from it.

const { oneOf } = require('./arguments.js');

const PROGRAM = 'unified-run-id';

const help = { short: 'h', says: 'this text' };
const json = { says: 'print JSON, all of it printable ASCII' };
const grace = {
  value: '<duration>',
  fallback: '1h',
  says: 'how long a run may be silent before it counts as never completed: 90s, 15m, 1h, 2d',
  read: (text, option) => require('./duration.js').readDuration(text, option),
};
const html = { value: '<file>', says: 'also write a page of it, one file that any browser opens' };
const period = (says) => ({
  value: '<time>',
  says,
  read: (text, option) => require('./period.js').readPeriod(text, option),
});

const files = {
  name: 'files',
  many: true,
  says: 'log files, plain or compressed with gzip or zstd; - once for standard input',
};
const runId = { name: 'runId', says: 'a run ID, exactly as the logs have it' };

const SORTS = ['time', 'first', 'count'];

const GENERAL = {
  options: { help, version: { short: 'V', says: 'the version of this package' } },
  operands: [],
};

const COMMANDS = {
  inspect: {
    says: 'the parts of a run ID and its time, or what is wrong with it and what it looks like instead',
    operands: [{ name: 'id', says: 'what may be a run ID' }],
    options: { json, help },
    load: () => require('./inspect.js').inspect,
  },
  scan: {
    says: 'every run ID in log files, with counts, its first and last place, and its files',
    operands: [files],
    options: {
      client: {
        value: '<client ID>',
        says: 'only the runs of this client',
        read: (text, option) => require('./client.js').readClient(text, option),
      },
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
  flow: {
    says: 'the life of one run across processes, on one time line, and what its run ID was turned into',
    operands: [runId, files],
    options: { grace, html, json, help },
    load: () => require('./flow.js').flow,
  },
  check: {
    says: 'the runs whose ID was changed, lost or used for something else: by which process, where, and how sure that is',
    operands: [files],
    options: { grace, html, json, help },
    load: () => require('./check.js').check,
  },
};

module.exports = { COMMANDS, GENERAL, PROGRAM };
