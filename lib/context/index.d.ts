/**
 * The run in hand, kept by `AsyncLocalStorage` through every `await`, and its hand-over to other processes. What
 * is handed over is checked on both sides. `undefined` in place of a run ID means the one in hand.
 */

import type { RunId } from '../../index.js';

/** Options of {@link runWithRunId}. Unknown keys are a `TypeError`. */
export interface RunOptions {
  /** Whether another run may take the place of the one in hand. Default false: that is a conflict. */
  replace?: boolean | undefined;
}

/**
 * Calls `fn` in the context of a run and returns what it returns. A base and its clients are one run.
 *
 * What starts only when it is awaited or iterated (a query of Knex or Prisma, a generator) is outside the run, unless
 * that happens within `fn`: `runWithRunId(runId, async () => await query)`.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_CONFLICT` inside another run
 * @throws {TypeError} for a `fn` or options that are none
 * @example
 * await runWithRunId(runIdFromEnv(), main);
 */
export function runWithRunId<T>(runId: string, fn: () => T, options?: RunOptions): T;

/**
 * The run ID in hand, if there is one.
 *
 * @example
 * pino({ mixin: () => ({ runId: currentRunId() }) });
 */
export function currentRunId(): RunId | undefined;

/**
 * The run ID in hand.
 *
 * @throws {RunIdError} `ERR_RUN_ID_MISSING`
 * @example
 * new Worker(file, { workerData: { runId: requireRunId() } });
 */
export function requireRunId(): RunId;

/**
 * Calls `fn` outside any run and returns what it returns. For what outlives the run in which it is made: workers, pools,
 * timers.
 *
 * @throws {TypeError} for a `fn` that is not a function
 * @example
 * const pool = leaveRun(() => new Pool());
 */
export function leaveRun<T>(fn: () => T): T;

/**
 * A function that calls `fn` in the run in hand now, with the same `this`, arguments and result. For callbacks of what
 * runs share: a connection calls back in the context of another run, or of none.
 *
 * @throws {TypeError} for a `fn` that is not a function
 * @example
 * pool.query('SELECT 1', bindRun((error, result) => done(error, result, currentRunId())));
 */
export function bindRun<F extends (...args: any[]) => any>(fn: F): F;

/** Headers in an object of their own: `Headers`, `Map`. */
interface HeaderCollection {
  get(name: string): unknown;
  set(name: string, value: string): unknown;
}

/** What carries a run ID to another process, by the name of its kind: what {@link extract} and {@link receive} read. */
export interface Carriers {
  /** An object, such as a job's data: the property `runId`. */
  data: object;
  /** The `workerData` of a `Worker`: the property `runId`. */
  workerData: object;
  /** An environment: `RUN_ID`. */
  env: Readonly<Record<string, string | undefined>>;
  /** A plain object, `Headers` or a `Map`: `run-id`, in any case. */
  headers: object;
  /** An absolute http(s) URL, as text or a `URL`, or a path that begins with one `/`: the parameter `runId`. */
  url: string | { readonly href: string };
  /**
   * A job of BullMQ or Bull, not its data: `runId` in the data. A job that a scheduler repeats is refused, since its data
   * is that of the run that scheduled it.
   */
  bullmq: { readonly data: unknown; readonly opts: object };
  /**
   * A Kafka message, or its headers: `run-id`, as text or bytes. KafkaJS has an object, Confluent's client a list of
   * objects with one key each.
   */
  kafka: object;
  /** An AMQP message, or its headers: `run-id` in `properties.headers`. */
  amqp: object;
  /** An SQS message, of the client or in an event of Lambda, or its attributes: `RunId`, a text. */
  sqs: object;
}

/** What {@link inject} takes: of a job its data, of a message what is sent beside its content. */
interface Sent extends Omit<Carriers, 'bullmq'> {
  bullmq: object;
}

/**
 * What {@link inject} makes of `T`, by the name of the carrier. Of a message it takes what is about the message: the data of
 * a job of `bullmq`, the headers of `kafka` and `amqp`, the attributes of `sqs`.
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
 * A carrier of your own, in place of a name. `inject` gives what `set` returns.
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
  /** Its name in errors and events, 1 to 64 characters of printable ASCII, without spaces; no name that is known here. */
  readonly source: string;
  /** The run ID in it, undefined if there is none, or an array if there are several. Asked of what `set` returns, too. */
  get(carrier: T | U): unknown;
  /** A copy that carries the run ID. */
  set(carrier: T, runId: RunId): U;
}

/**
 * A copy of a carrier that carries the run in hand, or `runId` where it is given. The carrier itself is left alone. The
 * same ID is kept; another one in it is a conflict, except in an environment, where it was inherited.
 *
 * @param name the kind of carrier, by default `data`, or one of your own
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`, `ERR_RUN_ID_CONFLICT`
 * @throws {TypeError} for an unknown kind, and for what is no carrier of that kind
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
 * The run ID that a carrier holds. Never generates one.
 *
 * @param name the kind of carrier, by default `data`, or one of your own
 * @throws {RunIdError} `ERR_RUN_ID_MISSING`, which names the place; `ERR_RUN_ID_FORMAT`; `ERR_RUN_ID_TYPE`, also for
 * several values or spellings, for a form that can't be read, and for a job that is a repetition
 * @throws {TypeError} for an unknown kind, and for what is no carrier of that kind
 * @example
 * const runId = extract(workerData, 'workerData');
 */
export function extract(carrier: Carriers['data'] | null | undefined, name?: 'data'): RunId;
export function extract<T>(carrier: T | null | undefined, name: CustomCarrier<T, any>): RunId;
export function extract<N extends keyof Carriers>(carrier: Carriers[N] | null | undefined, name: N): RunId;

/**
 * Calls `fn` in the context of the run that a carrier holds, and returns what it returns. A message belongs to its own
 * run, so this one takes the place of any run in hand.
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
 * The environment of a child process: a full copy of `env`, with `RUN_ID` in place of one that was there.
 *
 * @param env by default `process.env`
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`
 * @throws {TypeError} for an `env` that is no object
 * @example
 * spawn('node', ['smart-resume.js'], { env: childEnv() });
 */
export function childEnv(
  runId?: string,
  env?: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> & { RUN_ID: RunId };

/**
 * The run ID that the parent process handed over by {@link childEnv}. It is taken out of `process.env` and kept for
 * later calls, so that a child of this process gets it only by being handed it.
 *
 * @throws {RunIdError} `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`
 * @example
 * runWithRunId(runIdFromEnv(), main);
 */
export function runIdFromEnv(): RunId;

/**
 * A URL with the run ID as its `runId` parameter; nothing else of it changes. An equal one is kept.
 *
 * @param url an absolute http(s) URL, as text or a `URL`, or a path that begins with one `/`; without white space
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_MISSING`, and
 * `ERR_RUN_ID_CONFLICT` when it holds another run ID
 * @throws {TypeError} for what is neither
 * @example
 * await fetch(withRunId('https://acme.example/webhook?page=2')); // …/webhook?page=2&runId=251006-143000
 */
export function withRunId(url: string | { readonly href: string }, runId?: string): string;

// Without it every declaration above counts as exported.
export {};
