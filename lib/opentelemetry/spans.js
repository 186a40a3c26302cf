'use strict';

// Records events on the active span: they are published in the context of the call that they are about.

const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { EVENTS } = require('../binding.js');
const { attributesOfEvent, attributesOfRun } = require('./attributes.js');
const { NAME, VERSION } = require('./scope.js');

/** The kinds that are recorded, and whether their run is that of the operation. */
const KINDS = { resolve: true, receive: true, send: false, record: false, conflict: false, reject: false };

const FAILURES = new Set(EVENTS.actions.filter(({ isFailure }) => isFailure).map(({ name }) => name));

/** Whether something went wrong: then the call site is worth the time it takes. */
const isFault = ({ event, action }) => event === 'reject' || event === 'conflict' || FAILURES.has(action);

/** Listens to the events that are recorded on spans, and to those of records. */
class SpanEvents {
  #api;
  #hasRecordSpans;
  #onRecord;
  /** The runs of spans. */
  #known = new WeakMap();
  #listener = (event) => this.#tell(event);

  /**
   * @param api OpenTelemetry's
   * @param {() => boolean} hasRecordSpans whether record operations are spans of their own
   * @param {(event: object) => void} onRecord is called with each `record` event
   */
  constructor(api, hasRecordSpans, onRecord) {
    this.#api = api;
    this.#hasRecordSpans = hasRecordSpans;
    this.#onRecord = onRecord;
  }

  begin() {
    for (const kind of Object.keys(KINDS)) subscribe(`unified-run-id:${kind}`, this.#listener);
  }

  end() {
    for (const kind of Object.keys(KINDS)) unsubscribe(`unified-run-id:${kind}`, this.#listener);
  }

  /** An error thrown by a listener would end the process. */
  #tell(event) {
    try {
      if (event.event === 'record') this.#onRecord(event);
      const span = this.#api.trace.getActiveSpan();
      if (span?.isRecording() !== true) return;
      this.#nameRun(span, event);
      if (event.event === 'record' && this.#hasRecordSpans()) this.#addSpan(event);
      else span.addEvent(`run_id.${event.event}`, attributesOfEvent(event, isFault(event)));
    } catch (error) {
      this.#api.diag.warn('unified-run-id: an event could not be added to its span', error);
    }
  }

  /** The run of the operation; until it is known, the one in hand or the first one named. */
  #nameRun(span, { event, runId, within }) {
    const known = this.#known.get(span);
    if (!KINDS[event] && known !== undefined) return;
    const run = KINDS[event] ? runId : (within ?? runId);
    if (run === undefined || run === null || run === known) return;
    this.#known.set(span, run);
    span.setAttributes(attributesOfRun(run));
  }

  /** A record operation has ended when its event is emitted. */
  #addSpan(event) {
    const { SpanStatusCode, trace } = this.#api;
    const { action, durationMs, method, runId } = event;
    const isFailure = FAILURES.has(action);
    const end = Date.now();
    const attributes = { ...attributesOfEvent(event, isFailure), ...(runId && attributesOfRun(runId)) };
    const span = trace
      .getTracer(NAME, VERSION)
      .startSpan(`run_id.${method}`, { startTime: end - durationMs, attributes });
    if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(end);
  }
}

module.exports = { KINDS: Object.keys(KINDS), SpanEvents };
