'use strict';

// Each line of docs/run-in-hand.md on the real client: the code is the page's own, so neither can drift.

const assert = require('node:assert/strict');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { configure } = require('../../index.js');
const { Postgres } = require('../../tools/postgres.js');
const { Redis } = require('../../tools/redis.js');
const { Workspace } = require('../../tools/workspace.js');
const { CLIENTS } = require('./support/scopes.js');
const { printedBy, readPage } = require('./support/tables.js');
const { RUN_COUNT, entersRun, tryCalls, tryMessages, verdictOf } = require('./support/trials.js');

configure({ logger: null });

const { calls, messages, snippets } = readPage();
const isHere = Postgres.isHere() && Redis.isHere();
const options = { skip: !isHere, timeout: 60_000 };
const servers = {};

before(async () => {
  if (!isHere) return;
  servers.postgres = await Postgres.start();
  servers.redis = await Redis.start();
});

after(async () => {
  await servers.redis?.stop();
  await servers.postgres?.stop();
});

test('every client that can be tried is in the tables, and the other way round', () => {
  const named = new Set([...calls, ...messages].map(({ client }) => client));
  assert.deepEqual([...named].sort(), Object.keys(CLIENTS).sort());
});

describe('Code that a run calls', () => {
  for (const { client, code, seen, bound, advice } of calls) {
    test(`${client}: ${code}`, options, async () => {
      const counts = await tryCalls(client, code, servers);
      assert.equal(verdictOf(counts), seen, JSON.stringify(counts));
      if (advice !== null) {
        assert.equal((await tryCalls(client, advice, servers)).own, RUN_COUNT, advice);
      }
      if (bound !== null) {
        assert.equal(verdictOf(await tryCalls(client, code, servers, { bound: true })), bound, 'bound');
      }
      // A line may leave a column empty only where there is nothing to bind, or to say.
      if (bound === null && !entersRun(code)) assert.equal(seen, 'its own');
      if (advice === null) assert.equal(seen, 'its own');
    });
  }
});

describe('Code that messages call', () => {
  for (const { client, code, seen, advice } of messages) {
    test(`${client}: ${code}`, options, async () => {
      const counts = await tryMessages(client, code, servers);
      assert.equal(verdictOf(counts), seen, JSON.stringify(counts));
      // It holds wherever the handler is made.
      for (const inside of [false, true]) {
        assert.equal((await tryMessages(client, advice, servers, { inside })).own, RUN_COUNT, advice);
      }
    });
  }
});

describe('The snippets', () => {
  const workspace = new Workspace({ after });
  const modules = path.join(__dirname, 'node_modules');

  for (const [i, snippet] of snippets.entries()) {
    test(`number ${i + 1} prints what it says`, options, async () => {
      const name = `snippet-${i}.js`;
      workspace.write(name, snippet);
      const env = { NODE_PATH: modules, DATABASE_URL: servers.postgres.url, REDIS_URL: servers.redis.url };
      const { code, stdout, stderr } = await workspace.run(name, { env });
      assert.equal(code, 0, stderr);
      assert.deepEqual(stdout.trim().split('\n'), printedBy(snippet));
      assert.notEqual(stdout, '');
    });
  }
});
