'use strict';

// The fields of each kind of event, from the addon; the rest of docs/events.md is written by hand.

const { EVENTS } = require('../../lib/binding.js');
const { withParts } = require('./parts.js');
const { table } = require('./table.js');

const text = (old) => withParts(old, { fields });

function fields() {
  const listed = (names) => names.map((name) => `\`${name}\``).join(', ');
  return table(
    ['event', 'its own fields'],
    EVENTS.kinds.map(({ name, fields: own }) => [`\`${name}\``, listed(own)]),
  );
}

module.exports = { file: 'docs/events.md', text };
