'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { differenceOf } = require('../lib/cli/difference.js');

const B = '251006-143000';

const textOf = (parts) => parts.map(({ text }) => text).join('');
const change = (kind, start, end) => ({ kind, start, end, minutes: null });

/** The wrong ID, the right one, the marks, and the change. */
const PICTURES = [
  [
    '251006-143000-ann-carver',
    '251006-143000-Ann-Carver',
    '              ^   ^',
    change('case-changed', 14, 19),
  ],
  [
    '251006-143000-Ann       ',
    '251006-143000-Ann-Carver',
    '                 ^^^^^^^',
    change('suffix-cut', 17, 17),
  ],
  ['251006-143000-Bo-Bo', '251006-143000-Bo   ', '                ^^^', change('suffix-twice', 16, 19)],
  [
    '251006-143000-Acme-Corp-Ann-Carver',
    '251006-143000-          Ann-Carver',
    '              ^^^^^^^^^^',
    change('suffix-added', 14, 24),
  ],
  [
    '251006-143000-Acme-Corp1',
    '251006-143000-Ann-Carver',
    '              ^^^^^^^^^^',
    change('suffix-of-another-client', 14, 24),
  ],
  ['251006-163000-Bo', '251006-143000-Bo', '        ^', change('time-zone-shift', 8, 9)],
  ['251006-143000       ', '251006-143000-Ann-Bo', '             ^^^^^^^', change('suffix-missing', 13, 13)],
  ['250610-143000-Bo', '251006-143000-Bo', '  ^^^^', null],
  // A change that does not fit the two is not believed.
  ['251006-143000-Bo   ', '251006-143000-Bo-Bo', '                ^^^', change('case-changed', 99, 3)],
];

for (const [wrong, right, marks, told] of PICTURES) {
  test(`the difference between ${wrong.trim()} and ${right.trim()}`, () => {
    const difference = differenceOf(wrong.replaceAll(' ', ''), right.replaceAll(' ', ''), told);
    assert.deepEqual(
      [textOf(difference.wrong), textOf(difference.right), difference.marks],
      [wrong.trimEnd(), right.trimEnd(), marks],
    );
  });
}

test('nothing is compared where there are no two IDs', () => {
  for (const [wrong, right] of [
    [null, B],
    [B, null],
    [B, B],
    ['\u001b', B],
  ]) {
    assert.equal(differenceOf(wrong, right, null), null);
  }
});

test('no character is lost, what is not marked is the same in both, and a mark stands under a changed one', () => {
  const id = fc.stringMatching(/^251006-143000(-[AnBo_-]{1,6})?$/);
  const span = fc.option(
    fc.record({ kind: fc.constant('case-changed'), start: fc.nat(20), end: fc.nat(20) }),
    {
      nil: null,
    },
  );
  fc.assert(
    fc.property(id, id, span, (wrong, right, told) => {
      const difference = differenceOf(wrong, right, told);
      if (difference === null) return wrong === right;
      const [above, below] = [textOf(difference.wrong), textOf(difference.right)];
      assert.equal(above.replaceAll(' ', ''), wrong);
      assert.equal(below.replaceAll(' ', ''), right);
      const width = Math.max(above.length, below.length);
      assert.ok(width >= difference.marks.length);
      const isOneByOne = wrong.length === right.length;
      for (let at = 0; at < width; at += 1) {
        const isMarked = difference.marks[at] === '^';
        if (above[at] !== below[at]) assert.ok(isMarked, `${above}\n${below}\n${difference.marks}`);
        else if (isOneByOne) assert.ok(!isMarked, `${above}\n${below}\n${difference.marks}`);
      }
      return true;
    }),
  );
});
