'use strict';

// Parses a command line by the table of one command.

const { parseArgs } = require('node:util');
const { suggestion } = require('./suggestion.js');
const { UsageError, quoted } = require('./usage-error.js');

/**
 * @param command an entry of the table in commands.js
 * @returns `{ options, operands }`, or null if help is requested
 */
function readArguments(args, command) {
  const { tokens } = parseArgs({
    args,
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) },
      ]),
    ),
    allowPositionals: true,
    // Node's own messages know neither the command nor a better spelling.
    strict: false,
    tokens: true,
  });
  const given = tokens.filter((token) => token.kind === 'option');
  if (given.some(({ name }) => name === 'help')) return null;
  const words = tokens.filter((token) => token.kind === 'positional').map(({ value }) => value);
  return { options: readOptions(given, command.options), operands: readOperands(words, command.operands) };
}

function readOptions(given, known) {
  const options = { __proto__: null };
  for (const { name, rawName, value, inlineValue } of given) {
    if (!Object.hasOwn(known, name)) throw unknownOption(name, rawName, known);
    const option = known[name];
    if (Object.hasOwn(options, name) && option.value !== undefined && !option.many) {
      throw new UsageError(`${rawName} can be given only once`);
    }
    const read = option.value === undefined ? readFlag(rawName, value) : readValue();
    options[name] = option.many ? [...(options[name] ?? []), ...read] : read;

    function readValue() {
      // Anything that looks like an option is one: the value was forgotten.
      if (value === undefined || (!inlineValue && /^-./.test(value))) {
        throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
      }
      return option.read?.(value, `--${name}`) ?? value;
    }
  }
  for (const [name, { fallback, read }] of Object.entries(known)) {
    if (fallback !== undefined) options[name] ??= read(fallback, `--${name}`);
  }
  return options;
}

function readFlag(rawName, value) {
  if (value !== undefined) throw new UsageError(`${rawName} does not take a value`);
  return true;
}

function unknownOption(name, rawName, known) {
  const near = rawName.startsWith('--') ? suggestion(name, Object.keys(known), '--') : '';
  const path = near === '' ? '; put it after -- to pass it as an argument' : '';
  return new UsageError(`unknown option ${quoted(rawName)}${near}${path}`);
}

function readOperands(words, known) {
  const operands = { __proto__: null };
  const left = [...words];
  for (const { name, many } of known) {
    if (left.length === 0) throw new UsageError(`argument <${name}> is missing`);
    operands[name] = many ? left.splice(0) : left.shift();
  }
  if (left.length > 0) throw new UsageError(`unexpected argument ${quoted(left[0])}`);
  return operands;
}

/** A reader that accepts one of several words. */
function oneOf(words) {
  return (text, option) => {
    if (words.includes(text)) return text;
    throw new UsageError(
      `${option} must be one of ${words.join(', ')}, not ${quoted(text)}${suggestion(text, words)}`,
    );
  };
}

module.exports = { oneOf, readArguments };
