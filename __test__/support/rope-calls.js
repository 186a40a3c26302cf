'use strict';

// A program: has texts of 100,000,000 characters refused in every place, and prints by how many megabytes
// that raised the process's memory. Each text is a rope, which takes next to nothing until somebody reads it.

const assert = require('node:assert/strict');
const api = require('../../index.js');
const { nearRunIds, rankNear } = require('../../lib/job-tracking/index.js');
const { expectUnchanged, isolate } = require('../../lib/testing/index.js');

const LENGTH = 100_000_000;
const BASE = '250712-100505';

api.configure({ logger: null });

/** A new text each time: one that was read once stays flat. */
function rope(start) {
  const text = start + '2'.repeat(LENGTH - start.length);
  assert.equal(text.length, LENGTH);
  return text;
}

/** Each exported function that has parameters, called with the text alone. */
const FUNCTIONS = Object.entries(api).filter(
  ([name, value]) => typeof value === 'function' && name !== 'stats',
);

const CALLS = {
  ...Object.fromEntries(FUNCTIONS),
  'createClientRunId, client': (text) => api.createClientRunId(BASE, text),
  'clientRunIdFor, client': (text) => api.clientRunIdFor(BASE, text),
  'createClientRunId, both': (text) => api.createClientRunId(text, text),
  'req.specificRunId': (text) => api.resolveRunId({ specificRunId: text }),
  'req.query.runId': (text) => api.resolveRunId({ query: { runId: text } }),
  'req.body.runId': (text) => api.resolveRunIdWithSource({ body: { runId: text } }),
  parentRunId: (text) => api.resolveRunId({}, text),
  'options.parentRunId': (text) => api.resolveRunId({}, { parentRunId: text }),
  'options.clientId': (text) => api.resolveRunId({}, { clientId: text }),
  'options.expectClientId': (text) => api.resolveRunId({ specificRunId: BASE }, { expectClientId: text }),
  'options.generate': (text) => api.resolveRunId({}, { generate: text }),
  'options.onConflict': (text) => api.resolveRunId({}, { onConflict: text }),
  'settings.service': (text) => api.configure({ service: text }),
  'settings.maxLeadSeconds': (text) => api.configure({ maxLeadSeconds: text }),
  'settings.sequenceFile': (text) => api.configure({ sequenceFile: text }),
  nearRunIds,
  rankNear: (text) => rankNear(text, []),
  expectUnchanged: (text) => expectUnchanged(text, () => {}),
  'clock.set': (text) => isolate(({ clock }) => clock.set(text)),
  addClientSuffix: (text) => api.addClientSuffix(text, text),
};

/** What a call throws, and by how many megabytes memory rose. A rope that was read stays flat, so it shows. */
function measure(call, start = `${BASE}-`) {
  const text = rope(start);
  const before = process.memoryUsage.rss();
  let refusal = null;
  try {
    if (call(text) === false) refusal = 'false';
  } catch (error) {
    refusal = error instanceof TypeError ? 'TypeError' : error.code;
  }
  const grown = (process.memoryUsage.rss() - before) / 2 ** 20;
  assert.equal(text.length, LENGTH);
  return { refusal, grown };
}

const results = {};
for (const [name, call] of Object.entries(CALLS)) {
  results[name] = measure(call, name.includes('lient') ? 'A' : undefined);
}
results['a lower source'] = measure((text) => {
  const req = { specificRunId: BASE, query: { runId: text } };
  assert.equal(api.resolveRunId(req, { onConflict: 'throw' }), BASE);
});
results['what exists'] = measure((text) => assert.deepEqual(rankNear(BASE, [text]), []));
results['reading it'] = measure((text) => assert.ok(!/[a-z]/.test(text)));

process.stdout.write(JSON.stringify(results));
