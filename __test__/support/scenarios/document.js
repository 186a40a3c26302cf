'use strict';

// docs/scenarios.md: what is expected in each scene, for readers.

const fs = require('node:fs');
const path = require('node:path');
const { LEVELS, NAMES, POSITIONS, carrierOf, expectedOf } = require('./expected.js');

const FILE = path.join(__dirname, '..', '..', '..', 'docs', 'scenarios.md');

const HEAD = `# What \`check\` finds at which level

A \`creator\` starts a run and hands it over, a \`relay\` hands it on, and a \`worker\` looks it up. One of them changes the ID
on the way, in each of the ways listed in [changes](changes.md):

- **self**: the worker changes the ID that it received and looks up the result. There is no relay.
- **before**: the relay changes the ID that it received and hands on the result.
- **outside**: the same, but the relay logs nothing, like a process without this library.

The processes are real, with HTTP and a database between them; the ID travels in a query, a body or headers, or as the
\`RUN_ID\` of a new process. \`npm run test:proofs\` runs each scene and compares what \`check\` finds with this table, which is
written by \`node scripts/document-scenarios.js\`.

*from* and *to* are the call sites between which the ID was changed: where the right ID was \`received\` or \`used\`, and where
the wrong one was \`sent\`, \`generated\` or \`looked up\`. *arrived* says where and through which source the wrong ID came in, and
*last right* who had the right one before. Findings that are not certain are likely. At \`rejections\`, no process is blamed: run
important services at \`lifecycle\`. If events are fields of a logger's lines rather than its message, the findings are the
same, but none is certain.
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
