'use strict';

// From the command line to the exit code.

const { readArguments } = require('./arguments.js');
const { COMMANDS, GENERAL, PROGRAM } = require('./commands.js');
const { CONSISTENT, ERROR } = require('./exit-code.js');
const { Terminal, styled } = require('./terminal.js');
const { suggestion } = require('./suggestion.js');
const { UsageError, quoted } = require('./usage-error.js');

/** Never `process.exit`: output that is still being written would be lost. */
async function main(argv) {
  const out = new Terminal(process.stdout);
  const err = new Terminal(process.stderr);
  process.exitCode = await run(argv, out, err);
  if (out.failure === null) return;
  await err.print([problem(`cannot write: ${out.failure.message}`)]);
  process.exitCode = ERROR;
}

async function run(argv, out, err) {
  const command = {};
  try {
    return await dispatch(argv, out, err, command);
  } catch (error) {
    if (error instanceof UsageError) {
      await err.print([
        problem(error.message),
        `Try: ${PROGRAM} help${command.name ? ` ${command.name}` : ''}`,
      ]);
    } else {
      const text = error?.code === 'ERR_RUN_ID_ADDON' ? error.message : (error?.stack ?? error);
      const [first, ...rest] = String(text).split('\n');
      await err.print([problem(first), ...rest]);
    }
    return ERROR;
  }
}

/** Runs the requested command; `command.name` is set as soon as it is known. */
async function dispatch(argv, out, err, command) {
  if (argv.length === 0) {
    await err.print(require('./help.js').generalHelp(err.width));
    return ERROR;
  }
  const first = argv.findIndex((word) => !/^-./.test(word));
  const [before, [name, ...rest]] = first === -1 ? [argv, []] : [argv.slice(0, first), argv.slice(first)];
  const general = readGeneral(before);
  if (general === null) return help(name, out);
  if (general.version) {
    await out.print([require('../../package.json').version]);
    return CONSISTENT;
  }
  if (name === undefined) throw new UsageError('argument <command> is missing');
  if (name === 'help')
    return help(
      rest.find((word) => !word.startsWith('-')),
      out,
    );
  command.name = known(name);
  const given = readArguments(rest, COMMANDS[name]);
  if (given === null) return help(name, out);
  return COMMANDS[name].load()({ ...given.operands, ...given.options }, out, err);
}

/** The options before a command. */
function readGeneral(before) {
  for (const word of before) {
    const isOfCommand = Object.values(COMMANDS).some(({ options }) =>
      Object.keys(options).some(
        (option) => !Object.hasOwn(GENERAL.options, option) && `--${option}` === word,
      ),
    );
    if (isOfCommand) throw new UsageError(`put ${word} after the command`);
  }
  return readArguments(before, GENERAL)?.options ?? null;
}

function known(name) {
  if (Object.hasOwn(COMMANDS, name)) return name;
  const names = Object.keys(COMMANDS);
  const near = suggestion(name, [...names, 'help']) || `; commands: ${names.join(', ')} and help`;
  throw new UsageError(`unknown command ${quoted(name)}${near}`);
}

async function help(name, out) {
  const { commandHelp, generalHelp } = require('./help.js');
  const about = name === undefined || name === 'help' ? null : known(name);
  await out.print(about === null ? generalHelp(out.width) : commandHelp(about, out.width));
  return CONSISTENT;
}

function problem(text) {
  return [styled('red', `${PROGRAM}:`), ` ${text}`];
}

module.exports = { main };
