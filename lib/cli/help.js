'use strict';

// The help, written from the table of commands.

const { COMMANDS, GENERAL, PROGRAM } = require('./commands.js');
const { EXIT_CODES } = require('./exit-code.js');
const { labelled, styled, wrap } = require('./terminal.js');

function* generalHelp(width) {
  yield [styled('bold', 'Usage:'), ` ${PROGRAM} <command> [options] <arguments>`];
  yield '';
  yield 'Reads the logs of many processes, and tells which of them changed a run ID, and where.';
  yield* section('Commands', Object.entries(COMMANDS).map(commandEntry), width);
  yield* section('Options', optionEntries(GENERAL.options), width);
  const codes = Object.values(EXIT_CODES).map(({ code, means }) => [String(code), means]);
  yield* section('Exit codes', codes, width);
  yield '';
  yield* wrap(
    `Options of a command follow it: ${PROGRAM} help <command> lists them. NO_COLOR=1 turns colours off.`,
    width,
  );
}

function* commandHelp(name, width) {
  const command = COMMANDS[name];
  yield [styled('bold', 'Usage:'), ` ${PROGRAM} ${name} [options] ${operandsOf(command)}`];
  yield '';
  yield* wrap(`Shows ${command.says}.`, width);
  const operands = command.operands.map((operand) => [operandOf(operand), operand.says]);
  yield* section('Arguments', operands, width);
  yield* section('Options', optionEntries(command.options), width);
}

function* section(title, entries, width) {
  yield '';
  yield [styled('bold', `${title}:`)];
  yield* labelled(entries, { indent: 2, width });
}

function commandEntry([name, command]) {
  return [`${name} ${operandsOf(command)}`, command.says];
}

function optionEntries(options) {
  return Object.entries(options).map(([name, { short, value, fallback, says }]) => [
    `${short ? `-${short}, ` : ''}--${name}${value ? ` ${value}` : ''}`,
    fallback === undefined ? says : `${says} (default: ${fallback})`,
  ]);
}

function operandsOf({ operands }) {
  return operands.map(operandOf).join(' ');
}

function operandOf({ name, many }) {
  return many ? `<${name}...>` : `<${name}>`;
}

module.exports = { commandHelp, generalHelp };
