'use strict';

// The few functions of the spreadsheet database's formulas that the service uses.

const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|\{([^}]+)\}|(-?\d+)|(>=|<=|!=|[=><(),&])|([A-Z_]+))/y;

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw new Error(`Formula: unexpected ${text.slice(at, at + 10)}`); // @run-id none
    const [, string, field, number, sign, word] = match;
    if (string !== undefined) found.push({ kind: 'value', value: string.replace(/\\(.)/g, '$1') });
    else if (field !== undefined) found.push({ kind: 'field', value: field });
    else if (number !== undefined) found.push({ kind: 'value', value: Number(number) });
    else found.push({ kind: sign ? 'sign' : 'word', value: sign ?? word });
  }
  return found;
}

const FUNCTIONS = {
  AND: (...parts) => parts.every(Boolean),
  OR: (...parts) => parts.some(Boolean),
  NOT: (part) => !part,
  FIND: (part, text) => String(text ?? '').indexOf(String(part)) + 1,
  SEARCH: (part, text) => String(text ?? '').toLowerCase().indexOf(String(part).toLowerCase()) + 1,
  LEFT: (text, count) => String(text ?? '').slice(0, count),
  TRUE: () => true,
};

const COMPARE = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

// Answers a function that tells whether the fields of a record match.
function compile(text) {
  const list = tokens(text);
  let next = 0;
  const isSign = (value) => list[next]?.kind === 'sign' && list[next].value === value;
  function operand() {
    const token = list[next++];
    if (!token) throw new Error(`Formula ends too early: ${text}`);
    if (token.kind === 'field') return (fields) => fields[token.value];
    if (token.kind === 'value') return () => token.value;
    const call = FUNCTIONS[token.value];
    if (!call || !isSign('(')) throw new Error(`Formula: unknown ${token.value}`);
    next++;
    const args = [];
    while (!isSign(')')) {
      args.push(comparison());
      if (isSign(',')) next++;
      else if (!isSign(')')) throw new Error(`Formula: ) expected in ${text}`);
    }
    next++;
    return (fields) => call(...args.map((arg) => arg(fields)));
  }
  function comparison() {
    const left = operand();
    const compare = list[next]?.kind === 'sign' && COMPARE[list[next].value];
    if (!compare) return left;
    next++;
    const right = operand();
    return (fields) => compare(left(fields), right(fields));
  }
  const whole = comparison();
  if (next !== list.length) throw new Error(`Formula: unexpected end of ${text}`);
  return (fields) => Boolean(whole(fields));
}

module.exports = { compile };
