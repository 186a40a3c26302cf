'use strict';

// Makes text of unknown origin safe for a terminal.

/**
 * Characters that a terminal obeys, does not show, or shows in a different place: controls, line ends, bidi controls,
 * characters without a width, lone surrogates, unassigned ones, and white space that looks like a space.
 */
const INVISIBLE = /[\p{C}\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** Characters that take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{17000}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/gu;

const ASCII = /^[\x20-\x7e]*$/;

/** The text with everything except printable characters written as `\u{…}`. */
function visible(text) {
  if (ASCII.test(text)) return text;
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
}

/** The columns that it takes on a terminal once it is visible. */
function widthOf(text) {
  if (ASCII.test(text)) return text.length;
  const shown = visible(text);
  return [...shown].length + (shown.match(WIDE)?.length ?? 0);
}

module.exports = { visible, widthOf };
