'use strict';

const binding = require('../binding.js');
const { isPlainObject, readOptions, requireFunction, typeError } = require('../core/options.js');
const { check } = require('../core/run-id.js');
const { clockFor } = require('./clock.js');
const { isInTest, isThreadTaken, runTest, testInHand } = require('./isolation.js');
const { refuseChange, refuseUnseen } = require('./unchanged.js');

const KINDS = binding.EVENTS.kinds.map(({ name }) => name);

const OPTIONS = {
  thread: { accepts: (value) => typeof value === 'boolean', wants: 'true or false' },
};

function isolate(fn, options = {}) {
  requireFunction(fn, 'fn', isolate);
  if (!isPlainObject(options)) throw typeError('isolate: the options must be a plain object', isolate);
  const { thread = false } = readOptions(options, OPTIONS, isolate);
  if (thread && isThreadTaken()) {
    throw typeError(
      'isolate: another test with { thread: true } is running; run such tests one after another',
      isolate,
    );
  }
  const work = (test) => fn(Object.freeze({ clock: clockFor(test), events: eventsOf(test) }));
  return runTest(work, thread, (_test, outcome) => outcome());
}

/** The function with which a test gets its events. */
function eventsOf(test) {
  return function events(...kinds) {
    const own = test.sights.filter(({ isOwn }) => isOwn).map(({ event }) => event);
    if (kinds.length === 0) return own;
    const [kind] = kinds;
    if (KINDS.includes(kind)) return own.filter((event) => event.event === kind);
    throw typeError(
      `events: unknown kind ${binding.show(kind)}; expected one of ${KINDS.join(', ')}`,
      events,
    );
  };
}

function expectUnchanged(runId, ...rest) {
  check(runId, expectUnchanged);
  if (rest.length > 0) return expectUnchangedIn(runId, rest[0]);
  if (!isInTest()) {
    throw typeError('expectUnchanged: call it inside isolate(fn), or pass it a function', expectUnchanged);
  }
  const { sights } = testInHand();
  refuseChange(runId, sights, expectUnchanged);
  refuseUnseen(runId, sights, expectUnchanged);
}

function expectUnchangedIn(runId, fn) {
  requireFunction(fn, 'fn', expectUnchanged);
  const judge = ({ sights }, outcome, awaiting = expectUnchanged) => {
    refuseChange(runId, sights, awaiting, outcome);
    // A thrown error comes first: it may be the reason why nothing was seen.
    const result = outcome();
    refuseUnseen(runId, sights, awaiting);
    return result;
  };
  return runTest(() => fn(), false, judge);
}

function silence() {
  const test = testInHand();
  let isOver = false;
  test.silences += 1;
  function undo() {
    if (!isOver) test.silences -= 1;
    isOver = true;
  }
  // Not available everywhere: Node.js 20 has it, but not in the realms that Jest creates.
  if (Symbol.dispose !== undefined)
    Object.defineProperty(undo, Symbol.dispose, { __proto__: null, value: undo });
  return undo;
}

module.exports = { expectUnchanged, isolate, silence };
