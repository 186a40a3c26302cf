'use strict';

// `run.id` in OpenTelemetry's baggage. It is sent to the listed hosts and queues, and removed for all others; an ID that
// arrived in it is compared, and never used as the run. SPEC §12.

const { RUN_ID } = require('./attributes.js');
const { hostAlone } = require('./hosts.js');
const { HEADER, addToRequests } = require('./requests.js');
const { EVENTS } = require('../binding.js');
const { baseOf, clientOf, isRunId } = require('../core/run-id.js');

const [INTERNAL, EXTERNAL] = EVENTS.senders;

/** The span attributes that name the called host: the stable one, and its predecessor. */
const HOST = ['server.address', 'net.peer.name'];
const QUEUE = ['messaging.destination.name', 'bullmq.queue.name'];

/**
 * The baggage settings of one call of `instrumentRunIds`. The functions are those of its copy of the package.
 *
 * @typedef {{
 *   hosts: Set<string>, queues: Set<string>, internal: boolean | ((carrier: unknown) => boolean),
 *   currentRunId(): string | undefined,
 *   onArrival(listener: Function): () => void,
 *   count(outcome: string): void,
 *   tellConflict(caller: Function, fields: object): void,
 * }} BaggageUse
 */

class RunIdBaggage {
  #api;
  /** @type {Map<BaggageUse, () => void>} */
  #uses = new Map();
  /** @type {(() => void) | null} */
  #restore = null;
  /** The context key for the ID that has arrived. */
  #received;

  /** @param api OpenTelemetry's */
  constructor(api) {
    this.#api = api;
    this.#received = api.createContextKey('unified-run-id received');
  }

  /** @param {BaggageUse} use */
  add(use) {
    if (this.#uses.size === 0) this.#begin();
    this.#uses.set(
      use,
      use.onArrival((caller, found) => this.#compare(use, caller, found)),
    );
  }

  remove(use) {
    this.#uses.get(use)?.();
    this.#uses.delete(use);
    if (this.#uses.size > 0) return;
    this.#restore?.();
    this.#restore = null;
  }

  #begin() {
    const stopAdding = addToRequests(
      (host) => this.#entryFor(({ hosts }) => hosts.has(host)),
      (error) => this.#warn(error),
    );
    const propagator = registeredPropagator(this.#api);
    const undos = [
      wrap(
        propagator,
        'inject',
        (inject) => (context, carrier, setter) => inject(this.#outgoing(context), carrier, setter),
      ),
      wrap(
        propagator,
        'extract',
        (extract) => (context, carrier, getter) =>
          this.#incoming(extract(context, carrier, getter), context, carrier),
      ),
    ];
    this.#restore = () => [stopAdding, ...undos].forEach((undo) => undo());
  }

  /** The run in hand, if the receiver is listed. */
  #entryFor(isListed) {
    for (const use of this.#uses.keys()) {
      const value = isListed(use) ? use.currentRunId() : undefined;
      if (value !== undefined) return { name: RUN_ID, value };
    }
    return undefined;
  }

  #outgoing(context) {
    const { propagation } = this.#api;
    const baggage = propagation.getBaggage(context);
    const entry = this.#entryOf(context);
    if (entry !== undefined) {
      const known = baggage ?? propagation.createBaggage();
      return propagation.setBaggage(context, known.setEntry(entry.name, { value: entry.value }));
    }
    // Whatever put it there: only listed receivers get it.
    if (baggage?.getEntry(RUN_ID) === undefined) return context;
    return propagation.setBaggage(context, baggage.removeEntry(RUN_ID));
  }

  /** The baggage for a call that has an SDK span. A span shows its attributes while it records. */
  #entryOf(context) {
    const { SpanKind, trace } = this.#api;
    const span = trace.getSpan(context);
    if (span?.isRecording() !== true) return undefined;
    const { kind, attributes = {} } = span;
    const named = (names) => attributes[names.find((name) => Object.hasOwn(attributes, name))];
    if (kind === SpanKind.PRODUCER) return this.#entryFor(({ queues }) => queues.has(named(QUEUE)));
    return kind === SpanKind.CLIENT
      ? this.#entryFor(({ hosts }) => hosts.has(hostAlone(named(HOST) ?? '')))
      : undefined;
  }

  /** Keeps the arrived ID apart from the baggage, which is passed on to spans and to others, unless the sender is internal. */
  #incoming(extracted, context, carrier) {
    const { propagation } = this.#api;
    const baggage = propagation.getBaggage(extracted);
    const isNew = baggage !== undefined && baggage !== propagation.getBaggage(context);
    const runId = isNew ? baggage.getEntry(RUN_ID)?.value : undefined;
    if (!isRunId(runId)) {
      if (runId !== undefined) this.#count('unreadable');
      // An ID that a loop has kept from the request in which it was started is not this message's.
      const isStale = extracted.getValue(this.#received) !== undefined;
      const own = isStale ? extracted.deleteValue(this.#received) : extracted;
      return runId === undefined ? own : propagation.setBaggage(own, baggage.removeEntry(RUN_ID));
    }
    const isInternal = this.#isInternal(carrier);
    const kept = isInternal ? extracted : propagation.setBaggage(extracted, baggage.removeEntry(RUN_ID));
    return kept.setValue(this.#received, { runId, isInternal, isCompared: false });
  }

  #isInternal(carrier) {
    return [...this.#uses.keys()].some(({ internal }) => {
      try {
        return internal === true || (typeof internal === 'function' && internal(carrier) === true);
      } catch (error) {
        this.#warn(error);
        return false;
      }
    });
  }

  /** The baggage belongs to one arrival; later arrivals in its context did not bring it. */
  #compare(use, caller, { runId, source }) {
    const received = this.#api.context.active().getValue(this.#received);
    if (received === undefined || received.isCompared) return;
    received.isCompared = true;
    const doAgree = agree(runId, received.runId);
    use.count(doAgree ? 'agreed' : 'disagreed');
    if (doAgree) return;
    use.tellConflict(caller, {
      runId,
      source,
      otherRunId: received.runId,
      otherSource: EVENTS.baggage,
      sender: received.isInternal ? INTERNAL : EXTERNAL,
    });
  }

  #count(outcome) {
    const [use] = this.#uses.keys();
    use?.count(outcome);
  }

  #warn(error) {
    this.#api.diag.warn('unified-run-id: baggage was left unchanged', error);
  }
}

/** A base and its clients are one run, two of its clients are not. */
function agree(one, other) {
  if (one === other) return true;
  return baseOf(one) === baseOf(other) && (clientOf(one) === null || clientOf(other) === null);
}

/** Replaces a method until that is undone. If others have replaced it since, it stays and passes calls through. */
function wrap(object, name, make) {
  const original = object[name].bind(object);
  const before = Object.getOwnPropertyDescriptor(object, name);
  let own = make(original);
  const wrapped = (...args) => own(...args);
  Object.defineProperty(object, name, { value: wrapped, writable: true, configurable: true });
  return () => {
    own = original;
    if (object[name] !== wrapped) return;
    if (before === undefined) delete object[name];
    else Object.defineProperty(object, name, before);
  };
}

/** The propagator that all copies of the API in the process use; the API has no public name for it. */
function registeredPropagator({ propagation }) {
  return propagation._getGlobalPropagator();
}

module.exports = { HEADER, RunIdBaggage };
