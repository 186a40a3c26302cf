'use strict';

// Writes docs/scenarios.md.

const { writeDocument } = require('../__test__/support/scenarios/document.js');

writeDocument();
