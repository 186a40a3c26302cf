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
  scanRunIds,
} from 'unified-run-id';

const named = {
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
  resolveRunId,
  resolveRunIdWithSource,
  scanRunIds,
  RUN_ID_PATTERN,
  CLIENT_ID_PATTERN,
  RunIdError,
};

configure({ logger: null });

test('the package name resolves to the entry file', () => {
  const require = createRequire(import.meta.url);
  assert.equal(import.meta.resolve('unified-run-id'), new URL('../index.js', import.meta.url).href);
  assert.equal(require('unified-run-id'), api);
});

test('named imports, the default import and require give the same functions', async () => {
  const namespace = await import('../index.js');
  const required = createRequire(import.meta.url)('../index.js');
  assert.equal(namespace.default, required);
  assert.equal(api, required);
  for (const [name, value] of Object.entries(named)) {
    assert.notEqual(value, undefined, name);
    assert.equal(value, required[name], name);
    assert.equal(value, namespace[name], name);
  }
});

test('every documented export can be imported by name, and no legacy name can', async () => {
  const names = Object.keys(await import('../index.js'));
  const own = names.filter((name) => name !== 'default' && name !== 'module.exports');
  assert.deepEqual(own.sort(), Object.keys(named).sort());
  assert.deepEqual(own.sort(), Object.keys(api).sort());
});

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
