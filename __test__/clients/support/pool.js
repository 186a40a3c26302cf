'use strict';

/** Connections that are cut are an error of their query, not of the process. */
function ignoreCuts(pool) {
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
}

module.exports = { ignoreCuts };
