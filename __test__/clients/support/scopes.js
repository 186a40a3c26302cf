'use strict';

// What the code in the tables of docs/run-in-hand.md finds by name: the real client, made outside any run, as the
// document says. Each way is tried in a scope of its own.

const { EventEmitter, once } = require('node:events');
const http = require('node:http');
const fs = require('node:fs');
const { Readable } = require('node:stream');
const { execFile } = require('node:child_process');
const express = require('express');
const { runIdBoundary } = require('../../../lib/boundary/express/index.js');
const { leaveRun } = require('../../../lib/context/index.js');

const TEXT = 'SELECT 7 AS leads';

/** Twenty runs share two connections. */
const CONNECTIONS = 2;

let queues = 0;

// One Client that twenty runs share queues their queries, which pg only warns of so far.
process.noDeprecation = true;

/**
 * Each client by its name in the tables: `open(servers)` gives the names that its code uses. `fire` is what makes an
 * event happen, by the part of the code that listens for it.
 */
const CLIENTS = {
  'Node.js': {
    async open() {
      const emitter = new EventEmitter().setMaxListeners(0);
      const server = http.createServer((_req, res) => res.end('7')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
      return {
        names: {
          emitter,
          url: `http://127.0.0.1:${server.address().port}/`,
          agent,
          execFile,
          fs,
          http,
          Readable,
          file: __filename,
        },
        fire: { 'emitter.': () => emitter.emit('lead') },
        close() {
          agent.destroy();
          server.close();
          server.closeAllConnections();
        },
      };
    },
  },

  pg: {
    async open({ postgres }) {
      const { Client, Pool } = require('pg');
      const QueryStream = require('pg-query-stream');
      const pool = new Pool({ connectionString: postgres.url, max: CONNECTIONS });
      const client = new Client({ connectionString: postgres.url });
      client.setMaxListeners(0);
      await client.connect();
      await client.query('LISTEN leads');
      return {
        names: { pool, client, QueryStream, text: TEXT },
        fire: {
          "client.on('notification'": () => pool.query("NOTIFY leads, '7'"),
          "client.on('notice'": () => client.query("DO $$ BEGIN RAISE NOTICE 'leads'; END $$"),
        },
        send: (message) => pool.query('SELECT pg_notify($1, $2)', ['leads', JSON.stringify(message)]),
        async close() {
          await client.end();
          await pool.end();
        },
      };
    },
  },

  'postgres.js': {
    async open({ postgres }) {
      const sql = require('postgres')(postgres.url, { max: CONNECTIONS, onnotice() {} });
      return {
        names: { sql },
        fire: { 'sql.listen(': () => sql.notify('leads', '7') },
        send: (message) => sql.notify('leads', JSON.stringify(message)),
        close: () => sql.end({ timeout: 5 }),
      };
    },
  },

  Knex: {
    open({ postgres }) {
      const knex = require('knex')({
        client: 'pg',
        connection: postgres.url,
        pool: { min: 0, max: CONNECTIONS },
      });
      return { names: { knex, text: TEXT }, close: () => knex.destroy() };
    },
  },

  ioredis: {
    async open({ redis }) {
      const { Redis } = require('ioredis');
      const [commands, subscriber] = [new Redis(redis.url), new Redis(redis.url)];
      subscriber.setMaxListeners(0);
      await subscriber.subscribe('leads');
      return {
        names: { redis: commands, subscriber },
        fire: { 'subscriber.': () => commands.publish('leads', '7') },
        send: (message) => commands.publish('leads', JSON.stringify(message)),
        close() {
          commands.disconnect();
          subscriber.disconnect();
        },
      };
    },
  },

  BullMQ: {
    async open({ redis }) {
      const { Queue, Worker } = require('bullmq');
      const { Redis } = require('ioredis');
      const connection = new Redis(redis.url, { maxRetriesPerRequest: null });
      connection.setMaxListeners(0);
      const name = `leads-${++queues}`;
      const queue = new Queue(name, { connection });
      const workers = [];
      class KeptWorker extends Worker {
        constructor(...args) {
          super(...args);
          workers.push(this);
        }
      }
      return {
        names: {
          Worker: KeptWorker,
          name,
          options: { connection, concurrency: 5 },
          score() {},
          connection,
        },
        send: (message) => queue.add('score', message),
        async close() {
          for (const worker of workers) await worker.close();
          await queue.close();
          connection.disconnect();
        },
      };
    },
  },

  Express: {
    async open({ postgres }) {
      const { Pool } = require('pg');
      const pool = new Pool({ connectionString: postgres.url, max: CONNECTIONS });
      const handlers = new Map();
      const app = express();
      app.use(runIdBoundary());
      app.post('/score', (req, res) => handlers.get(req.runId)(req, res));
      const server = leaveRun(() => http.createServer(app).listen(0, '127.0.0.1'));
      await once(server, 'listening');
      const agent = new http.Agent({ keepAlive: true, maxSockets: 5 });
      const { port } = server.address();
      return {
        names: { pool, text: TEXT },
        /** Calls the way in the route of a request of this run. */
        async request(runId, way) {
          handlers.set(runId, way);
          const request = http.request({ port, agent, path: `/score?runId=${runId}`, method: 'POST' });
          request.end(JSON.stringify({ leads: 5 }));
          const [response] = await once(request, 'response');
          response.resume();
          await once(response, 'end');
        },
        async close() {
          agent.destroy();
          server.close();
          server.closeAllConnections();
          await pool.end();
        },
      };
    },
  },
};

module.exports = { CLIENTS };
