'use strict';

/** Settings of a BullMQ worker by which the job of one that is stopped is another's within a second. */
const HASTY = { lockDuration: 600, stalledInterval: 300, maxStalledCount: 10, drainDelay: 1 };

module.exports = { HASTY };
