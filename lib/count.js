'use strict';

/** A number with its noun, for the terminal and the page. */
function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

module.exports = { count };
