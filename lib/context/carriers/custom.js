'use strict';

// An application's own carrier: `{ source, get(carrier), set(carrier, runId) }`.

const { EVENTS, GENERATED, SOURCES } = require('../../binding.js');
const { typeError } = require('../../core/options.js');

/** Names reserved for events, where they say which source a run ID came from. */
const TAKEN = new Set([...EVENTS.carriers, ...SOURCES.map(({ name }) => name), GENERATED]);

const MAX_LENGTH = 64;

/** The carrier that an object defines, and its name. */
function customCarrier(given, caller) {
  const { source, get, set } = given;
  requirePart(
    isSource(source),
    'source',
    `a name of at most ${MAX_LENGTH} printable ASCII characters`,
    caller,
  );
  requirePart(!TAKEN.has(source), 'source', 'a name that no other carrier or source has', caller);
  requirePart(typeof get === 'function', 'get', 'a function', caller);
  requirePart(typeof set === 'function', 'set', 'a function', caller);
  const read = (carrier) => Reflect.apply(get, given, [carrier]) ?? undefined;
  const received = { accepts: () => true, wants: '', read };
  const sent = { ...received, copy: (carrier) => carrier, write };
  return { source, kind: { place: undefined, received, sent } };

  function write(carrier, runId) {
    const copy = Reflect.apply(set, given, [carrier, runId]);
    // A `set` that writes into its argument and returns nothing would send the message without its run.
    if (copy === undefined || copy === null || read(copy) !== runId) {
      const problem = 'set(carrier, runId) must return a carrier from which get() reads that run ID';
      throw typeError(`${caller.name}: carrier "${source}": ${problem}`, caller);
    }
    return copy;
  }
}

function isSource(source) {
  return typeof source === 'string' && source.length <= MAX_LENGTH && /^[!-~]+$/.test(source);
}

function requirePart(isRight, part, wanted, caller) {
  if (!isRight) throw typeError(`${caller.name}: ${part} of a carrier must be ${wanted}`, caller);
}

module.exports = { customCarrier };
