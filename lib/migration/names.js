'use strict';

const { RETIRED } = require('../binding.js');

/** What a legacy module may export that the package has under the same name, or retired with a message. */
const MODULE_NAMES = new Set([...Object.keys(require('../../index.js')), ...RETIRED]);

module.exports = { MODULE_NAMES };
