'use strict';

/** How many frames before the end of the stack a call is made: more than the library needs. */
const FRAMES = 150;

/** Sizes of these frames: each moves all that follow by a word. */
const SIZES = 40;

/** Calls so close to the end of the stack that the stack overflows in the call, at each place where it can. */
function atEachDepth(call) {
  for (let size = 0; size < SIZES; size++) {
    let left = FRAMES;
    const descend = (...words) => {
      try {
        descend(...words);
      } catch {}
      if (left <= 0) return;
      left -= 1;
      try {
        call();
      } catch {}
    };
    descend(...Array(size).fill(0));
  }
}

module.exports = { atEachDepth };
