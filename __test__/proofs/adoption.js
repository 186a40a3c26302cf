'use strict';

// A copy of the legacy service goes the whole way: plan, observe, by hand, re-export, suggestions. It is driven in real
// processes before and after.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { countsOf, documentedTable, tableOf } = require('../support/adoption/document.js');
const { Way } = require('../support/adoption/way.js');
const { DISEASES } = require('../support/legacy-diseases.js');

const REEXPORTS = [
  'services/runIdService.js',
  'services/unifiedRunIdService.js',
  'utils/runIdGenerator.js',
  'utils/runIdNormalizer.js',
  'utils/runIdUtils.js',
  'utils/runIdValidator.js',
];

let way;
before(async () => {
  way = await new Way({ after }).go();
});

describe('before', () => {
  test('all its own tests pass', () => {
    assert.deepEqual([...way.before.failed, ...way.before.old.failed], []);
  });

  for (const [index, { name }] of DISEASES.entries()) {
    test(`a run is lost: ${name}`, () => {
      assert.ok(way.before.diseases[index].lost);
    });
  }
});

describe('on the way', () => {
  test('the plan counts each place once, and names the modules of helpers', () => {
    const { places, rules, reexports } = way.plan;
    assert.equal(
      rules.reduce((sum, rule) => sum + rule.places, 0),
      places,
    );
    const files = reexports.map(({ file }) => file);
    assert.deepEqual(
      REEXPORTS.filter((file) => !files.includes(file)),
      [],
    );
  });

  test('being observed changes nothing, and accuses nobody', () => {
    assert.deepEqual(way.observed.failed, []);
    assert.deepEqual(way.observed.certain, []);
  });

  test('what is observed tells the routes that are ready from those that are not', () => {
    const stateOf = (place) => way.observed.places.find((one) => one.place === place)?.state;
    assert.equal(stateOf('GET /internal/client-runs'), 'ready');
    assert.equal(stateOf('GET /api/my'), 'refused');
    // The ID stands in `body.payload`: `resolveRunId` would reject the request, and not start a second run.
    assert.equal(stateOf('POST /webhooks/apify'), 'refused');
    assert.equal(stateOf('POST /api/jobs'), 'generates');
  });

  test('the modules of helpers become one line each', () => {
    assert.equal(way.written.files, REEXPORTS.length);
  });

  test('a suggestion was accepted of each rule that has some', () => {
    assert.ok(way.applied['run-id/no-deprecated-helper'] > 0, JSON.stringify(way.applied));
    assert.ok(way.applied['run-id/no-run-id-truthiness'] > 0, JSON.stringify(way.applied));
    assert.ok(way.applied['run-id/prefer-resolve-run-id'] > 0, JSON.stringify(way.applied));
  });
});

describe('after', () => {
  test('its tests that agree with the contract pass, unchanged', () => {
    assert.deepEqual(way.after.failed, []);
    assert.deepEqual(way.after.passed, way.before.passed);
  });

  test('its tests of what the contract forbids fail', () => {
    assert.deepEqual(way.after.old.passed, []);
    assert.deepEqual(way.after.old.failed, way.before.old.passed);
  });

  for (const [index, { name, right }] of DISEASES.entries()) {
    test(`no run is lost any more: ${name}`, () => {
      const { lost, answer } = way.after.diseases[index];
      const told = JSON.stringify(answer);
      assert.equal(lost, false, told);
      if (right === 'found') assert.ok(answer.status < 300, told);
      else assert.equal(answer.body.code, right, told);
    });
  }

  test('`check` finds nothing in the logs of its tests', () => {
    assert.equal(way.verdict.exitCode, 0);
    assert.deepEqual(way.verdict.findings, []);
    assert.ok(way.verdict.runs > 0);
  });

  test('no rule finds a place but in tests', () => {
    assert.deepEqual(
      way.left.filter(({ file }) => !file.startsWith('tests/')),
      [],
    );
  });
});

test('docs/migrating.md tells it', () => {
  const documented = documentedTable();
  assert.deepEqual(
    documented?.map(countsOf),
    tableOf(way).map(countsOf),
    'node scripts/document-adoption.js',
  );
});
