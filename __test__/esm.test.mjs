import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import api, {
  CLIENT_ID_PATTERN,
  clientRunIdFor,
  configure,
  createClientRunId,
  generateRunId,
  generateTimestampRunId,
  getBaseRunId,
  getClientId,
  getNormalizedRunId,
  isBaseRunId,
  isClientId,
  isClientRunId,
  isRunId,
  normalizeRunId,
  parseRunId,
  RUN_ID_PATTERN,
  RunIdError,
  resolveRunId,
  resolveRunIdWithSource,
} from 'unified-run-id';
import { ENTRIES, load, namesIn } from './support/entries.js';
import binding from '../lib/binding.js';

const { RETIRED } = binding;

configure({ logger: null });

test('the package name resolves to the entry file', () => {
  const require = createRequire(import.meta.url);
  assert.equal(import.meta.resolve('unified-run-id'), new URL('../index.js', import.meta.url).href);
  assert.equal(require('unified-run-id'), api);
});

for (const entry of ENTRIES) {
  test(`every export of ${entry.name} can be imported by name, and is what require gives`, async () => {
    const { default: whole, 'module.exports': _whole, ...named } = await import(entry.name);
    const required = load(entry);
    assert.equal(whole, required);
    // Legacy names do not enumerate, but can be imported, so that who does is told what to write.
    const retired = entry.name === 'unified-run-id' ? RETIRED : [];
    const names = new Set([...namesIn(entry).filter((name) => name !== 'default'), ...retired]);
    assert.deepEqual(Object.keys(named).sort(), [...names].sort());
    for (const name of names) assert.equal(named[name], required[name], name);
  });
}

test('the legacy names are there on the default import, where they say what to do', () => {
  assert.throws(() => api.addClientSuffix('250712-100505', 'Ann'), { code: 'ERR_RUN_ID_DEPRECATED' });
});

test('imported functions work without the object they came from', () => {
  const runId = generateTimestampRunId('Ann-Carver');
  assert.ok(isRunId(runId) && new RegExp(RUN_ID_PATTERN, 'v').test(runId));
  assert.equal(normalizeRunId(runId), runId);
  assert.equal(getNormalizedRunId(runId), runId);
  assert.equal(createClientRunId(getBaseRunId(runId), getClientId(runId)), runId);
  assert.equal(clientRunIdFor(runId, 'Ann-Carver'), runId);
  assert.equal(parseRunId(runId).clientId, 'Ann-Carver');
  assert.ok(isClientRunId(runId) && isBaseRunId(getBaseRunId(runId)));
  assert.ok(isClientId('Ann-Carver') && new RegExp(CLIENT_ID_PATTERN, 'v').test('Ann-Carver'));
  assert.equal(resolveRunId({ query: { runId } }), runId);
  assert.deepEqual(resolveRunIdWithSource({}, runId), { runId, source: 'parentRunId' });
  assert.throws(() => generateRunId(), RunIdError);
});

test("the stack of an error begins at the caller's line in an ES module too", () => {
  try {
    normalizeRunId('foo-bar');
    assert.fail('returned');
  } catch (error) {
    assert.match(error.stack, /^RunIdError: [^\n]+\n +at [^\n]*esm\.test\.mjs/);
  }
});
