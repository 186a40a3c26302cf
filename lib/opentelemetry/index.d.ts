/**
 * Run IDs in OpenTelemetry: the process's counts as metrics, what happens to a run on the active span, and the
 * current run on log records and in baggage. Needs only `@opentelemetry/api`, which is an optional peer.
 */

/** Options of {@link instrumentRunIds}. Unknown keys are a `TypeError`. */
export interface InstrumentationOptions {
  /**
   * Where the metrics go. Default: the registered `MeterProvider`. Use `null` for no metrics, for example in a
   * worker thread, because the main thread already reports the counts of the whole process.
   */
  meterProvider?: { getMeter(name: string, version?: string): object } | null | undefined;
  /**
   * Whether to add what happens to run IDs to the active span; with `'records'`, each record operation also gets
   * its own span. Default true. This needs events, about 5 µs each; with `false`, conflicts are counted only for
   * calls with `onConflict`, and record durations not at all.
   */
  spans?: boolean | 'records' | undefined;
  /** Whether run IDs travel in OpenTelemetry's baggage, and are compared where they arrive. Default false. */
  baggage?: BaggageOptions | false | undefined;
}

/**
 * `run.id` in baggage: the current run's ID is sent, and an ID that arrives is compared with the run ID of the
 * request or message, but never used instead. If they differ, that is a `conflict` event whose `otherSource` is
 * `baggage`. With `{}`, nothing is sent.
 */
export interface BaggageOptions {
  /**
   * Names or IP addresses of the hosts to send it to, regardless of the port; no wildcards. It is removed from
   * baggage to all other hosts.
   */
  hosts?: readonly string[] | undefined;
  /** Names of the queues and topics whose messages carry it. */
  queues?: readonly string[] | undefined;
  /**
   * Whether requests and messages come from your own services: `true`, or a function that takes the received
   * headers. Only then does an arriving `run.id` stay in the baggage, and a difference count as
   * `run_id.conflicts`, for which the shipped alert rules page someone. Default false, because anyone can send a
   * header.
   *
   * @param carrier what the propagator reads: a request's headers, or what an instrumentation keeps of a message
   */
  internal?: boolean | ((carrier: any) => boolean) | undefined;
}

/**
 * Starts reporting to OpenTelemetry. The metrics cover all threads of the process, and all instrumented copies of
 * the package; calling it again does not count anything twice.
 *
 * @returns a function that undoes this call, and does nothing the second time. The SDK continues to report the
 * last observed values. There is no final export: at the end of a script, call `forceFlush()` or `shutdown()` on
 * the provider
 * @throws {TypeError} for malformed options
 * @throws {Error} `ERR_RUN_ID_METER_PROVIDER` if no `MeterProvider` is registered yet and none is passed;
 * `ERR_RUN_ID_PROPAGATOR` with `baggage` if no baggage propagator is registered; `ERR_RUN_ID_PEER` if
 * `@opentelemetry/api` is not installed
 * @example
 * metrics.setGlobalMeterProvider(new MeterProvider({ readers: [new PrometheusExporter()] }));
 * const undo = instrumentRunIds();
 */
export function instrumentRunIds(options?: InstrumentationOptions): () => void;

/**
 * A `LogRecordProcessor` for OpenTelemetry's SDK that adds `run.id`, `run.base_id` and `run.client_id` of the
 * current run to each record, unless it already has a `run.id`. Put it before the exporting processor.
 *
 * @example
 * new LoggerProvider({ processors: [new RunIdLogRecordProcessor(), new BatchLogRecordProcessor(exporter)] });
 */
export class RunIdLogRecordProcessor {
  /** @param record a log record of OpenTelemetry's SDK */
  onEmit(record: {
    readonly attributes?: object | undefined;
    setAttribute(name: string, value: string): unknown;
  }): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

// Without it every declaration above counts as exported.
export {};
