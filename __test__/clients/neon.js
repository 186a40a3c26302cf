'use strict';

const { once } = require('node:events');
const net = require('node:net');
const { Pool, neonConfig } = require('@neondatabase/serverless');
const WebSocket = require('ws');
const { adapterOf } = require('./support/adapters.js');
const { ignoreCuts } = require('./support/pool.js');
const { testClient } = require('./support/suite.js');

// Neon speaks through a WebSocket, and its proxy to the server: here that is one on loopback, which ends with the
// server's connection.
async function startProxy(url) {
  const { hostname, port } = new URL(url);
  const server = new WebSocket.Server({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    const stream = net.connect(Number(port), hostname);
    const early = [];
    stream.on('connect', () => {
      for (const chunk of early.splice(0)) stream.write(chunk);
    });
    socket.on('message', (chunk) => (stream.connecting ? early.push(chunk) : stream.write(chunk)));
    stream.on('data', (chunk) => socket.send(chunk));
    stream.on('error', () => {});
    stream.on('close', () => socket.terminate());
    socket.on('close', () => stream.destroy());
  });
  await once(server, 'listening');
  return server;
}

async function connect(url) {
  const proxy = await startProxy(url);
  Object.assign(neonConfig, {
    webSocketConstructor: WebSocket,
    wsProxy: () => `127.0.0.1:${proxy.address().port}`,
    useSecureWebSocket: false,
    pipelineTLS: false,
    pipelineConnect: false,
  });
  const pool = new Pool({ connectionString: url, max: 4 });
  ignoreCuts(pool);
  return {
    db: adapterOf('Neon', { pool }),
    async transaction(run) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        await run(adapterOf('Neon', { pool: client }));
        await client.query('COMMIT');
      } catch (error) {
        await client.query('ROLLBACK');
        throw error;
      } finally {
        client.release();
      }
    },
    async end() {
      await pool.end();
      proxy.close();
    },
  };
}

testClient('neon', connect, { seesRefusals: false });
