'use strict';

// The environment of a process.

const { VARIABLE } = require('../environment.js');
const { ownValue } = require('./named-value.js');
const { isObject } = require('./shape.js');

const received = {
  accepts: isObject,
  wants: 'an object',
  read: (env) => ownValue(env, VARIABLE),
};

const env = {
  place: VARIABLE,
  received,
  sent: { ...received, copy: (env) => ({ ...env }), write, replaces: true },
};

function write(env, runId) {
  // Windows treats names in any case as one variable, and there is no way to know which of two it passes on.
  for (const name of Object.keys(env)) {
    if (process.platform === 'win32' && name.toUpperCase() === VARIABLE) delete env[name];
  }
  return { ...env, [VARIABLE]: runId };
}

module.exports = { env };
