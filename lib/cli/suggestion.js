'use strict';

/** Longer words are not typing errors, and comparing them takes long. */
const MAX_LENGTH = 32;

/** `, did you mean …?` with the closest name to a mistyped one; empty if none is close. */
function suggestion(typed, names, prefix = '') {
  const name = nearest(typed, names);
  return name === null ? '' : `, did you mean ${prefix}${name}?`;
}

function nearest(typed, names) {
  if (typed.length === 0 || typed.length > MAX_LENGTH) return null;
  let best = null;
  let least = Infinity;
  for (const name of names) {
    const changes = name.startsWith(typed) ? 1 : distance(typed, name);
    if (changes < least && changes <= Math.max(1, Math.ceil(name.length / 3))) {
      best = name;
      least = changes;
    }
  }
  return best;
}

/** How many characters to add, remove, change or swap with their neighbour. */
function distance(from, to) {
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= from.length; row++) {
    rows[row] = [row];
    for (let column = 1; column <= to.length; column++) {
      const change = from[row - 1] === to[column - 1] ? 0 : 1;
      const exchanged =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row][column] = Math.min(
        rows[row - 1][column] + 1,
        rows[row][column - 1] + 1,
        rows[row - 1][column - 1] + change,
        exchanged ? rows[row - 2][column - 2] + 1 : Infinity,
      );
    }
  }
  return rows[from.length][to.length];
}

module.exports = { suggestion };
