'use strict';

// Writes the headers of docs/rules/ and the table of docs/eslint.md.

const fs = require('node:fs');
const { pages } = require('../__test__/support/rule-pages.js');

for (const { file, text } of pages()) fs.writeFileSync(file, text);
