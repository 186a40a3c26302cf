'use strict';

/** The maximum length of an argument in a message. */
const MAX_QUOTED = 64;

/** The command line is wrong; the message is for the person who typed it. */
class UsageError extends Error {}

/** An argument in the form shown in a message. */
function quoted(text) {
  return text.length <= MAX_QUOTED ? `"${text}"` : `"${text.slice(0, MAX_QUOTED)}..."`;
}

module.exports = { UsageError, quoted };
