'use strict';

// A property of an object: the data of a job, of a worker thread.

const { Name, valueIn } = require('./named-value.js');
const { isRecord } = require('./shape.js');

const PROPERTY = 'runId';
const NAME = new Name(PROPERTY);

const received = {
  accepts: isRecord,
  wants: 'an object with its data in its own properties',
  read: (data) => valueIn(data, NAME),
};

const data = {
  place: PROPERTY,
  received,
  sent: {
    ...received,
    copy: (data) => ({ ...data }),
    write: (data, runId) => ({ ...data, [PROPERTY]: runId }),
  },
};

module.exports = { data };
