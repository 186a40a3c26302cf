'use strict';

// No process that `check` names as a certain culprit is innocent, whatever the logs contain.

const assert = require('node:assert/strict');
const test = require('node:test');
const { Chains } = require('./support/chains.js');

const SEEDS = Array.from({ length: 60 }, (_, at) => at + 1);

test('every certain culprit changed the ID, and most culprits are named', async (t) => {
  let [changed, named, told] = [0, 0, 0];
  for (const seed of SEEDS) {
    const chains = new Chains(t, seed);
    const { findings } = await chains.verdict();
    for (const { way, wrong, right, culprit } of chains.changes) {
      const finding = findings.find(({ class: name, runId }) => name === way && runId === wrong);
      if (finding === undefined) continue;
      told += 1;
      changed += Number(culprit !== null);
      if (finding.confidence !== 'certain') continue;
      const context = `seed ${seed}, ${way}: ${JSON.stringify(finding)}`;
      assert.equal(finding.expected, right, context);
      for (const { process } of finding.changedBy) assert.equal(process, culprit, context);
      named += Number(finding.changedBy.length > 0);
    }
  }
  // Enough of each to tell.
  assert.ok(told > 300 && changed > 200, `${told} ${changed}`);
  assert.ok(named > changed / 3, `${named} of ${changed}`);
});
