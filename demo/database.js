'use strict';

// PostgreSQL without an installation: PGlite, behind a socket, so that every process connects to it with `pg`.
// It is one session that all connections take turns in; nothing of theirs may depend on session state.

const { PGlite } = require('@electric-sql/pglite');
const { PGLiteSocketServer } = require('@electric-sql/pglite-socket');
const { announce } = require('./service.js');

/** One for each process, and one to spare for each; the socket server takes only one unless told. */
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
