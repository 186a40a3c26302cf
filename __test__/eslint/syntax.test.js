'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { Linter } = require('eslint');
const parser = require('@typescript-eslint/parser');
const plugin = require('../../lib/eslint/plugin.js');

/** Syntax that rules stumble over, with a run ID wherever one can be. */
const JAVASCRIPT = `
import runId, { runId as otherRunId } from './run-id.js' with { type: 'json' };
import * as runIds from 'unified-run-id';
export * from './run-id.js';
export * as ids from './run-id.js';
export { runId as another };
export const [, second] = runIds, [first, ...rest] = [, runId, ...runIds], { a = runId, [runId]: b, ...c } = {};
export class Run extends (runId, Object) {
  static { this.runId = 'unknown'; }
  #runId = runId;
  static #count = 0;
  runId;
  'run id' = 1;
  [runId] = 2;
  get runId() { return this.#runId ?? this['runId']; }
  set runId(runId) { this.#runId = runId; }
  static async *generateRunId() { yield* runIds; yield; await null; }
  has(x) { return #runId in x || super.has?.(x) || new.target; }
  [\`get\${runId}\`]() {}
}
for (const runId of runIds) f(runId.split('-'));
for (const runId in runIds) continue;
for (let runId = 0, i; ; ) break;
for (let runId; ; ) { break; }
for await (const { runId = 'x' } of runIds) ;
label: while (runId) { do { continue label; } while (!runId); }
switch (runId) { case 'x': case runId.id: break; default: }
try { throw runId; } catch { } finally { }
try { } catch ({ runId }) { runId = generateRunId(); }
if (runId) ; else if (!runId) ; else { }
const f = async ({ runId } = {}, [, runIdA] = [], ...runIdB) => { return; };
const g = (runId) => ({ runId, ...runId, [runId]: runId, runId() {}, get runId() { return runId; }, async *runId() {} });
const tag = String.raw\`\${runId}-\${runId}\`;
const text = \`\${runId}\${\`\${runId}-\`}\` + runId + '' + +runId - -runId;
const chain = runId?.a?.[runId]?.(runId)?.split?.('-') ?? (await import('./run-id.js')).default?.runId;
const re = /\\d{6}-\\d{6}/v.test(runId), big = 1n, none = void runId, meta = import.meta.runId;
let x; x ||= runId; x &&= runId; x ??= runId; x **= 2; [x, runIds.runId] = [runId, x]; ({ x: runIds.runId } = { x });
delete runIds.runId; new runId; new (runId()); (0, runId).split('-'); (() => runId)();
debugger;
export default function () {}
`;

const TYPESCRIPT = `
import type { RunId } from 'unified-run-id';
import type Ids = require('unified-run-id');
import ids = require('unified-run-id');
export type { RunId };
declare const runId: string;
declare module 'runs' { export function generateRunId(runId?: string): RunId; }
declare global { interface Window { runId: string } }
enum RunIds { runId = 'unknown', other = 1 }
namespace Runs { export const runId = Date.now() as unknown as string; }
abstract class Base<T extends string = string> implements Iterable<T> {
  declare runId: T;
  constructor(private readonly runId: string, protected other = runId!) { super(); }
  abstract generateRunId(): string;
  @dec() runId?: string = 'unknown';
  @dec accessor runIdValue = <string>runId;
  method(this: Base<T>, @inject() runId?: string): asserts runId is string { return; }
  [Symbol.iterator]!: any;
  [key: string]: unknown;
}
function f(runId: string): void;
function f(runId?: unknown) { return (runId satisfies unknown as any)!.split('-'); }
const g = <T,>(runId: T) => f<string>(runId as never);
const h = f<string>;
type Keyed<T> = { [K in keyof T as \`run-\${K & string}\`]?: T[K] extends infer U ? U : never };
let tuple: [runId: string, rest?: number, ...more: unknown[]];
let u: unique symbol; let typed: typeof import('./run-id.js');
abstract class Other { abstract runId: string; static { } }
export = ids;
`;

const JSX = `const view = <><a:b runId={runId || 'x'} {...runId}>{runId && <i>{\`\${runId}-\${runId}\`}</i>}{}</a:b><A.B /></>;`;

const rules = Object.fromEntries(Object.keys(plugin.rules).map((rule) => [`run-id/${rule}`, 'error']));

function lint(code, languageOptions = {}) {
  const config = { plugins: { 'run-id': plugin }, rules, languageOptions };
  const found = new Linter().verify(code, [config, plugin.configs.strict]);
  assert.deepEqual(
    found.filter(({ fatal }) => fatal),
    [],
  );
  return found;
}

describe('no rule throws', () => {
  test('on any syntax of JavaScript', () => {
    const found = lint(JAVASCRIPT.replace('/v.test', '/u.test'));
    assert.ok(found.length > 10);
  });
  test('on any syntax of TypeScript', () => {
    assert.ok(lint(TYPESCRIPT, { parser }).length > 2);
  });
  test('on JSX', () => {
    lint(JSX, { parserOptions: { ecmaFeatures: { jsx: true } } });
  });
  test('on a file without anything', () => {
    assert.deepEqual(lint(''), []);
  });
});

/** A list with more elements than the stack has room for arguments, and as many statements. */
const LIST = `[${'0,'.repeat(130_000)}]`;
const STATEMENTS = 'f();'.repeat(130_000);

/** What deep recursion, or a search from each node up, would not survive. */
const SIZES = {
  '1,000 lines of one function': `function f(runId) {\n${'  if (!runId) { runId = other(); } else { x = runId || y; }\n'.repeat(1_000)}}`,
  '2,000 terms of one text': `const key = runId + ${"'-' + part + ".repeat(1_000)}'';`,
  '10,000 parts of one template': `const key = \`\${runId}${'-${part}'.repeat(10_000)}\`;`,
  'a variable that is looked up 1,000 times': `async function f(runId) {\n  let job;\n${'  job = await find(runId); if (!job) job = create(generateRunId());\n'.repeat(1_000)}}`,
  '500 calls within each other': `find(${'f('.repeat(500)}String(runId)${')'.repeat(500)});`,
  '1,000 calls of one chain': `runId.split('-')${".map((part) => part).join('-')".repeat(500)};`,
  '2,000 variables, each of the one before': `${Array.from({ length: 2_000 }, (_, at) => `const v${at} = String(${at ? `v${at - 1}` : 'runId'});`).join('\n')}\nconst newRunId = v1999;`,
  '2,000 operands of one chain': `const id = runId${' || other'.repeat(2_000)};`,
  'a text of 130,000 elements': `const key = [runId, ${'x,'.repeat(130_000)}].join('-');`,
  'a list that is an argument of a lookup': `async function f() { const job = await find(runId, ${LIST}); if (!job) runId = generateRunId(); }`,
  'a list in a branch without a record': `async function f() { const job = await find(runId); if (!job) { create(${LIST}, generateRunId()); } }`,
  'a list in a function': `function cleanRunId(runId) { runId.split('-'); f(${LIST}); return runId; }`,
  'a list in a file with fields': `class Job { time = Date.now(); run() { this.runId = this.runId || this.time + '-' + f(); } }\nf(${LIST});`,
  'a branch of 130,000 statements': `if (!runId) { ${STATEMENTS} runId = 'unknown'; }`,
  'a function of 130,000 statements': `function f() { if (x) { ${STATEMENTS} return Date.now() + '-' + x; } }\nif (!runId) runId = f();`,
  'a minified file': Array.from(
    { length: 5_000 },
    (_, at) => `var a${at}=b=>{let runId=b.runId||c;return runId};`,
  ).join(''),
};

describe('no rule gives up on', () => {
  for (const [what, code] of Object.entries(SIZES)) {
    test(what, () => assert.ok(lint(code).length > 0));
  }
});
