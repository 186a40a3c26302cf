'use strict';

const { RETIRED } = require('../binding.js');

/** What a legacy module may export that the package has under the same name, or retired with a message. */
const MODULE_NAMES = new Set([...Object.keys(require('../../index.js')), ...RETIRED]);

// These have nothing to do with a run ID: another module's are something else.
for (const name of ['configure', 'stats']) MODULE_NAMES.delete(name);

module.exports = { MODULE_NAMES };
