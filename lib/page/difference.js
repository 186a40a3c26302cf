// Two run IDs, one below the other, with the differences marked: by a box and a line as well as by colour.

import { differenceOf } from '../cli/difference.js';
import { element } from './element.js';

/**
 * @param {{ runId: string | null, expected: string | null, change?: object | null }} finding
 */
export function difference({ runId, expected, change = null }) {
  const parts = differenceOf(runId, expected, change);
  if (parts !== null) {
    const width = Math.max(widthOf(parts.wrong), widthOf(parts.right));
    return element(
      'div.ids',
      {},
      line('wrong', filled(parts.wrong, width), 'del'),
      line('right', filled(parts.right, width), 'ins'),
    );
  }
  const plain = (text) => [{ text, isChanged: false }];
  if (expected === null || expected === runId)
    return element('div.ids', {}, line('is', plain(runId ?? 'no run ID')));
  return element('div.ids', {}, line('wrong', plain(runId ?? 'no run ID')), line('right', plain(expected)));
}

function widthOf(parts) {
  return parts.reduce((sum, { text }) => sum + text.length, 0);
}

/** Padded with spaces if the other one is longer. */
function filled(parts, width) {
  const missing = width - widthOf(parts);
  return missing === 0 ? parts : [...parts, { text: ' '.repeat(missing), isChanged: false }];
}

function line(kind, parts, mark) {
  const told = parts.map(({ text, isChanged }) => {
    if (isChanged) return element(mark, {}, text);
    // The characters that the other one has here.
    return /^ +$/.test(text) ? element('span.missing', { 'aria-hidden': 'true' }, text) : text;
  });
  return element(
    `p.id.${kind}`,
    {},
    kind === 'is' ? null : [element('span.kind', {}, kind), ' '],
    element('code', {}, told),
  );
}
