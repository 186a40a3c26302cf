'use strict';

/** A number with its noun, for the terminal. */
function count(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

/** An integer with thousands separators. `toLocaleString` loads language tables, which would delay a page. */
function numeral(integer) {
  return String(integer).replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
}

/** The same for the page, with thousands separators. */
function counted(integer, one, many = `${one}s`) {
  return `${numeral(integer)} ${integer === 1 ? one : many}`;
}

module.exports = { count, counted, numeral };
