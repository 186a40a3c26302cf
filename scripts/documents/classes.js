'use strict';

// The classes of findings: the addon has their meanings, the command line what to do.

const { findingClasses } = require('../../lib/binding.js');
const { classTextOf } = require('../../lib/cli/class-texts.js');
const { table } = require('./table.js');

const HEAD = `# Classes of findings

<!-- Written by scripts/document.js. -->

\`check\` assigns each finding to one class, the first of these that fits. **high**: a lookup failed, or one run was taken
for another. **medium**: the mistake was refused before anything was lost. **low**: something is missing, perhaps only from these
logs, or not proved. [Changes](changes.md) explains how the kinds of change are told apart, and what evidence each class needs.
`;

function text() {
  const classes = findingClasses();
  const overview = table(
    ['class', 'severity', 'title'],
    classes.map(({ name, severity }) => [`[\`${name}\`](#${name})`, severity, classTextOf(name).title]),
  );
  const sections = classes.map(({ name, severity, sentence }) => {
    const { title, remedy } = classTextOf(name);
    return `## ${name}\n\n**${title}** (${severity}). ${sentence}\n\nTo do: ${remedy}\n`;
  });
  return [HEAD, `${overview}\n`, ...sections].join('\n');
}

module.exports = { file: 'docs/classes.md', text };
