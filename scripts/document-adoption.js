'use strict';

// Moves the legacy service to the library, and writes what that took into docs/migrating.md.

const { Way } = require('../__test__/support/adoption/way.js');
const { writeTable } = require('../__test__/support/adoption/document.js');

const ends = [];

async function main() {
  const way = new Way({ after: (end) => ends.push(end) });
  writeTable(await way.go());
  for (const end of ends) await end();
}

main();
