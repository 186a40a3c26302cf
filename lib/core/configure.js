'use strict';

const binding = require('../binding.js');
const { emit, reject } = require('../events/events.js');
const { setClock } = require('./generate.js');
const { setLogger } = require('../events/log.js');
const { isPlainObject, readOptions, typeError } = require('./options.js');

const { MAX_LEAD_LIMIT, MAX_SERVICE_LENGTH } = binding;

/** The longest of any system: that of Windows. */
const MAX_PATH_LENGTH = 32_767;

const isFunctionOrNull = (value) => value === null || typeof value === 'function';

const SETTINGS = {
  sequenceFile: {
    accepts: (value) =>
      typeof value === 'string' && value !== '' && value.length <= MAX_PATH_LENGTH && !value.includes('\0'),
    wants: 'the path of a file',
  },
  maxLeadSeconds: {
    accepts: (value) => Number.isInteger(value) && value >= 0 && value <= MAX_LEAD_LIMIT,
    wants: `a whole number of seconds from 0 to ${MAX_LEAD_LIMIT}`,
  },
  logger: { accepts: isFunctionOrNull, wants: 'a function, or null for silence' },
  log: {
    accepts: (value) => binding.EVENTS.levels.includes(value),
    wants: `one of ${binding.EVENTS.levels.map((level) => `'${level}'`).join(', ')}`,
  },
  debug: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
  service: {
    accepts: (value) => typeof value === 'string' && value !== '' && value.length <= MAX_SERVICE_LENGTH,
    wants: `a name of 1 to ${MAX_SERVICE_LENGTH} characters`,
  },
  now: { accepts: isFunctionOrNull, wants: 'a function, or null for the real clock' },
};

function configure(settings) {
  if (!isPlainObject(settings)) throw typeError('configure: the settings must be a plain object', configure);
  const given = readOptions(settings, SETTINGS, configure);
  const rejection = binding.configure(given);
  if (rejection) throw reject(rejection, configure);
  setLogger(given.logger);
  setClock(given.now);
  emit('configure', configure, { settings: shownSettings(given) });
}

/** The settings; functions are given by their type. */
function shownSettings(settings) {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.freeze(
    Object.fromEntries(given.map(([key, value]) => [key, typeof value === 'function' ? 'function' : value])),
  );
}

module.exports = { configure };
