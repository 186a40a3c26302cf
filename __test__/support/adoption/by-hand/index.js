'use strict';

// What a person changes when the legacy service is moved, because no machine can know it: which fallbacks go, what a
// parameter may hold, what a request is asked for. Each edit replaces the lines from the one that holds `from` to the next
// one that holds `to`, and `and` more; without `to` that line alone. `is` is a line, several, or none where it is empty.

const BY_HAND = ['requests', 'webhooks', 'workers', 'jobs', 'services', 'utilities'].flatMap((name) =>
  require(`./${name}.js`),
);

const withoutGaps = (lines) =>
  lines.filter(
    (line, index) => line !== '' || (lines[index - 1] !== '' && !lines[index - 1]?.endsWith(' {')),
  );

/** The text of a file after its edits; each must fit exactly one place. */
function edited(file, text, edits) {
  let lines = text.split('\n');
  for (const { from, to = from, and = 0, is } of edits) {
    const starts = lines.flatMap((line, index) => (line.includes(from) ? [index] : []));
    if (starts.length !== 1) throw new Error(`${file}: ${starts.length} lines hold ${from}`);
    const [start] = starts;
    const end = lines.findIndex((line, index) => index >= start && line.includes(to)) + and;
    if (end < start) throw new Error(`${file}: no line after ${from} holds ${to}`);
    lines = [...lines.slice(0, start), ...(is === '' ? [] : [is].flat()), ...lines.slice(end + 1)];
  }
  return withoutGaps(lines).join('\n');
}

module.exports = { BY_HAND, edited };
