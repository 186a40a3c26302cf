'use strict';

const { RunIdBaggage } = require('./baggage.js');
const { durationsOf, observe } = require('./metrics.js');
const { NAME, VERSION } = require('./scope.js');
const { SpanEvents } = require('./spans.js');

/**
 * What is instrumented, and by how many calls. Copies of the package share the object that the first of them created, so
 * the parameters of `add` must not change.
 */
class Instrumented {
  #uses = new Set();
  /** For each meter provider, the function that stops observing, and the one that records durations. */
  #meters = new Map();
  #spans;
  #baggage;

  /** @param api OpenTelemetry's */
  constructor(api) {
    const hasRecordSpans = () => this.#some(({ spans }) => spans === 'records');
    this.#spans = new SpanEvents(api, hasRecordSpans, (event) => this.#recordDuration(event));
    this.#baggage = new RunIdBaggage(api);
  }

  /**
   * @param {object} use
   * @param use.provider the meter provider; null for no metrics
   * @param use.spans whether events are recorded on spans, or `records`
   * @param use.baggage the baggage settings; null for none
   * @param use.addon names the addon whose counts are read: those of two addons are summed
   * @param use.readStats
   * @returns a function that undoes it
   */
  add(use) {
    const own = { ...use };
    this.#observe(own.provider);
    if (own.baggage !== null) this.#baggage.add(own.baggage);
    if (own.spans !== false && !this.#some(({ spans }) => spans !== false)) this.#spans.begin();
    this.#uses.add(own);
    return () => this.#remove(own);
  }

  #remove(use) {
    if (!this.#uses.delete(use)) return;
    const { baggage, provider } = use;
    if (baggage !== null) this.#baggage.remove(baggage);
    if (provider !== null && !this.#some((other) => other.provider === provider)) {
      this.#meters.get(provider).stop();
      this.#meters.delete(provider);
    }
    if (use.spans !== false && !this.#some(({ spans }) => spans !== false)) this.#spans.end();
  }

  #some(predicate) {
    return [...this.#uses].some(predicate);
  }

  #observe(provider) {
    if (provider === null || this.#meters.has(provider)) return;
    const meter = provider.getMeter(NAME, VERSION);
    const stop = observe(meter, () => this.#statsFor(provider));
    this.#meters.set(provider, { stop, meter, recordDuration: null });
  }

  /** The counts of each addon, once each, however many calls or module registries read it. */
  #statsFor(provider) {
    const readers = new Map();
    for (const use of this.#uses) if (use.provider === provider) readers.set(use.addon, use.readStats);
    return [...readers.values()].map((readStats) => readStats()).reduce(sum);
  }

  #recordDuration(event) {
    for (const metered of this.#meters.values()) {
      metered.recordDuration ??= durationsOf(metered.meter);
      metered.recordDuration(event);
    }
  }
}

/** Counts of two addons, each with threads and a sequence of its own. */
function sum(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, sumOf(name, one[name], other[name])]));
}

function sumOf(name, one, other) {
  if (one === undefined || other === undefined) return one ?? other;
  if (typeof one === 'object') return sum(one, other);
  return name === 'leadSeconds' ? Math.max(one, other) : one + other;
}

module.exports = { Instrumented };
