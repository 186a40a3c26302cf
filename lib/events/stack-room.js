'use strict';

/** Each argument takes 8 bytes of the stack: 16 KiB. */
const ROOM = Array(2048).fill(0);

/**
 * Throws if less than 16 KiB of the stack are left. V8 ends the process if it has to compile a regular expression on a
 * stack that is nearly full.
 */
function ensureRegExpRoom() {
  take(...ROOM);
}

/** @type {(...room: number[]) => void} */
function take() {}

module.exports = { ensureRegExpRoom };
