'use strict';

// The classes of findings: what each means is said by the addon, what to do by the command line.

const { findingClasses } = require('../../lib/binding.js');
const { classTextOf } = require('../../lib/cli/class-texts.js');
const { table } = require('./table.js');

const HEAD = `# Classes of findings

<!-- Written by scripts/document.js. -->

\`check\` puts each finding into one class, the first of these that fits. **high**: a record was missed, or a run taken for
another. **medium**: it was refused before anything was lost. **low**: something is absent, perhaps only from these logs, or not
proved. How the changes of an ID are told apart, and what each class rests on, is in [changes](changes.md).
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
