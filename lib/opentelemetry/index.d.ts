/**
 * Run IDs in OpenTelemetry: what the process has done as metrics, what happens to a run on the active span, and the run
 * in hand on log records and in baggage. `@opentelemetry/api` is an optional peer, and all that is needed of OpenTelemetry here.
 */

/** Options of {@link instrumentRunIds}. Unknown keys are a `TypeError`. */
export interface InstrumentationOptions {
  /**
   * Where the metrics go. Default: the registered `MeterProvider`. `null`: no metrics, as in a worker thread, whose
   * counts are those of the process, which the main thread tells already.
   */
  meterProvider?: { getMeter(name: string, version?: string): object } | null | undefined;
  /**
   * Whether what happens to run IDs is told on the active span, `'records'` to make record operations spans of their own.
   * Default true. It takes events, some 5 µs each; with `false` conflicts are counted only where they are asked for
   * (`onConflict`), and durations of records not at all.
   */
  spans?: boolean | 'records' | undefined;
  /** Whether run IDs travel in OpenTelemetry's baggage, and are compared where they arrive. Default false. */
  baggage?: BaggageOptions | false | undefined;
}

/**
 * `run.id` in baggage: what is put in is the run in hand, and what has arrived is compared with the run ID of the request or
 * message, never taken for it. Where they differ, that is a `conflict` event whose `otherSource` is `baggage`. With `{}`
 * nothing is sent.
 */
export interface BaggageOptions {
  /**
   * Names or IP addresses of the hosts that are sent it, whatever the port: no patterns. It is taken out of the baggage that
   * goes to all others.
   */
  hosts?: readonly string[] | undefined;
  /** Names of the queues and topics whose messages have it. */
  queues?: readonly string[] | undefined;
  /**
   * Whether what sends requests and messages here are your own services: `true`, or a function of the headers that came. Only
   * then does the `run.id` that has arrived stay in the baggage, and a difference counts as `run_id.conflicts`, for which
   * the shipped rules page. Default false, since anybody can send a header.
   *
   * @param carrier what the propagator reads: the headers of a request, or what an instrumentation keeps of a message
   */
  internal?: boolean | ((carrier: any) => boolean) | undefined;
}

/**
 * Begins to tell OpenTelemetry. The metrics are those of all threads of the process, and of all copies of the package that
 * were instrumented; calling it again adds nothing to them.
 *
 * @returns what undoes this call, and does nothing the second time. The SDK goes on telling what it observed last. Nothing
 * is exported a last time: at the end of a script call `forceFlush()` or `shutdown()` of the provider
 * @throws {TypeError} for malformed options
 * @throws {Error} `ERR_RUN_ID_METER_PROVIDER` when no `MeterProvider` is registered yet and none is given;
 * `ERR_RUN_ID_PROPAGATOR` with `baggage` when no propagator of it is; `ERR_RUN_ID_PEER` when `@opentelemetry/api` is not installed
 * @example
 * metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new PrometheusExporter()] }));
 * const undo = instrumentRunIds();
 */
export function instrumentRunIds(options?: InstrumentationOptions): () => void;

/**
 * A `LogRecordProcessor` of OpenTelemetry's SDK that puts `run.id`, `run.base_id` and `run.client_id` of the run in hand on
 * each record, unless it has a `run.id` already. It stands before the processor that exports.
 *
 * @example
 * new LoggerProvider({ processors: [new RunIdLogRecordProcessor(), new BatchLogRecordProcessor(exporter)] });
 */
export class RunIdLogRecordProcessor {
  /** @param record of OpenTelemetry's SDK */
  onEmit(record: {
    readonly attributes?: object | undefined;
    setAttribute(name: string, value: string): unknown;
  }): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

// Without it every declaration above counts as exported.
export {};
