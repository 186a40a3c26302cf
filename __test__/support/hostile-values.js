'use strict';

// The values of SPEC §7, each with a title. None of them is a run ID, whatever it converts to.

const RUN_ID = '250712-100505-Ann-Carver';

/** What every trap and getter here throws. */
const TRAP_ERROR = new Error('a trap of the caller');

function throwTrapError() {
  throw TRAP_ERROR;
}

const TRAPS = Object.freeze(
  Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, throwTrapError])),
);

class JobRecord {
  constructor() {
    this.runId = RUN_ID;
  }
  toString() {
    return RUN_ID;
  }
}

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const convertible = {
  toString: () => RUN_ID,
  valueOf: () => RUN_ID,
  toJSON: () => RUN_ID,
  [Symbol.toPrimitive]: () => RUN_ID,
};

const unconvertible = {
  toString: throwTrapError,
  valueOf: throwTrapError,
  toJSON: throwTrapError,
  [Symbol.toPrimitive]: throwTrapError,
  get [Symbol.toStringTag]() {
    return throwTrapError();
  },
  // It looks like a promise but is not one.
  get then() {
    return throwTrapError();
  },
  get length() {
    return throwTrapError();
  },
  get constructor() {
    return throwTrapError();
  },
};

/** Primitives other than strings. */
const PRIMITIVES = [
  ['undefined', undefined],
  ['null', null],
  ['NaN', Number.NaN],
  ['zero', 0],
  ['minus zero', -0],
  ['a number', 250712.100505],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['a BigInt', 250712100505n],
  ['true', true],
  ['false', false],
  ['a symbol', Symbol(RUN_ID)],
  ['a well-known symbol', Symbol.iterator],
];

/** Objects and functions that can be inspected without an error. */
const OBJECTS = [
  ['an object', { runId: RUN_ID }],
  ['an empty object', {}],
  ['a frozen object', Object.freeze({ runId: RUN_ID })],
  ['an object without prototype', Object.assign(Object.create(null), { runId: RUN_ID })],
  ['an instance of a class', new JobRecord()],
  ['a Date', new Date(Date.UTC(2025, 6, 12, 10, 5, 5))],
  ['an invalid Date', new Date(Number.NaN)],
  ['a boxed String', new String(RUN_ID)],
  ['a boxed Number', new Number(1)],
  ['a boxed Symbol', Object(Symbol(RUN_ID))],
  ['an empty array', []],
  ['an array of one', [RUN_ID]],
  ['an array of two', [RUN_ID, RUN_ID]],
  ['a nested array', [[RUN_ID]]],
  ['a sparse array', new Array(1000)],
  ['a promise', Promise.resolve(RUN_ID)],
  ['a pending promise', new Promise(() => {})],
  ['a Buffer', Buffer.from(RUN_ID)],
  ['bytes', new Uint8Array(13)],
  ['an ArrayBuffer', new ArrayBuffer(13)],
  ['a Map', new Map([['runId', RUN_ID]])],
  ['an Error', new Error(RUN_ID)],
  ['a regular expression', /^250712-100505$/],
  ['an object that turns into a run ID', convertible],
  ['an object that cannot be turned into anything', unconvertible],
  ['a function', () => RUN_ID],
  ['an async function', async () => RUN_ID],
  ['a generator function', function* run() {}],
  ['a class', JobRecord],
];

/** Proxies that throw on any inspection. */
const PROXIES = [
  ['a revoked proxy', revoked({})],
  ['a revoked proxy of an array', revoked([])],
  ['a revoked proxy of a function', revoked(() => {})],
  ['a hostile proxy', new Proxy({}, TRAPS)],
  ['a hostile proxy of an array', new Proxy([RUN_ID], TRAPS)],
  ['a hostile proxy of a function', new Proxy(() => RUN_ID, TRAPS)],
];

/** The same text with one character moved up by 256, so that its low byte stays what it was. */
function forgedAt(text, at) {
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) + 0x100) + text.slice(at + 1);
}

const STRINGS = [
  ['an empty string', ''],
  ['a space', ' '],
  ['a space before', ` ${RUN_ID}`],
  ['a space behind', `${RUN_ID} `],
  ['a tab behind', `${RUN_ID}\t`],
  ['a line feed behind', `${RUN_ID}\n`],
  ['a carriage return and line feed behind', `${RUN_ID}\r\n`],
  ['a line feed behind a base', '250712-100505\n'],
  ['a line separator behind', `${RUN_ID}\u2028`],
  ['a byte order mark before', `\ufeff${RUN_ID}`],
  ['NUL', '\0'],
  ['NUL behind', `${RUN_ID}\0`],
  ['NUL within', '250712-100505\0-Ann-Carver'],
  ['a lone high surrogate', '\ud800'],
  ['a lone low surrogate behind', `${RUN_ID}\udc00`],
  ['a surrogate pair within', '250712-100505-Ann\u{1f600}Carver'],
  ...Array.from(RUN_ID, (_, at) => [`a forged low byte at ${at}`, forgedAt(RUN_ID, at)]),
  ['U+0132 for the digit 2', RUN_ID.replaceAll('2', '\u0132')],
  ['full-width digits', '\uff12\uff15\uff10\uff17\uff11\uff12-\uff11\uff10\uff10\uff15\uff10\uff15'],
  ['Arabic digits', '\u0662\u0665\u0660\u0667\u0661\u0662-\u0661\u0660\u0660\u0665\u0660\u0665'],
  ['a hyphen that is not ASCII', '250712\u2010100505'],
  ['a minus sign', '250712\u2212100505'],
  ['a soft hyphen', '250712\u00ad100505'],
  ['a combining mark', `${RUN_ID}\u0301`],
  ['a combining mark on a digit', '250712\u0301-100505'],
  ['a right-to-left override', `\u202e${RUN_ID}`],
  ['an escape sequence', `\u001b[31m${RUN_ID}`],
  ['quotes and backslashes', '"\\"\\\\"'],
  ['a script', '</script><script>alert(1)</script>'],
  ['an encoded NUL', `${RUN_ID}%00`],
  ['an encoded line end', `${RUN_ID}%0d%0a`],
  ['a joined array', `${RUN_ID},${RUN_ID}`],
  ['no shape', 'foo bar'],
  ['a suffix that is a run ID', `250712-100505-${RUN_ID}`],
  ['nested', '250712-100505-250712-100505'],
  ['nested nonsense', '250712-100505-999999-999999'],
  ['nothing behind the hyphen', '250712-100505-'],
  ['two hyphens', '250712-100505--Ann'],
  ['a hyphen at the end', '250712-100505-Ann-'],
  ['an underscore at the end', '250712-100505-Ann_'],
  ['a colon', '250712-100505:Ann'],
  ['nines', '999999-999999'],
  ['zeros', '000000-000000'],
  ['29 February of a common year', '250229-000000'],
  ['30 February', '240230-000000'],
  ['31 April', '250431-000000'],
  ['day 00', '250700-100505'],
  ['day 32', '250732-100505'],
  ['month 00', '250012-100505'],
  ['month 13', '251312-100505'],
  ['hour 24', '250712-240000'],
  ['minute 60', '250712-106000'],
  ['second 60', '250712-235960'],
  ['14 characters', '250712-1005055'],
  ['12 characters', '250712-10050'],
  ...[13, 64, 65, 77, 78, 79, 80, 81, 4095, 4096, 4097, 1_000_000].flatMap((length) => [
    [`${length} letters`, 'x'.repeat(length)],
    [`${length} digits`, '2'.repeat(length)],
  ]),
  ['a client ID of 65 characters', `250712-100505-${'a'.repeat(65)}`],
  ['a long tail', `250712-100505-${'a'.repeat(1_000_000)}`],
];

module.exports = {
  HOSTILE_VALUES: [...PRIMITIVES, ...OBJECTS, ...PROXIES, ...STRINGS],
  OBJECTS,
  PRIMITIVES,
  PROXIES,
  RUN_ID,
  STRINGS,
  TRAPS,
  TRAP_ERROR,
};
