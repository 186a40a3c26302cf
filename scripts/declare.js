#!/usr/bin/env node
'use strict';

// Writes lib/binding.d.ts, the declaration of the addon's border: functions and objects as napi-derive describes
// them, tables as the built addon holds them.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const prettier = require('prettier');
const binding = require('../lib/binding.js');

const USAGE = `Usage: node scripts/declare.js [--check]

Writes lib/binding.d.ts from the sources in src/ and the built addon.

  --check  writes nothing, and fails if the file is out of date
  --help   this text`;

const ROOT = path.join(__dirname, '..');
const FILE = path.join(ROOT, 'lib', 'binding.d.ts');

/** What crosses the border without napi-derive: raw callbacks (crates/fast), constants, and the loader's own. */
const BY_HAND = `
/** A result, or the rejection in its place: the only array that crosses the border. */
export type Answer<T> = T | (T extends string ? Lengthless<RejectionTuple> : RejectionTuple);

/** Strings have a length, too: without it, using a rejection as a string does not compile. */
type Lengthless<T extends readonly unknown[]> = Pick<T, Exclude<keyof T, keyof unknown[]>>;

/** The value, if it is a run ID. Never throws, whatever it is given. */
export function isRunId(value: string): string | undefined;
/** The value, if it is a client ID. */
export function isClientId(value: string): string | undefined;
/** Why a text of at most MAX_LENGTH is not a run ID, packed into one text; undefined if another function has to say. */
export function refuseText(value: string): string | undefined;
/** The value, if it is a run ID; counted as passed. */
export function pass(value: string): string | undefined;
/** A new base; undefined if the slow path has to say why there is none. */
export function nextBase(): string | undefined;
/** A new run ID of a client; undefined if the slow path has to say why there is none. */
export function nextClientRunId(clientId: string): string | undefined;
/**
 * Counts what would have happened at a place, by the numbers of the outcome and the code, which is negative for none.
 * Undefined if there is nothing more to do; otherwise whether it is the first of its kind: an example of that is kept,
 * and in debug mode each is reported.
 */
export function countObserved(place: number, outcome: number, code: number): boolean | undefined;
/** Memory for that many 64-bit floats, which all threads sum; undefined if the runtime does not accept external memory. */
export function openTally(length: number): ArrayBuffer | undefined;

export const MAX_LENGTH: number;
export const BASE_LENGTH: number;
export const MAX_SERVICE_LENGTH: number;
export const MAX_LEAD_LIMIT: number;
/** The character for the first code in a packed rejection. */
export const FIRST_CODE: number;
export const PATTERN: string;
export const CLIENT_ID_PATTERN: string;
export const GENERATED: 'generated';
export const PROCESS: string;
/** The files of this addon that the process has loaded, if the system lists them. */
export const COPIES: string[];
export const SOURCES: readonly SourceObject[];
export const CODES: readonly CodeObject[];
export const FAULTS: readonly FaultName[];
export const UNREAD: readonly string[];
export const UNKNOWN_LEVEL: string | null;
export const EVENTS: EventsObject;
export const RETIRED: readonly string[];
export const RETIRED_VALUES: readonly string[];

/** Loads the addon from the first of these folders in which one works on this host. */
export function load(roots: string[], host?: Pick<NodeJS.Process, 'platform' | 'arch' | 'version'>): object;
`;

async function main() {
  const { values: options } = parseArgs({
    options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) return console.log(USAGE);
  const style = { ...(await prettier.resolveConfig(FILE)), parser: 'typescript' };
  const declaration = await prettier.format(declarationOf(describe()), style);
  if (!options.check) return fs.writeFileSync(FILE, declaration);
  if (fs.readFileSync(FILE, 'utf8') !== declaration) {
    console.error('lib/binding.d.ts is out of date: run node scripts/declare.js');
    process.exitCode = 1;
  }
}

/** napi-derive's output for each item, in the order of the sources. */
function describe() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'unified-run-id-declare-'));
  try {
    // It writes while the crate is compiled; napi-build makes cargo compile it again for each new folder.
    run(['check', '--quiet', '--locked', '--package=unified-run-id', '--features=types'], {
      NAPI_TYPE_DEF_TMP_FOLDER: folder,
    });
    const [file] = fs.readdirSync(folder);
    const lines = fs.readFileSync(path.join(folder, file), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function run(args, env = {}) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  const { status, error } = spawnSync('cargo', args, { cwd: ROOT, stdio, env: { ...process.env, ...env } });
  if (error || status !== 0) throw new Error(`cargo ${args[0]} failed`, { cause: error });
}

function declarationOf(items) {
  return [
    '// Written by scripts/declare.js: the border of the addon.',
    BY_HAND,
    unionOf('FaultName', 'A fault that JavaScript reports.', binding.FAULTS),
    ...items.map(shownItem),
  ].join('\n');
}

function unionOf(name, what, values) {
  return `/** ${what} */\nexport type ${name} = ${values.map((value) => `'${value}'`).join(' | ')};\n`;
}

/** How each kind of item is declared. The methods of a class are a separate item. */
const SHOWN = {
  fn: ({ def }) => `export ${def};`,
  interface: ({ name, def }) => `export interface ${name} {\n${def}\n}`,
  type: ({ name, def }) => `export type ${name} = ${def};`,
  struct: ({ name }, items) => {
    const methods = items.find((item) => item.kind === 'impl' && item.name === name);
    return `export class ${name} {\n${methods.def}\n}`;
  },
  impl: () => '',
};

function shownItem(item, _, items) {
  return `${item.js_doc}${SHOWN[item.kind](item, items)}\n`;
}

main();
