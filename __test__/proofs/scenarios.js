'use strict';

// Real processes change an ID in each of the twelve ways: what `check` says of it, whoever did so and whatever is
// logged.

const assert = require('node:assert/strict');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { CHANNELS, LEVELS, NAMES, POSITIONS, SITES, expectedOf } = require('../support/scenarios/expected.js');
const { Stage } = require('../support/scenarios/stage.js');

let stage;
before(async () => {
  stage = await Stage.open();
});
after(() => stage?.close());

const serviceOf = (process) => process.split('@')[0];

/** The name of the place that a call site stands for. */
function siteOf(at) {
  if (at === null) return null;
  const found = Object.entries(SITES).find(([, place]) => at.startsWith(place));
  return found === undefined ? at : found[0];
}

/** A sight as the expected ones name it. What is no event tells no service: each has a file of its own. */
function seen(sight) {
  if (sight === null) return null;
  const { process, file, at } = sight;
  const service = process.includes('@') ? serviceOf(process) : path.basename(file, '.log');
  return { service, site: siteOf(at) };
}

/** Of a finding what is expected of it. */
function shown(finding, expected) {
  const { arrivedAt, changedBy } = finding;
  const told = {
    class: finding.class,
    runId: finding.runId,
    expected: finding.expected,
    confidence: finding.confidence,
    changedBy: changedBy.map(({ process, from, to }) => ({
      service: serviceOf(process),
      from: siteOf(from?.at ?? null),
      to: siteOf(to.at),
    })),
    arrivedAt: arrivedAt && { ...seen(arrivedAt), source: arrivedAt.source },
    lastRight: seen(finding.lastRight),
    place: { service: serviceOf(finding.process), site: siteOf(finding.at) },
  };
  return Object.fromEntries(Object.keys(expected).map((name) => [name, told[name]]));
}

for (const position of POSITIONS) {
  for (const level of LEVELS) {
    for (const channel of CHANNELS) {
      const scene = { position, level, channel };
      describe(Object.values(scene).join(', '), () => {
        let findings;
        before(async () => {
          ({ findings } = await stage.play(scene));
        });
        for (const way of NAMES) {
          test(way, () => {
            const expected = open(expectedOf(way, scene));
            const own = findings.filter(({ runId }) => runId === expected.runId);
            assert.deepEqual(
              own.map((finding) => shown(finding, expected)),
              [expected],
            );
          });
        }
        test('nothing else', () => {
          const wrong = new Set(NAMES.map((way) => expectedOf(way, scene).runId));
          assert.deepEqual(
            findings
              .filter(({ runId }) => !wrong.has(runId))
              .map((finding) => [finding.class, finding.runId]),
            [],
          );
        });
      });
    }
  }
}

/** Without what is left open. */
const open = (expected) =>
  Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined));
