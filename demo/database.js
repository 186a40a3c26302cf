'use strict';

// PostgreSQL without an installation: PGlite, behind a socket, so that every process connects to it with `pg`.
// All connections take turns in one session; nothing may depend on session state.

const { PGlite } = require('@electric-sql/pglite');
const { PGLiteSocketServer } = require('@electric-sql/pglite-socket');
const { announce } = require('./service.js');

/** One for each process, and one spare for each; the socket server accepts only one by default. */
const MAX_CONNECTIONS = 16;

async function main() {
  const db = await PGlite.create(); // in memory
  const server = new PGLiteSocketServer({ db, host: '127.0.0.1', port: 0, maxConnections: MAX_CONNECTIONS });
  await server.start();
  announce(`postgres://postgres@${server.getServerConn()}/postgres?sslmode=disable`, async () => {
    await server.stop();
    await db.close();
  });
}

main();
