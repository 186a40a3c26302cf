'use strict';

// The tables of channels and of JSON in docs/reference.md; the rest of the page is written by hand.

const fs = require('node:fs');
const path = require('node:path');
const { EVENTS } = require('../../lib/binding.js');
const { withParts } = require('./parts.js');
const { table } = require('./table.js');

const SCHEMAS = path.join(__dirname, '..', '..', 'schemas');

/** By their numbers; `off` is 0. */
const LEVELS = ['off', 'rejections', 'lifecycle', 'all'];

const text = (old) => withParts(old, { channels, json });

function channels() {
  const rows = EVENTS.kinds.map(({ name, level }) => [
    `\`unified-run-id:${name}\``,
    `\`${LEVELS[level] ?? level}\``,
    `\`Extract<RunIdEvent, { event: '${name}' }>\``,
  ]);
  return table(['channel', 'logged from level', 'type of the message'], rows);
}

function json() {
  const files = fs.readdirSync(SCHEMAS).filter((name) => name.endsWith('.schema.json'));
  return table(['command', 'member', 'type', 'what it is'], files.sort().flatMap(membersOf));
}

function membersOf(file) {
  const schema = JSON.parse(fs.readFileSync(path.join(SCHEMAS, file), 'utf8'));
  const command = `[\`${file.replace('.schema.json', '').replace('-', ' --')}\`](../schemas/${file})`;
  const members = new Map();
  for (const { properties } of schema.oneOf ?? schema.anyOf ?? [schema]) {
    for (const [name, property] of Object.entries(properties)) {
      const { all = [], description = property.description } = members.get(name) ?? {};
      members.set(name, { all: [...all, property], description });
    }
  }
  return [...members].map(([name, { all, description = '' }]) => [
    command,
    `\`${name}\``,
    typesOf(schema, all),
    description,
  ]);
}

/** The types of a member of alternatives. */
function typesOf(schema, all) {
  const [first, ...more] = all;
  // It distinguishes the alternatives.
  if (more.length > 0 && first.const !== undefined) return typeof first.const;
  return [...new Set(all.map((property) => typeOf(schema, property)))].join(' or ');
}

function resolve(schema, reference) {
  return reference
    .replace('#/', '')
    .split('/')
    .reduce((within, name) => within?.[name], schema);
}

function typeOf(schema, property) {
  if (property.$ref !== undefined) {
    const at = resolve(schema, property.$ref);
    return at?.type === undefined || at.type === 'object'
      ? property.$ref.split('/').at(-1)
      : typeOf(schema, at);
  }
  if (property.const !== undefined) return JSON.stringify(property.const);
  if (property.type === 'array') return `${property.items ? typeOf(schema, property.items) : 'any'}[]`;
  if (property.oneOf ?? property.anyOf) {
    return (property.oneOf ?? property.anyOf).map((one) => typeOf(schema, one)).join(' or ');
  }
  if (property.enum !== undefined) return property.enum.map((one) => JSON.stringify(one)).join(' or ');
  return [property.type ?? 'any'].flat().join(' or ');
}

module.exports = { file: 'docs/reference.md', text };
