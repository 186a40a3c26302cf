'use strict';

// The lines of a stream of any length.

/** Longer lines are cut: no valid value is that long, and the rest is still recognized as too long. */
const MAX_LINE = 4096;

/**
 * The lines of a stream, in batches as they arrive; without line ends, and without a leading byte order mark.
 *
 * @param {AsyncIterable<Uint8Array>} stream
 */
async function* batchesOf(stream) {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n');
    rest = cut(lines.pop() ?? '');
    if (lines.length > 0) yield lines.map(lineOf);
  }
  rest += decoder.decode();
  if (rest !== '') yield [lineOf(rest)];
}

function lineOf(text) {
  return cut(text.endsWith('\r') ? text.slice(0, -1) : text);
}

/** Cut to one character more than allowed, so that it is still too long. */
function cut(text) {
  return text.length > MAX_LINE ? text.slice(0, MAX_LINE + 1) : text;
}

module.exports = { MAX_LINE, batchesOf };
