'use strict';

// The titles of the classes of findings, and what to do about each.

const { findingClasses } = require('../binding.js');

/** @type {Map<string, { title: string, remedy: string }>} */
const texts = new Map(findingClasses().map(({ name, title, remedy }) => [name, { title, remedy }]));

/** A class that this version does not know is shown by its name. */
function classTextOf(name) {
  return texts.get(name) ?? { title: name, remedy: '' };
}

module.exports = { classTextOf };
