'use strict';

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const http = require('node:http');
const { describe, test } = require('node:test');
const { configure, normalizeRunId } = require('../index.js');
const { runIdBoundary, runIdErrors } = require('../lib/boundary/express/index.js');

const RUN_ID = '251006-143000-Ann-Carver';

configure({ logger: null });

/** What a server answers, as JSON, to one request that names the run. */
async function answerOf(t, listener, path = '/') {
  const server = http.createServer(listener).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const response = await fetch(`http://127.0.0.1:${server.address().port}${path}?runId=${RUN_ID}`);
  return await response.json();
}

const shown = ({ runId, runIdSource }) => ({ runId, runIdSource });

for (const module of ['express', 'express4']) {
  const express = require(module);

  describe(`The request of ${module}`, () => {
    test('shows its run to an outer app too when a mounted one has the boundary', async (t) => {
      const inner = express();
      inner.use(runIdBoundary());
      inner.use((_req, _res, next) => next());
      const app = express();
      app.use('/inner', inner);
      app.use((req, res) => res.json(shown(req)));
      assert.deepEqual(await answerOf(t, app, '/inner'), { runId: RUN_ID, runIdSource: 'query' });
    });

    test('shows the resolved run in place of what was assigned before', async (t) => {
      const app = express();
      app.use((req, _res, next) => {
        req.runId = 'by hand';
        next();
      });
      app.use(runIdBoundary());
      app.use((req, res) => res.json(shown(req)));
      assert.deepEqual(await answerOf(t, app), { runId: RUN_ID, runIdSource: 'query' });
    });

    test('lets a later handler assign its own, for this request only', async (t) => {
      const app = express();
      app.use(runIdBoundary());
      let isFirst = true;
      app.use((req, res) => {
        if (isFirst) req.runId = 'by hand';
        isFirst = false;
        res.json(shown(req));
      });
      assert.deepEqual(await answerOf(t, app), { runId: 'by hand', runIdSource: 'query' });
      assert.deepEqual(await answerOf(t, app), { runId: RUN_ID, runIdSource: 'query' });
    });

    test('shows nothing in another app, nor before the boundary', async (t) => {
      const app = express();
      const before = [];
      app.use((req, _res, next) => {
        before.push(shown(req));
        next();
      });
      app.use(runIdBoundary());
      app.use((req, res) => res.json(shown(req)));
      await answerOf(t, app);
      await answerOf(t, app);
      assert.deepEqual(before, [
        { runId: undefined, runIdSource: undefined },
        { runId: undefined, runIdSource: undefined },
      ]);
      const other = express();
      other.use((req, res) => res.json({ has: 'runId' in req }));
      assert.deepEqual(await answerOf(t, other), { has: false });
    });

    test('of a bare http server has the properties itself, and the prototype of all has none', async (t) => {
      const boundary = runIdBoundary();
      const answer = await answerOf(t, (req, res) => {
        req.query = { runId: RUN_ID };
        boundary(req, res, (error) => res.end(JSON.stringify(error ? { error } : shown(req))));
      });
      assert.deepEqual(answer, { runId: RUN_ID, runIdSource: 'query' });
      assert.equal('runId' in http.IncomingMessage.prototype, false);
    });
  });
}

test('what the application refuses after a boundary is told with its own line', async (t) => {
  const heard = [];
  const onReject = (event) => heard.push(event.at);
  subscribe('unified-run-id:reject', onReject);
  t.after(() => unsubscribe('unified-run-id:reject', onReject));
  const app = require('express')();
  app.use(runIdBoundary());
  app.use((_req, res) => res.json({ wrong: refusedBy(() => normalizeRunId('x')) }));
  assert.deepEqual(await answerOf(t, app), { wrong: 'ERR_RUN_ID_FORMAT' });
  const { stack } = new Error();
  const made = Number(/express-request\.test\.js:(\d+)/.exec(stack)[1]);
  const [, line] = /^__test__\/express-request\.test\.js:(\d+):\d+$/.exec(heard[0]);
  assert.equal(Number(line), made - 2);
});

function refusedBy(call) {
  try {
    return call();
  } catch (error) {
    return error.code;
  }
}

test('what a boundary refuses is told with the line that made the boundary', async (t) => {
  const heard = [];
  const onReject = (event) => heard.push(event.at);
  subscribe('unified-run-id:reject', onReject);
  t.after(() => unsubscribe('unified-run-id:reject', onReject));
  const app = require('express')();
  app.use(runIdBoundary({ clientId: async () => 'Acme-Corp' }));
  app.use(runIdErrors());
  assert.equal((await answerOf(t, app)).code, 'ERR_RUN_ID_CLIENT_MISMATCH');
  assert.equal(heard.length, 1);
  assert.match(heard[0], /^__test__\/express-request\.test\.js:\d+:\d+$/);
});
