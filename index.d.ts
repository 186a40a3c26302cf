/**
 * One run ID, generated exactly once, passed unchanged through every process.
 *
 * A run ID is `YYMMDD-hhmmss`, a real UTC second of the years 2000 to 2099, alone (a base) or followed by a
 * hyphen and a client ID. A client ID is 1 to 64 ASCII letters, digits, hyphens and underscores, with a letter or
 * digit at both ends, and does not start like a run ID. Everything is case-sensitive, and nothing is ever
 * trimmed.
 *
 * Every error is a {@link RunIdError}, with two exceptions: a malformed options object, or a value that is not a
 * buffer where one is expected, is a `TypeError`; and errors thrown by the caller's own getters and proxies pass
 * through unchanged.
 */

declare const kind: unique symbol;

/** A base: 13 characters, such as `251006-143000`. Job records are keyed by it. */
export type BaseRunId = string & { readonly [kind]: 'base' };

/** A base, a hyphen and a client ID, such as `251006-143000-Ann-Carver`. */
export type ClientRunId = string & { readonly [kind]: 'client' };

/** Any run ID. Turn a string into one with {@link isRunId} or {@link normalizeRunId}. */
export type RunId = BaseRunId | ClientRunId;

/**
 * The type of a parameter that expects a base: any string, except one that is known to carry a client ID and
 * would always throw.
 */
export type BaseRunIdArgument<T extends string> = [T] extends [ClientRunId] ? BaseRunId : T;

/** The type of a parameter that expects a client's run ID: any string, except one that is known to be a base. */
export type ClientRunIdArgument<T extends string> = [T] extends [BaseRunId] ? ClientRunId : T;

/** Where a run ID came from, highest priority first; `header` only with a boundary that reads it. */
export type RunIdSource = 'specificRunId' | 'query' | 'body' | 'header' | 'parentRunId' | 'generated';

/**
 * Anything with the properties of a request: Express 4 and 5, Fastify, a Fetch `Request`, a plain object, or `{}`
 * in a script without a request. None of it is trusted.
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
  /** The client of a newly generated ID; ignored unless one is generated. */
  clientId?: string | undefined;
  /** Whether to generate an ID if no source has one. Default true; use false for public routes. */
  generate?: boolean | undefined;
  /**
   * The authenticated client: the run ID must carry exactly this client ID. If this key is present, its value
   * must be a valid client ID: `undefined` throws instead of turning off the check. A generated ID gets this
   * client ID.
   */
  expectClientId?: string;
  /** Compare all sources that are present, and the run in hand, and publish a `conflict` event or throw. Default: do not compare. */
  onConflict?: 'report' | 'throw' | undefined;
}

/** A run ID and where it was found. */
export interface ResolvedRunId {
  runId: RunId;
  source: RunIdSource;
}

/** What the parts of every run ID have in common. */
interface CommonParts {
  /** Its first 13 characters. */
  readonly baseRunId: BaseRunId;
  /** The second that the base encodes. Approximate if several IDs were generated within one second. */
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
  /** The part after the base and its hyphen. */
  readonly clientId: string;
}

/** The parts of a run ID, frozen. `clientId` is null for a base. */
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
 * What went wrong, where, and what to do. Its stack starts at the line that made the call.
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
  /** The HTTP status to respond with: 400, 403, 404, 409, 500 or 503. */
  readonly statusCode: 400 | 403 | 404 | 409 | 500 | 503;
  /**
   * The same as `statusCode`, under the name that `http-errors` uses. A framework may assign a different value;
   * Koa does.
   */
  status: number;
  /** Whether the message may be sent to the client: true below 500. Also a convention of `http-errors`. */
  expose: boolean;
  /** Which input it was, such as `req.query.runId`. */
  readonly source?: string;
  /**
   * The received value as JSON-escaped printable ASCII of at most 64 characters. For a value that is not a
   * string, only a word for its kind; for more than 4,096 characters, only their number.
   */
  readonly received?: string;
  /** What the value looks like, and what to do. */
  readonly hint?: string;
  /** The file that the error is about. Not part of the message, which may be sent to a stranger. */
  readonly path?: string;
  /** Milliseconds after which the same call may succeed. */
  readonly retryAfterMs?: number;
}

/**
 * Generates a new run ID: the current UTC second, or the next free one. IDs are strictly increasing within the
 * process, across all its worker threads and, with {@link Settings.sequenceFile}, across all processes of a host.
 *
 * @param clientId the client that the ID is for. Only `undefined` means none: `null`, `''` and any other invalid
 * client ID throws before a second is used up.
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
 * Returns the run ID of a request, in order of priority: `req.specificRunId`, `req.query.runId`,
 * `req.body.runId`, `parentRunId` and, as a last resort, a generated one, which is then stored on the request as
 * `specificRunId`.
 *
 * A source is absent if it is undefined or null. Anything else must be a run ID, otherwise this throws and names
 * the source; it never falls through to the next source.
 *
 * @param parentRunIdOrOptions a run ID, or {@link ResolveOptions}
 * @throws {RunIdError} every code except `ERR_RUN_ID_SUFFIX` and `ERR_RUN_ID_DEPRECATED`
 * @throws {TypeError} for an options object with unknown keys or wrong types
 * @example
 * const runId = resolveRunId(req, { generate: false }); // a public route
 */
export function resolveRunId(req: RunIdRequest | object, parentRunId?: string | null): RunId;
export function resolveRunId(req: RunIdRequest | object, options: ResolveOptions): RunId;

/**
 * Like {@link resolveRunId}, but also returns where the run ID was found.
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
 * Checks a run ID and returns the same value. It never normalizes.
 *
 * It takes one argument: a client ID as a second argument is refused, because it would be dropped (see
 * {@link clientRunIdFor}). The additional arguments of `map` and `forEach` are ignored.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * normalizeRunId('251006-143000-Ann-Carver') // '251006-143000-Ann-Carver'
 * normalizeRunId({ runId: '251006-143000' }) // throws ERR_RUN_ID_TYPE
 */
export function normalizeRunId<T extends RunId>(runId: T): T;
export function normalizeRunId(runId: string): RunId;

/**
 * The same as {@link normalizeRunId}, under the name that the Smart Resume scripts use.
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
 * Splits a run ID into its parts.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * parseRunId('251006-143000-Ann-Carver')
 * // { runId, baseRunId: '251006-143000', clientId: 'Ann-Carver', startedAt: 2025-10-06T14:30:00.000Z }
 */
export function parseRunId(runId: string): RunIdParts;

/**
 * Returns a client's run ID under a base.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_SUFFIX` if the run ID already carries
 * a client (even the same one), `ERR_RUN_ID_CLIENT`
 * @example
 * createClientRunId('251006-143000', 'Ann-Carver') // '251006-143000-Ann-Carver'
 */
export function createClientRunId<T extends string>(
  baseRunId: BaseRunIdArgument<T>,
  clientId: string,
): ClientRunId;

/**
 * Returns a client's run ID, given the base or this client's own run ID, which is returned unchanged. For code
 * that may receive either.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`, `ERR_RUN_ID_CLIENT`, `ERR_RUN_ID_CLIENT_MISMATCH`
 * if it is another client's run ID
 * @example
 * clientRunIdFor('251006-143000', 'Ann-Carver')            // '251006-143000-Ann-Carver'
 * clientRunIdFor('251006-143000-Ann-Carver', 'Ann-Carver') // '251006-143000-Ann-Carver'
 * clientRunIdFor('251006-143000-Lee-Marlow', 'Ann-Carver') // throws ERR_RUN_ID_CLIENT_MISMATCH
 */
export function clientRunIdFor(runId: string, clientId: string): ClientRunId;

/**
 * Returns the first 13 characters of a run ID. Never splits at a hyphen.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * getBaseRunId('251006-143000-Ann-Marie-Carver') // '251006-143000'
 */
export function getBaseRunId(runId: string): BaseRunId;

/**
 * Returns the client ID of a run ID, or null for a base.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * getClientId('251006-143000-Ann-Marie-Carver') // 'Ann-Marie-Carver'
 */
export function getClientId(runId: string): string | null;

/** A run ID found in bytes: its parts and its position. Frozen. */
export type FoundRunId = RunIdParts & {
  /**
   * The number of bytes before it: an index into the buffer, not into a string. Its length in bytes is
   * `runId.length`.
   */
  readonly offset: number;
  /** The number of its line, starting at 1. Lines end with a line feed. */
  readonly line: number;
};

/**
 * Finds all run IDs in bytes, in order. Use it to mask or collect IDs before other patterns are applied to a
 * line. It changes, logs and publishes nothing.
 *
 * A token is the longest possible sequence of ASCII letters, digits, `_` and `-`; ANSI control sequences, `%XX`
 * and the two-character sequences `\n`, `\r` and `\t` also end it. A token counts if, without `-` and `_` at its
 * end, it is a run ID by {@link isRunId}. Nothing inside a token is searched, so longer numbers, UUIDs and dates
 * contain no run IDs. The bytes may have any ASCII-compatible encoding, and need not be valid.
 *
 * @param buffer of any length; for a string, pass `Buffer.from(text)`
 * @throws {TypeError} if it is not a `Buffer` or another `Uint8Array`
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

/** The fields of every event. Absent values are null. See docs/events.md. */
export interface RunIdEventBase {
  /** The version of the event format. */
  readonly v: 1;
  /** ISO 8601 with milliseconds, UTC. */
  readonly time: string;
  /** From {@link Settings.service} or `RUN_ID_SERVICE`, otherwise the base name of the main script. */
  readonly service: string | null;
  /** Eight random hexadecimal digits chosen at process start, because pids repeat in containers. */
  readonly proc: string;
  readonly host: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  /** The number of its log line within the thread, starting at 1; null if it is not logged. */
  readonly n: number | null;
  /** The current operation. */
  readonly op: string | null;
  /** For a boundary: method and route pattern, or method and mount path. */
  readonly route: string | null;
  /** `path:line:column` of the caller, relative to the working directory. Formatted when first read. */
  readonly at: string | null;
}

/** Additional fields of events that happen within a run. */
interface RunInHand {
  /** The current run. */
  readonly within: RunId | null;
  /** The source that it came from: a source of a request, a carrier, or `generated`. */
  readonly arrived: string | null;
}

/** An existing row with a run ID close to the one that was not found, and how they differ. */
interface NearRow {
  readonly runId: RunId;
  readonly reason: string;
}

/** What the library would do in a place where it only observes. */
type ObservedOutcome = 'same' | 'differs' | 'would-throw' | 'would-generate';

/** How often something was observed at a place. */
interface ObservedCount {
  /** Null for `others`, and if the place is unknown. */
  readonly place: string | null;
  /** Marks all places beyond the 1,000 that a process counts separately. */
  readonly others?: true;
  readonly outcome: ObservedOutcome;
  readonly code?: RunIdErrorCode;
  readonly count: number;
  /** The first value that was received. */
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

/**
 * What is published on the `node:diagnostics_channel` channel `unified-run-id:<event>` and passed to a logger.
 */
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
        /**
         * `data`, `workerData`, `env`, `headers`, `url`, `bullmq`, `kafka`, `amqp`, `sqs`, or the `source` of a
         * custom carrier.
         */
        readonly carrier: string;
        /** The host of a URL. */
        readonly peer: string | null;
      })
  | (RunIdEventBase &
      RunInHand & {
        readonly event: 'reject';
        /** Null in the line that counts rejections that were not logged. */
        readonly code: RunIdErrorCode | null;
        readonly message: string;
        readonly source: string | null;
        readonly received: string | null;
        readonly expectClientId: string | null;
        /** For ERR_JOB_NOT_FOUND. */
        readonly table: 'job' | 'client' | null;
        /** For ERR_JOB_NOT_FOUND: existing rows with a similar ID, the most relevant first. */
        readonly near: readonly NearRow[] | null;
        /** How many rejections were not logged, in the line that counts them. */
        readonly leftOut: number | null;
        /** In the same line: how many of them by code and place, those with the most first. */
        readonly counts: readonly LeftOutCount[] | null;
        /** How many lines stderr did not accept, in the line that counts them. */
        readonly lost: number | null;
        readonly stack: string | null;
      })
  | (RunIdEventBase & {
      readonly event: 'conflict';
      readonly runId: RunId;
      /** A source of the request; for a message, its carrier; `runId` is that of `runWithRunId`. */
      readonly source: string;
      /** The value of the lower source, escaped if it is not a run ID; null if reading it threw. */
      readonly otherRunId: string | null;
      /** `baggage` is the ID in OpenTelemetry's baggage, `context` the run in hand, and `env` the inherited `RUN_ID`. */
      readonly otherSource: RunIdSource | 'baggage' | 'context' | 'env';
      /** For baggage, whether it came from your own services (the `internal` option) or from anyone else; otherwise null. */
      readonly sender: 'internal' | 'external' | null;
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
        /** Null for an external ID that is linked to no run. */
        readonly table: 'job' | 'client' | null;
        /** Null for a list of jobs, and for an external ID that is linked to no run. */
        readonly runId: RunId | null;
        readonly clientId: string | null;
        /** On `completed`, and on `unchanged` if the record already had this final status. */
        readonly status: string | null;
        /** The time from the call to the result; for `clash` and `unknown`, of that one statement. */
        readonly durationMs: number;
        /** On `missing`: existing rows with a similar ID, the most relevant first. */
        readonly near: readonly NearRow[] | null;
      })
  | (RunIdEventBase & {
      /** From `unified-run-id/observe`. */
      readonly event: 'observe';
      /** What the library would do. Null in lines with `counts`. */
      readonly outcome: ObservedOutcome | null;
      /** The code of the error that the library would throw. */
      readonly code: RunIdErrorCode | null;
      readonly message: string | null;
      readonly source: string | null;
      /** The value that the application used or that would be refused, escaped. */
      readonly received: string | null;
      /** On `differs`: the run ID that the library would find. */
      readonly otherRunId: RunId | null;
      /** The name that the call passed, or its line of code. */
      readonly place: string | null;
      /**
       * In summary lines, which are only logged: the counts that have changed, each since the process started.
       */
      readonly counts: readonly ObservedCount[] | null;
    })
  | (RunIdEventBase & {
      /** The thread ends; its `n` is the last one. */
      readonly event: 'end';
    })
  | (RunIdEventBase & { readonly event: 'configure'; readonly settings: Readonly<Record<string, unknown>> });

/** Settings of {@link configure}. `logger` and `now` apply to the calling thread, the others to the process. */
export interface Settings {
  /**
   * Path of the file through which all processes of this host share one sequence; created if missing. Also
   * `RUN_ID_SEQUENCE_FILE`. Local disks only. It can be set once per process.
   */
  sequenceFile?: string | undefined;
  /** How far the sequence may run ahead of the clock: whole seconds, 0 to 2,000,000,000. Default 3600. */
  maxLeadSeconds?: number | undefined;
  /**
   * Replaces stderr: called with each event that would have been written there, as a separate object that it may
   * extend. `null` turns logging off. Errors that it throws never reach the caller; the first one becomes a
   * process warning. Calls that it makes to this library emit nothing.
   */
  logger?: ((event: RunIdEvent) => void) | null | undefined;
  /**
   * What is logged: nothing, rejections (the default), about five more lines per run, or every event. Also
   * `RUN_ID_LOG`.
   */
  log?: 'off' | 'rejections' | 'lifecycle' | 'all' | undefined;
  /**
   * Log every event rather than only rejections, unless `log` says otherwise. Also `DEBUG_RUN_ID`: any value
   * except empty, `0` and `false`.
   */
  debug?: boolean | undefined;
  /** The service's name in events, 1 to 128 characters. Also `RUN_ID_SERVICE`. */
  service?: string | undefined;
  /**
   * For tests: a clock in milliseconds since 1970. It starts a separate sequence, which touches neither the real
   * one nor the file. `null` returns to the real clock. The addon does not follow fake timers by itself;
   * `() => Date.now()` makes it follow them.
   */
  now?: (() => number) | null | undefined;
}

/**
 * Changes settings. Calls are merged; each call applies all of its settings or none; `undefined` leaves a setting
 * unchanged.
 *
 * @throws {TypeError} for unknown keys, wrong types and ranges
 * @throws {RunIdError} `ERR_RUN_ID_SEQUENCE`, `ERR_RUN_ID_CLOCK` if the sequence file cannot be used
 * @example
 * configure({ service: 'api', sequenceFile: '/var/lib/acme/run-id' });
 */
export function configure(settings: Settings): void;

/** What a process has done, in all threads that have loaded the package. All counts start at 0. */
export interface Stats {
  /** Run IDs that were generated. */
  readonly generated: number;
  /** Run IDs that were resolved, by source. */
  readonly resolved: Readonly<Record<RunIdSource, number>>;
  /** Rejections by code. */
  readonly rejected: Readonly<Record<RunIdErrorCode, number>>;
  /** Requests in which two places named different runs. Baggage counts only if it is from your own services. */
  readonly conflicts: number;
  /**
   * Run IDs in OpenTelemetry's baggage, by result of the comparison: all that arrived, including those from
   * strangers.
   */
  readonly baggage: Readonly<Record<'agreed' | 'disagreed' | 'unreadable', number>>;
  /** Run IDs that were handed over, by carrier; custom carriers are counted as `custom`. */
  readonly sent: Readonly<Record<string, number>>;
  /** Run IDs that were taken from a carrier. */
  readonly received: Readonly<Record<string, number>>;
  /** Job tracking records by table and action. */
  readonly records: Readonly<Record<'job' | 'client', Readonly<Record<string, number>>>>;
  /** Records that were not found, by the first reason of `near`, or `none`. */
  readonly missing: Readonly<Record<string, number>>;
  /** Records that `failStale()` marked as failed in this process, by table. */
  readonly stale: Readonly<Record<'job' | 'client', number>>;
  /** What `unified-run-id/observe` has observed. */
  readonly observed: Readonly<Record<ObservedOutcome, number>>;
  /** Log lines that a full or closed stderr did not accept. */
  readonly linesLost: number;
  /** How far the last generated ID is ahead of the clock now, in whole seconds. */
  readonly leadSeconds: number;
}

/**
 * Returns counts since the process loaded the package, frozen, including all threads, even those that have ended.
 * They cost next to nothing, and need no listener.
 *
 * @example
 * stats().rejected.ERR_RUN_ID_FORMAT // 3
 */
export function stats(): Stats;

// Without it every declaration above counts as exported.
export {};
