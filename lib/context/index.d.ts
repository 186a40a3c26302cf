/**
 * The run in hand (the current run), kept by `AsyncLocalStorage` through every `await`, and its hand-over to
 * other processes. Run IDs are checked on both sides. If a run ID is `undefined`, the current run's ID is used.
 */

import type { RunId } from '../../index.js';

/** Options of {@link runWithRunId}. Unknown keys are a `TypeError`. */
export interface RunOptions {
  /** Whether this run may replace the current one. Default false: a different run is a conflict. */
  replace?: boolean | undefined;
}

/**
 * Calls `fn` in the context of a run and returns its result. A base and its clients are one run.
 *
 * Something that starts only when it is awaited or iterated (a Knex or Prisma query, a generator) is outside the
 * run unless that happens within `fn`: `runWithRunId(runId, async () => await query)`.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_CONFLICT` inside another run
 * @throws {TypeError} if `fn` is not a function, or the options are malformed
 * @example
 * await runWithRunId(runIdFromEnv(), main);
 */
export function runWithRunId<T>(runId: string, fn: () => T, options?: RunOptions): T;

/**
 * Returns the current run ID, if there is one.
 *
 * @example
 * pino({ mixin: () => ({ runId: currentRunId() }) });
 */
export function currentRunId(): RunId | undefined;

/**
 * Returns the current run ID.
 *
 * @throws {RunIdError} `ERR_RUN_ID_MISSING`
 * @example
 * new Worker(file, { workerData: { runId: requireRunId() } });
 */
export function requireRunId(): RunId;

/**
 * Calls `fn` outside any run and returns its result. Use it for anything that outlives the run in which it is
 * created: workers, pools, timers.
 *
 * @throws {TypeError} for a `fn` that is not a function
 * @example
 * const pool = leaveRun(() => new Pool());
 */
export function leaveRun<T>(fn: () => T): T;

/**
 * Returns a function that calls `fn` in the run that is current now, with the same `this`, arguments and result.
 * Use it for callbacks of objects that runs share: a connection calls back in the context of another run, or of
 * none.
 *
 * @throws {TypeError} for a `fn` that is not a function
 * @example
 * pool.query('SELECT 1', bindRun((error, result) => done(error, result, currentRunId())));
 */
export function bindRun<F extends (...args: any[]) => any>(fn: F): F;

/** Headers in a collection: `Headers`, `Map`. */
interface HeaderCollection {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
}

/**
 * What carries a run ID to another process, by carrier name: the types that {@link extract} and {@link receive}
 * read.
 */
export interface Carriers {
  /** An object, such as a job's data: the property `runId`. */
  data: object;
  /** The `workerData` of a `Worker`: the property `runId`. */
  workerData: object;
  /** An environment: `RUN_ID`. */
  env: Readonly<Record<string, string | undefined>>;
  /** A plain object, `Headers` or a `Map`: `run-id`, in any case. */
  headers: object;
  /**
   * An absolute http(s) URL, as a string or a `URL`, or a path that begins with one `/`: the parameter `runId`.
   */
  url: string | { readonly href: string };
  /**
   * A BullMQ or Bull job, not its data: `runId` in the data. A job that a scheduler repeats is refused, because
   * its data has the ID of the run that scheduled it.
   */
  bullmq: { readonly data: unknown; readonly opts: object };
  /**
   * A Kafka message, or its headers: `run-id`, as a string or bytes. KafkaJS uses an object, Confluent's client
   * an array of objects with one key each.
   */
  kafka: object;
  /** An AMQP message, or its headers: `run-id` in `properties.headers`. */
  amqp: object;
  /** An SQS message, from the client or in a Lambda event, or its attributes: `RunId`, a string. */
  sqs: object;
}

/** What {@link inject} takes: a job's data, or the headers or attributes of a message. */
interface Sent extends Omit<Carriers, 'bullmq'> {
  bullmq: object;
}

/**
 * What {@link inject} returns for a `T`, by carrier name. For messages, it takes the part that carries the run
 * ID: the job's data for `bullmq`, the headers for `kafka` and `amqp`, the attributes for `sqs`.
 */
export interface Injected<T> {
  data: T & { runId: RunId };
  workerData: T & { runId: RunId };
  env: Record<string, string | undefined> & { RUN_ID: RunId };
  headers: T extends HeaderCollection ? T : T & { 'run-id': RunId };
  url: string;
  bullmq: T & { runId: RunId };
  kafka: T extends HeaderCollection | readonly unknown[] ? T : T & { 'run-id': RunId };
  amqp: T & { 'run-id': RunId };
  sqs: T & { RunId: { DataType: 'String'; StringValue: RunId } };
}

/**
 * A custom carrier, passed instead of a name. `inject` returns what `set` returns.
 *
 * @example
 * const grpc = {
 *   source: 'grpc-metadata',
 *   get(metadata) {
 *     const values = metadata.get('run-id');
 *     return values.length > 1 ? values : values[0];
 *   },
 *   set(metadata, runId) {
 *     const copy = metadata.clone();
 *     copy.set('run-id', runId);
 *     return copy;
 *   },
 * };
 * stub.score(leads, inject(new Metadata(), grpc), done);
 */
export interface CustomCarrier<T = any, U = T> {
  /**
   * Its name in errors and events: 1 to 64 printable ASCII characters without spaces, and not the name of a
   * built-in carrier.
   */
  readonly source: string;
  /**
   * Returns the run ID in it, undefined if there is none, or an array if there are several. Also called with what
   * `set` returns.
   */
  get(carrier: T | U): unknown;
  /** Returns a copy that carries the run ID. */
  set(carrier: T, runId: RunId): U;
}

/**
 * Returns a copy of a carrier with the current run's ID, or with `runId` if you pass it. The carrier itself stays
 * unchanged. If it already has the same ID, that is kept; a different one is a conflict, except in an
 * environment, where it was inherited.
 *
 * @param name the carrier's name (default: `data`), or a custom carrier
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`, `ERR_RUN_ID_CONFLICT`
 * @throws {TypeError} for an unknown carrier name, and if the carrier is not of that kind
 * @example
 * await queue.add('score', inject({ leads }, 'bullmq'));
 * new Worker(file, { workerData: inject({ leads }, 'workerData') });
 * await fetch(url, { headers: inject({ accept: 'application/json' }, 'headers') });
 * await producer.send({ topic, messages: [{ value, headers: inject({}, 'kafka') }] });
 */
export function inject<T extends Carriers['data']>(
  carrier: T,
  name?: 'data',
  runId?: string,
): Injected<T>['data'];
export function inject<T, U>(carrier: T, name: CustomCarrier<T, U>, runId?: string): U;
export function inject<T extends Sent[N], N extends keyof Carriers>(
  carrier: T,
  name: N,
  runId?: string,
): Injected<T>[N];

/**
 * Returns the run ID in a carrier. Never generates one.
 *
 * @param name the carrier's name (default: `data`), or a custom carrier
 * @throws {RunIdError} `ERR_RUN_ID_MISSING`, which names the place; `ERR_RUN_ID_FORMAT`; `ERR_RUN_ID_TYPE`, also
 * for several values or spellings, for an unreadable format, and for a repeated job
 * @throws {TypeError} for an unknown carrier name, and if the carrier is not of that kind
 * @example
 * const runId = extract(workerData, 'workerData');
 */
export function extract(carrier: Carriers['data'] | null | undefined, name?: 'data'): RunId;
export function extract<T>(carrier: T | null | undefined, name: CustomCarrier<T, any>): RunId;
export function extract<N extends keyof Carriers>(carrier: Carriers[N] | null | undefined, name: N): RunId;

/**
 * Calls `fn` in the context of the run in a carrier, and returns its result. A message belongs to its own run, so
 * it replaces any current run.
 *
 * @throws as {@link extract}
 * @example
 * parentPort.on('message', (job) => receive(job, 'data', () => score(job.leads)));
 */
export function receive<T, C>(carrier: C | null | undefined, name: CustomCarrier<C, any>, fn: () => T): T;
export function receive<T, N extends keyof Carriers>(
  carrier: Carriers[N] | null | undefined,
  name: N,
  fn: () => T,
): T;

/**
 * Returns the environment for a child process: a full copy of `env`, in which `RUN_ID` is set or replaced.
 *
 * @param env by default `process.env`
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`
 * @throws {TypeError} if `env` is not an object
 * @example
 * spawn('node', ['smart-resume.js'], { env: childEnv() });
 */
export function childEnv(
  runId?: string,
  env?: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> & { RUN_ID: RunId };

/**
 * Returns the run ID that the parent process handed over with {@link childEnv}. It is removed from `process.env`
 * and kept for later calls, so that a child of this process gets it only if you hand it over.
 *
 * @throws {RunIdError} `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`
 * @example
 * runWithRunId(runIdFromEnv(), main);
 */
export function runIdFromEnv(): RunId;

/**
 * Returns a URL with the run ID as its `runId` parameter; nothing else changes. If it already has the same run
 * ID, that is kept.
 *
 * @param url an absolute http(s) URL, as a string or a `URL`, or a path that begins with one `/`; without white
 * space
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`, and `ERR_RUN_ID_CONFLICT` if
 * it has a different run ID
 * @throws {TypeError} if it is neither
 * @example
 * await fetch(withRunId('https://acme.example/webhook?page=2')); // …/webhook?page=2&runId=251006-143000
 */
export function withRunId(url: string | { readonly href: string }, runId?: string): string;

// Without it every declaration above counts as exported.
export {};
