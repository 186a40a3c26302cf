/**
 * One run ID, generated exactly once, passed unchanged through every process.
 *
 * A run ID is `YYMMDD-hhmmss`, a real UTC second of the years 2000 to 2099, alone (a base) or followed by a
 * hyphen and a client ID. A client ID is 1 to 64 ASCII letters, digits, hyphens and underscores, with a
 * letter or digit at both ends, and does not begin like a run ID. Everything is case-sensitive and nothing
 * is ever trimmed.
 *
 * Every error is a {@link RunIdError}, but for the `TypeError` of a malformed options object, or of what is no
 * buffer where one is wanted, and for what the caller's own getters and proxies throw, which passes through
 * unchanged.
 */

declare const kind: unique symbol;

/** A base: 13 characters, such as `251006-143000`. Job records are keyed by it. */
export type BaseRunId = string & { readonly [kind]: 'base' };

/** A base, a hyphen and a client ID, such as `251006-143000-Ann-Carver`. */
export type ClientRunId = string & { readonly [kind]: 'client' };

/** Any run ID. A string becomes one by {@link isRunId} or {@link normalizeRunId}. */
export type RunId = BaseRunId | ClientRunId;

/**
 * What a parameter that wants a base takes: anything but what is known to carry a client ID, and would always throw.
 */
export type BaseRunIdArgument<T extends string> = [T] extends [ClientRunId] ? BaseRunId : T;

/** What a parameter that wants a client's run ID takes: anything but what is known to be a base. */
export type ClientRunIdArgument<T extends string> = [T] extends [BaseRunId] ? ClientRunId : T;

/** Where a run ID came from, highest priority first; `header` only from a boundary that reads it. */
export type RunIdSource = 'specificRunId' | 'query' | 'body' | 'header' | 'parentRunId' | 'generated';

/**
 * Anything with the properties of a request: Express 4 and 5, Fastify, a Fetch `Request`, a plain object, `{}` in a
 * script without a request. Nothing of it is trusted.
 */
export interface RunIdRequest {
  specificRunId?: unknown;
  /** A plain object, `URLSearchParams`, `FormData` or a `Map`. */
  query?: unknown;
  /** A plain object, `URLSearchParams`, `FormData` or a `Map`. */
  body?: unknown;
  headers?: unknown;
  method?: unknown;
  url?: unknown;
}

/** Options of {@link resolveRunId}. Unknown keys are a `TypeError`. */
export interface ResolveOptions {
  /** The calling process's run ID; absent when undefined or null. */
  parentRunId?: string | null | undefined;
  /** The client of a newly generated ID; looked at only when one is generated. */
  clientId?: string | undefined;
  /** Whether an ID may be generated when no source holds one. Default true; public routes want false. */
  generate?: boolean | undefined;
  /**
   * The authenticated client, whose ID the run ID must carry exactly. When this key is there its value must
   * be a valid client ID: an undefined one throws instead of switching the check off. A generated ID gets it.
   */
  expectClientId?: string;
  /** Compare all sources that are present: publish a `conflict` event, or throw. Default: don't look. */
  onConflict?: 'report' | 'throw' | undefined;
}

/** A run ID and where it was found. */
export interface ResolvedRunId {
  runId: RunId;
  source: RunIdSource;
}

/** What the parts of every run ID have. */
interface CommonParts {
  /** Its first 13 characters. */
  readonly baseRunId: BaseRunId;
  /** The base's second. Approximate when several were generated within one second. */
  readonly startedAt: Date;
}

/** The parts of a base. */
export interface BaseRunIdParts extends CommonParts {
  /** The run ID itself, the same string that was passed. */
  readonly runId: BaseRunId;
  readonly clientId: null;
}

/** The parts of a client's run ID. */
export interface ClientRunIdParts extends CommonParts {
  /** The run ID itself, the same string that was passed. */
  readonly runId: ClientRunId;
  /** What follows the base and its hyphen. */
  readonly clientId: string;
}

/** The parts of a run ID, frozen. Whether `clientId` is null tells a base from a client's run ID. */
export type RunIdParts = BaseRunIdParts | ClientRunIdParts;

/** The stable codes of {@link RunIdError}. */
export type RunIdErrorCode =
  | 'ERR_RUN_ID_TYPE'
  | 'ERR_RUN_ID_FORMAT'
  | 'ERR_RUN_ID_MISSING'
  | 'ERR_RUN_ID_KIND'
  | 'ERR_RUN_ID_CLIENT'
  | 'ERR_RUN_ID_SUFFIX'
  | 'ERR_RUN_ID_CLIENT_MISMATCH'
  | 'ERR_RUN_ID_CONFLICT'
  | 'ERR_RUN_ID_EXHAUSTED'
  | 'ERR_RUN_ID_CLOCK'
  | 'ERR_RUN_ID_SEQUENCE'
  | 'ERR_RUN_ID_DEPRECATED'
  | 'ERR_JOB_NOT_FOUND'
  | 'ERR_JOB_EXISTS'
  | 'ERR_JOB_FINISHED'
  | 'ERR_JOB_RUNNING'
  | 'ERR_JOB_OPEN_CLIENTS'
  | 'ERR_JOB_UNKNOWN_OUTCOME'
  | 'ERR_JOB_DATABASE';

/**
 * What went wrong, where, and what to do. Its stack begins at the caller's own line.
 *
 * @example
 * app.use((error, req, res, next) => {
 *   if (!(error instanceof RunIdError)) return next(error);
 *   res.status(error.statusCode).json({ code: error.code, message: error.message });
 * });
 */
export class RunIdError extends Error {
  private constructor();
  readonly name: 'RunIdError';
  /** One of the stable codes; branch on this, not on the message. */
  readonly code: RunIdErrorCode;
  /** The HTTP status that answers it: 400, 403, 404, 409, 500 or 503. */
  readonly statusCode: 400 | 403 | 404 | 409 | 500 | 503;
  /** `statusCode` by the name that `http-errors` has for it. A framework may assign another; Koa does. */
  status: number;
  /** Whether the message may be answered to the client: true below 500. By the convention of `http-errors` too. */
  expose: boolean;
  /** Which input it was, such as `req.query.runId`. */
  readonly source?: string;
  /**
   * What came: JSON-escaped printable ASCII of at most 64 characters; for what isn't a string only a word
   * for its kind; for more than 4,096 characters only their number.
   */
  readonly received?: string;
  /** What it looks like instead, and what to do. */
  readonly hint?: string;
  /** The file it is about. Not part of the message, which may be answered to a stranger. */
  readonly path?: string;
  /** Milliseconds after which the same call may succeed. */
  readonly retryAfterMs?: number;
}

/**
 * A new run ID: the current UTC second, or the next free one. Strictly increasing within the process, across
 * all its worker threads; across the processes of a host with {@link Settings.sequenceFile}.
 *
 * @param clientId the client that the ID is for. Only `undefined` means none: `null`, `''` and whatever else
 * is not a client ID throws, before a second is used up.
 * @throws {RunIdError} `ERR_RUN_ID_CLIENT`, `ERR_RUN_ID_EXHAUSTED` (with `retryAfterMs`), `ERR_RUN_ID_CLOCK`,
 * `ERR_RUN_ID_SEQUENCE`
 * @example
 * generateTimestampRunId()             // '251006-143000'
 * generateTimestampRunId('Ann-Carver') // '251006-143001-Ann-Carver'
 */
export function generateTimestampRunId(clientId?: undefined): BaseRunId;
export function generateTimestampRunId(clientId: string): ClientRunId;
export function generateTimestampRunId(clientId?: string): RunId;

/**
 * The run ID of a request, by priority: `req.specificRunId`, `req.query.runId`, `req.body.runId`,
 * `parentRunId`, and as the last resort a generated one, which the request then carries as `specificRunId`.
 *
 * A source is absent when undefined or null. Anything else must be a run ID, or this throws naming the
 * source; it never falls through to the next one.
 *
 * @param parentRunIdOrOptions a run ID, or {@link ResolveOptions}
 * @throws {RunIdError} every code but `ERR_RUN_ID_SUFFIX` and `ERR_RUN_ID_DEPRECATED`
 * @throws {TypeError} for an options object with unknown keys or wrong types
 * @example
 * const runId = resolveRunId(req, { generate: false }); // a public route
 */
export function resolveRunId(req: RunIdRequest | object, parentRunId?: string | null): RunId;
export function resolveRunId(req: RunIdRequest | object, options: ResolveOptions): RunId;

/**
 * {@link resolveRunId} together with where the run ID was found.
 *
 * @throws as {@link resolveRunId}
 * @example
 * const { runId, source } = resolveRunIdWithSource(req); // source: 'query'
 */
export function resolveRunIdWithSource(
  req: RunIdRequest | object,
  parentRunId?: string | null,
): ResolvedRunId;
export function resolveRunIdWithSource(req: RunIdRequest | object, options: ResolveOptions): ResolvedRunId;

/**
 * Checks a run ID and returns the very same value. It never normalizes.
 *
 * It takes one argument: a client ID as a second one is refused, since it would be dropped (see
 * {@link clientRunIdFor}). What `map` and `forEach` pass besides is ignored.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * normalizeRunId('251006-143000-Ann-Carver') // '251006-143000-Ann-Carver'
 * normalizeRunId({ runId: '251006-143000' }) // throws ERR_RUN_ID_TYPE
 */
export function normalizeRunId<T extends RunId>(runId: T): T;
export function normalizeRunId(runId: string): RunId;

/**
 * {@link normalizeRunId} under the name that the Smart Resume scripts use.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * getNormalizedRunId(process.argv[2])
 */
export function getNormalizedRunId<T extends RunId>(runId: T): T;
export function getNormalizedRunId(runId: string | undefined): RunId;

/**
 * Removed: always throws, whatever its arguments.
 *
 * @deprecated Use {@link generateTimestampRunId} instead.
 * @throws {RunIdError} `ERR_RUN_ID_DEPRECATED`
 * @example
 * generateRunId() // throws
 */
export function generateRunId(...args: unknown[]): never;

/**
 * Whether any value at all is a run ID. Never throws, emits nothing.
 *
 * @example
 * if (isRunId(value)) lookUp(value); // value: RunId
 */
export function isRunId(value: unknown): value is RunId;

/**
 * Whether any value at all is a base. Never throws, emits nothing.
 *
 * @example
 * if (isBaseRunId(runId)) await jobs.getJob(runId);
 */
export function isBaseRunId(value: unknown): value is BaseRunId;

/**
 * Whether any value at all is a client's run ID. Never throws, emits nothing.
 *
 * @example
 * if (isClientRunId(runId)) await jobs.getClientRun(runId);
 */
export function isClientRunId(value: unknown): value is ClientRunId;

/**
 * Whether any value at all is a client ID. Never throws, emits nothing.
 *
 * @example
 * if (!isClientId(row.client)) throw new Error('The row has no client ID');
 */
export function isClientId(value: unknown): value is string;

/**
 * Takes a run ID apart.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * parseRunId('251006-143000-Ann-Carver')
 * // { runId, baseRunId: '251006-143000', clientId: 'Ann-Carver', startedAt: 2025-10-06T14:30:00.000Z }
 */
export function parseRunId(runId: string): RunIdParts;

/**
 * A client's run ID under a base.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_SUFFIX` when the run ID already
 * carries a client, be it the same one, `ERR_RUN_ID_CLIENT`
 * @example
 * createClientRunId('251006-143000', 'Ann-Carver') // '251006-143000-Ann-Carver'
 */
export function createClientRunId<T extends string>(
  baseRunId: BaseRunIdArgument<T>,
  clientId: string,
): ClientRunId;

/**
 * The run ID of a client: from the base, or from this client's own run ID, which comes back as it is. For code that
 * may be given either.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_CLIENT`, `ERR_RUN_ID_CLIENT_MISMATCH`
 * when it is another client's
 * @example
 * clientRunIdFor('251006-143000', 'Ann-Carver')            // '251006-143000-Ann-Carver'
 * clientRunIdFor('251006-143000-Ann-Carver', 'Ann-Carver') // '251006-143000-Ann-Carver'
 * clientRunIdFor('251006-143000-Lee-Marlow', 'Ann-Carver') // throws ERR_RUN_ID_CLIENT_MISMATCH
 */
export function clientRunIdFor(runId: string, clientId: string): ClientRunId;

/**
 * The first 13 characters of a run ID. Never splits at a hyphen.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * getBaseRunId('251006-143000-Ann-Marie-Carver') // '251006-143000'
 */
export function getBaseRunId(runId: string): BaseRunId;

/**
 * The client ID of a run ID, or null for a base.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * getClientId('251006-143000-Ann-Marie-Carver') // 'Ann-Marie-Carver'
 */
export function getClientId(runId: string): string | null;

/** A run ID in bytes: its parts, and where it stands. Frozen. */
export type FoundRunId = RunIdParts & {
  /** Bytes before it, from 0: an index of the buffer, not of a string. Its length in bytes is `runId.length`. */
  readonly offset: number;
  /** The line that it is in, from 1. Lines end with a line feed. */
  readonly line: number;
};

/**
 * Every run ID in bytes, in order; none when there is none. For whoever masks or collects IDs before other
 * patterns look at a line. Nothing is changed, logged or published.
 *
 * A token is a maximal run of ASCII letters, digits, `_` and `-`; ANSI control sequences, `%XX` and the two
 * characters `\n`, `\r` or `\t` end it too. Without the `-` and `_` at its end it is a find if and only if it is
 * a run ID as {@link isRunId} has it: nothing inside a token is searched, so longer numbers, UUIDs and dates hold
 * none. The bytes may be of any encoding that holds ASCII, and need not be valid.
 *
 * @param buffer of any length; a text is `Buffer.from(text)`
 * @throws {TypeError} when it is no `Buffer` or other `Uint8Array`
 * @example
 * scanRunIds(Buffer.from('of 251006-143000-Ann-Carver: not found'))
 * // [{ runId: '251006-143000-Ann-Carver', baseRunId: '251006-143000', clientId: 'Ann-Carver',
 * //    startedAt: 2025-10-06T14:30:00.000Z, offset: 3, line: 1 }]
 */
export function scanRunIds(buffer: Uint8Array): FoundRunId[];

/**
 * Source of an anchored regular expression that accepts exactly what {@link isRunId} accepts. For places
 * that cannot call this library: JSON Schema, PostgreSQL, other languages.
 *
 * @example
 * new RegExp(RUN_ID_PATTERN).test('251006-143000') // true
 */
export const RUN_ID_PATTERN: string;

/**
 * Source of an anchored regular expression that accepts exactly what {@link isClientId} accepts.
 *
 * @example
 * new RegExp(CLIENT_ID_PATTERN).test('Ann-Carver') // true
 */
export const CLIENT_ID_PATTERN: string;

/** What every event holds. Absent values are null. See docs/events.md. */
export interface RunIdEventBase {
  /** The version of the shape. */
  readonly v: 1;
  /** ISO 8601 with milliseconds, UTC. */
  readonly time: string;
  /** That of {@link Settings.service}, of `RUN_ID_SERVICE`, or the base name of the main script. */
  readonly service: string | null;
  /** Eight hexadecimal digits drawn at process start, because pids repeat in containers. */
  readonly proc: string;
  readonly host: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  /** Number of its line among those of the thread, from 1; null when it is not logged. */
  readonly n: number | null;
  /** The operation in hand. */
  readonly op: string | null;
  /** Of a boundary: method and pattern, or method and mount path. */
  readonly route: string | null;
  /** `path:line:column` of the caller, relative to the working directory. Formatted when it is first read. */
  readonly at: string | null;
}

/** What events about an act within a run hold besides. */
interface RunInHand {
  /** The run in hand. */
  readonly within: RunId | null;
  /** The source by which it came: that of a request, a carrier, or `generated`. */
  readonly arrived: string | null;
}

/** An existing row that is near one that was not found, and why. */
interface NearRow {
  readonly runId: RunId;
  readonly reason: string;
}

/** What the library would do where it is only observed. */
type ObservedOutcome = 'same' | 'differs' | 'would-throw' | 'would-generate';

/** How often something was observed at a place. */
interface ObservedCount {
  /** Null for `others`, and where the place is not known. */
  readonly place: string | null;
  /** All places beyond the 1,000 that a process counts by themselves. */
  readonly others?: true;
  readonly outcome: ObservedOutcome;
  readonly code?: RunIdErrorCode;
  readonly count: number;
  /** What came, the first time. */
  readonly received?: string;
}

/** How many rejections were not logged. */
interface LeftOutCount {
  readonly code: RunIdErrorCode;
  /** The `at` that they would have had. Absent for `others`, and where it is not known. */
  readonly at?: string;
  /** All places of this code that the line has no room for. */
  readonly others?: true;
  readonly count: number;
}

/** What is published on `unified-run-id:<event>` of `node:diagnostics_channel` and given to a logger. */
export type RunIdEvent =
  | (RunIdEventBase &
      RunInHand & { readonly event: 'generate'; readonly runId: RunId; readonly leadSeconds: number })
  | (RunIdEventBase & {
      readonly event: 'resolve';
      readonly runId: RunId;
      readonly source: RunIdSource;
      readonly expectClientId: string | null;
    })
  | (RunIdEventBase & RunInHand & { readonly event: 'pass'; readonly runId: RunId })
  | (RunIdEventBase &
      RunInHand & {
        /** From `unified-run-id/context`. */
        readonly event: 'send' | 'receive';
        readonly runId: RunId;
        /** `data`, `workerData`, `env`, `headers`, `url`, `bullmq`, `kafka`, `amqp`, `sqs`, or the `source` of a custom one. */
        readonly carrier: string;
        /** The host of a URL. */
        readonly peer: string | null;
      })
  | (RunIdEventBase &
      RunInHand & {
        readonly event: 'reject';
        /** Null in the line that counts what was not logged. */
        readonly code: RunIdErrorCode | null;
        readonly message: string;
        readonly source: string | null;
        readonly received: string | null;
        readonly expectClientId: string | null;
        /** Of ERR_JOB_NOT_FOUND. */
        readonly table: 'job' | 'client' | null;
        /** Of ERR_JOB_NOT_FOUND: existing rows that are near, the most telling first. */
        readonly near: readonly NearRow[] | null;
        /** How many rejections were not logged, in the line that counts them. */
        readonly leftOut: number | null;
        /** In the same line: how many of them by code and place, those with the most first. */
        readonly counts: readonly LeftOutCount[] | null;
        /** Lines that stderr did not take, in the line that counts them. */
        readonly lost: number | null;
        readonly stack: string | null;
      })
  | (RunIdEventBase & {
      readonly event: 'conflict';
      readonly runId: RunId;
      /** Of a request; of a message, its carrier. */
      readonly source: string;
      /** What the lower source holds, escaped when it is not a run ID; null when reading it threw. */
      readonly otherRunId: string | null;
      /** `baggage`: what OpenTelemetry's baggage brought with it. */
      readonly otherSource: RunIdSource | 'baggage';
    })
  | (RunIdEventBase &
      RunInHand & {
        /** From `unified-run-id/job-tracking`. */
        readonly event: 'record';
        /** The method that was called. */
        readonly method: string;
        readonly action:
          | 'created'
          | 'exists'
          | 'clash'
          | 'found'
          | 'missing'
          | 'updated'
          | 'unchanged'
          | 'completed'
          | 'refused'
          | 'unknown';
        /** Null for an external ID that stands for no run. */
        readonly table: 'job' | 'client' | null;
        /** Null for a list of jobs, and for an external ID that stands for no run. */
        readonly runId: RunId | null;
        readonly clientId: string | null;
        /** On `completed`, and on `unchanged`: the record had this final status already. */
        readonly status: string | null;
        /** From the call to the answer; of `clash` and `unknown`, of the one statement. */
        readonly durationMs: number;
        /** On `missing`: existing rows that are near, the most telling first. */
        readonly near: readonly NearRow[] | null;
      })
  | (RunIdEventBase & {
      /** From `unified-run-id/observe`. */
      readonly event: 'observe';
      /** What the library would do. Null in the lines that hold `counts`. */
      readonly outcome: ObservedOutcome | null;
      /** Of an error of this library that would be thrown. */
      readonly code: RunIdErrorCode | null;
      readonly message: string | null;
      readonly source: string | null;
      /** What the application used, or what would be refused, escaped. */
      readonly received: string | null;
      /** On `differs`: what the library would find. */
      readonly otherRunId: RunId | null;
      /** The name that the call gave, or its line of code. */
      readonly place: string | null;
      /** In the lines that sum up, which go to the log alone: the counts that have changed, each since the process began. */
      readonly counts: readonly ObservedCount[] | null;
    })
  | (RunIdEventBase & {
      /** The thread ends; its `n` is the last one. */
      readonly event: 'end';
    })
  | (RunIdEventBase & { readonly event: 'configure'; readonly settings: Readonly<Record<string, unknown>> });

/** Settings of {@link configure}. `logger` and `now` belong to the calling thread, the rest to the process. */
export interface Settings {
  /**
   * Path of the file by which all processes of this host share one sequence; made when there is none. Also
   * `RUN_ID_SEQUENCE_FILE`. Local disks only. It can be set once per process.
   */
  sequenceFile?: string | undefined;
  /** How far the sequence may run ahead of the clock: whole seconds, 0 to 2,000,000,000. Default 3600. */
  maxLeadSeconds?: number | undefined;
  /**
   * Takes the place of stderr: called with each event that would have been written there, an object of its own that
   * it may extend. `null` silences. What it throws never reaches the caller, and is a process warning the first time;
   * what it calls of this library emits nothing.
   */
  logger?: ((event: RunIdEvent) => void) | null | undefined;
  /**
   * What is logged: nothing, rejections (the default), some five lines a run besides, or every event. Also
   * `RUN_ID_LOG`.
   */
  log?: 'off' | 'rejections' | 'lifecycle' | 'all' | undefined;
  /** Show every event, unless `log` says otherwise, not only rejections. Also `DEBUG_RUN_ID`: any value but empty, `0` and `false`. */
  debug?: boolean | undefined;
  /** The service's name in events, 1 to 128 characters. Also `RUN_ID_SERVICE`. */
  service?: string | undefined;
  /**
   * For tests: a clock in milliseconds since 1970. It starts a sequence of its own, which touches neither
   * the real one nor the file. `null` returns to the real one. Fake timers alone do not move the IDs, whose clock is
   * the addon's: `() => Date.now()` does.
   */
  now?: (() => number) | null | undefined;
}

/**
 * Changes settings. Calls merge; a call changes all of its settings or none; `undefined` leaves one alone.
 *
 * @throws {TypeError} for unknown keys, wrong types and ranges
 * @throws {RunIdError} `ERR_RUN_ID_SEQUENCE`, `ERR_RUN_ID_CLOCK` for a sequence file that cannot be used
 * @example
 * configure({ service: 'api', sequenceFile: '/var/lib/acme/run-id' });
 */
export function configure(settings: Settings): void;

/** What a process has done, in all threads that have loaded the package. What did not happen is 0. */
export interface Stats {
  /** Run IDs that were generated. */
  readonly generated: number;
  /** Run IDs that were resolved, by their source. */
  readonly resolved: Readonly<Record<RunIdSource, number>>;
  /** Rejections by code. */
  readonly rejected: Readonly<Record<RunIdErrorCode, number>>;
  /** Requests in which two places named different runs; of baggage, only that of one's own services. */
  readonly conflicts: number;
  /** Run IDs in OpenTelemetry's baggage, by how they compare: all that arrived, from strangers too. */
  readonly baggage: Readonly<Record<'agreed' | 'disagreed' | 'unreadable', number>>;
  /** Run IDs that were handed over, by carrier; those of an application's own are counted as `custom`. */
  readonly sent: Readonly<Record<string, number>>;
  /** Run IDs that were taken from a carrier. */
  readonly received: Readonly<Record<string, number>>;
  /** Records of job tracking by table and action. */
  readonly records: Readonly<Record<'job' | 'client', Readonly<Record<string, number>>>>;
  /** Records that were not found, by the first reason of `near`, or `none`. */
  readonly missing: Readonly<Record<string, number>>;
  /** Records that `failStale()` failed in this process, by table. */
  readonly stale: Readonly<Record<'job' | 'client', number>>;
  /** What `unified-run-id/observe` has observed. */
  readonly observed: Readonly<Record<ObservedOutcome, number>>;
  /** Log lines that a full or closed stderr did not take. */
  readonly linesLost: number;
  /** How far the last generated ID is ahead of the clock now, in whole seconds. */
  readonly leadSeconds: number;
}

/**
 * Counts since the process loaded the package, frozen: those of all its threads, also of threads that have ended. They
 * cost next to nothing, and need no listener.
 *
 * @example
 * stats().rejected.ERR_RUN_ID_FORMAT // 3
 */
export function stats(): Stats;

// Without it every declaration above counts as exported.
export {};
