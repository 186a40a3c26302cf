'use strict';

const { configure } = require('../../../index.js');
const { currentRunId, receive } = require('../../../lib/context/index.js');

configure({ logger: null });

/** A processor of BullMQ: what `job` is here is an object that was sent to another process or thread. */
module.exports = async (job) => {
  try {
    return await receive(job, 'bullmq', async () => {
      await null;
      return currentRunId();
    });
  } catch (error) {
    return error.code;
  }
};
