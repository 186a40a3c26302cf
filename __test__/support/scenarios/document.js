'use strict';

// docs/scenarios.md: what is expected in each scene, for readers.

const fs = require('node:fs');
const path = require('node:path');
const { LEVELS, NAMES, POSITIONS, carrierOf, expectedOf } = require('./expected.js');

const FILE = path.join(__dirname, '..', '..', '..', 'docs', 'scenarios.md');

const HEAD = `# What \`check\` finds at which level

A \`creator\` makes a run and hands it over, a \`relay\` hands it on, and a \`worker\` looks it up. One of them changes the ID
on the way, in each of the ways of [changes.md](changes.md):

- **self**: the worker changes what it got and looks that up. There is no relay.
- **before**: the relay changes what it got and hands that on.
- **outside**: the same, but the relay logs nothing, as a process without this library would.

The processes are real ones, with HTTP and a database between them; the ID travels by query, body or headers, or as
\`RUN_ID\` of a new process. \`npm run test:proofs\` plays each scene and holds \`check\` to this table, which
\`node scripts/document-scenarios.js\` writes.

*from* and *to* are the call sites between which the ID was changed: where the right one was \`received\` or \`used\`, and where
the wrong one was \`sent\`, \`generated\` or \`looked up\`. *arrived* is where the wrong ID came in and by what, and *last right*
who had the right one before. What is not certain is likely. At \`rejections\` no process is accused: run services that matter at
\`lifecycle\`. If events are fields of a logger's lines, instead of its message, the same is said, and nothing is certain.
`;

const WORDS = { use: 'used', receive: 'received', send: 'sent', generate: 'generated', lookup: 'looked up' };

/** The text of the document. */
function documentText() {
  const sections = POSITIONS.map((position) => {
    const rows = NAMES.map((way) => {
      const cells = LEVELS.map((level) => cellOf(way, { position, level, channel: 'stderr' }));
      return `| \`${way}\` | ${carrierOf(way)} | ${cells.join(' | ')} |`;
    });
    const levels = LEVELS.map((level) => `\`${level}\``).join(' | ');
    return [`## ${position}`, '', `| way | by | ${levels} |`, '|---|---|---|---|---|', ...rows].join('\n');
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

function cellOf(way, scene) {
  const expected = expectedOf(way, scene);
  const told = [
    expected.class === way ? expected.confidence : `\`${expected.class}\`, ${expected.confidence}`,
  ];
  for (const { service, from, to } of expected.changedBy) {
    told.push(`changed by ${service}: ${from === null ? '' : `from ${placeOf(from)} `}to ${placeOf(to)}`);
  }
  const { arrivedAt, lastRight } = expected;
  if (arrivedAt !== null) told.push(`arrived at ${arrivedAt.service} by ${arrivedAt.source}`);
  if (lastRight) told.push(`last right ${lastRight.service}`);
  return told.join('; ');
}

const placeOf = (site) => `*${WORDS[site.split(' ')[0]]}*`;

/** Writes the document. */
function writeDocument() {
  fs.writeFileSync(FILE, documentText());
}

const readDocument = () => fs.readFileSync(FILE, 'utf8');

module.exports = { documentText, readDocument, writeDocument };
