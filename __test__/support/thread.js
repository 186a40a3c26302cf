'use strict';

const { Worker } = require('node:worker_threads');

const ENTRY = require.resolve('../../index.js');

/**
 * Runs a function in a worker thread of this process. It is called with the package's exports and with
 * `data`, and cannot see anything else of this file's caller.
 */
function startThread(main, data, options) {
  const source = `
    const { workerData } = require('node:worker_threads');
    (${main})(require(workerData.entry), workerData.data);`;
  return new Worker(source, { eval: true, workerData: { entry: ENTRY, data }, ...options });
}

module.exports = { startThread };
