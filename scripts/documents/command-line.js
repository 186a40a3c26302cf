'use strict';

// The command line, from the table that reads its arguments and writes its help.

const { COMMANDS, GENERAL, PROGRAM } = require('../../lib/cli/commands.js');
const { EXIT_CODES } = require('../../lib/cli/exit-code.js');
const { table } = require('./table.js');

const HEAD = `# The command line

<!-- Written by scripts/document.js. -->

\`npx ${PROGRAM} <command> [options] <arguments>\`, without a connection to anything. \`npx ${PROGRAM} help <command>\` prints
what stands here. Options of a command follow it. Colours are for terminals: the variables that turn them on and off are in the
[reference](reference.md#environment-variables), and so are the members of what \`--json\` prints.
`;

/** The page with more about a command. */
const PAGES = {
  check:
    '[Checking logs](checking.md), [the pages](pages.md), [the classes](classes.md), [the formats](logs.md), [following](following.md)',
  extract: '[Logs of many machines](extract.md)',
  flow: '[flow and inspect](flow.md)',
  inspect: '[flow and inspect](flow.md#inspect)',
  migrate: '[Migrating](migrating.md)',
};

function text() {
  const codes = Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means]);
  return [
    HEAD,
    ...Object.entries(COMMANDS).map(section),
    `## Options without a command\n\n${table(['option', 'what it does'], rowsOf(GENERAL.options))}\n`,
    `## Exit codes\n\n${table(['code', 'means'], codes)}\n`,
  ].join('\n');
}

function section([name, command]) {
  const operands = command.operands.map(({ name: operand, many, says }) => [
    many ? `\`<${operand}...>\`` : `\`<${operand}>\``,
    says,
  ]);
  return [
    `## ${name}`,
    `\`\`\`sh\n${`npx ${PROGRAM} ${name} [options] ${operandsOf(command)}`.trimEnd()}\n\`\`\``,
    `Shows ${command.says}.`,
    table(['argument or option', 'what it is'], [...operands, ...rowsOf(command.options)]),
    ...(Object.hasOwn(PAGES, name) ? [`More: ${PAGES[name]}.`] : []),
    '',
  ].join('\n\n');
}

function operandsOf({ operands }) {
  return operands.map(({ name, many }) => (many ? `<${name}...>` : `<${name}>`)).join(' ');
}

function rowsOf(options) {
  return Object.entries(options).map(([name, { short, value, fallback, says }]) => [
    `\`${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}\``,
    fallback === undefined ? says : `${says} (default: ${fallback})`,
  ]);
}

module.exports = { file: 'docs/cli.md', text };
