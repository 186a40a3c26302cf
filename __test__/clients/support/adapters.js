'use strict';

// The adapter lines of docs/databases.md, as they stand there.

const fs = require('node:fs');
const path = require('node:path');

const DOCUMENT = fs.readFileSync(path.join(__dirname, '..', '..', '..', 'docs', 'databases.md'), 'utf8');

/** The code that the page has for a client: the first one under its heading. */
function linesOf(client) {
  const [, section] = DOCUMENT.split(`\n### ${client}\n`);
  const code = /^```js\n([^]*?)^```$/m.exec(section?.split(/\n##+ /)[0] ?? '');
  if (code === null) throw new Error(`docs/databases.md has no lines for ${client}`);
  return code[1];
}

/**
 * What the page passes as `db`.
 *
 * @param {Record<string, unknown>} names what the lines take from around them
 */
function adapterOf(client, names) {
  return new Function(...Object.keys(names), `${linesOf(client)}\nreturn db;`)(...Object.values(names));
}

module.exports = { adapterOf, linesOf };
