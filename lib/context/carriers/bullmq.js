'use strict';

// A job of BullMQ, or of Bull, its predecessor. What is added to a queue is data, and what is processed is the job: only
// the job shows whether it is a repetition, whose data is that of its scheduler.

const { data } = require('./data.js');
const { Flaw, ownValue } = require('./named-value.js');
const { isRecord } = require('./shape.js');

const bullmq = {
  place: data.place,
  received: { accepts: isJob, wants: 'the job itself, with its data and opts', read },
  sent: {
    ...data.sent,
    accepts: (given) => isRecord(given) && !isJob(given),
    wants: 'the data of a job: an object with its data in its own properties',
  },
};

function isJob(job) {
  return isRecord(job) && Object.hasOwn(job, 'data') && Object.hasOwn(job, 'opts');
}

function read(job) {
  const found = readData(ownValue(job, 'data'));
  if (!isRepetition(job)) return found;
  return new Flaw(found === undefined ? 'bare-repetition' : 'repeated-run');
}

function readData(given) {
  if (given === undefined) return undefined;
  return isRecord(given) ? data.received.read(given) : new Flaw('job-data', given);
}

/** Schedulers leave their key in the job; both they and Bull leave the repeat settings in its options. */
function isRepetition(job) {
  if (ownValue(job, 'repeatJobKey') !== undefined) return true;
  const opts = ownValue(job, 'opts');
  return isRecord(opts) && ownValue(opts, 'repeat') !== undefined;
}

module.exports = { bullmq };
