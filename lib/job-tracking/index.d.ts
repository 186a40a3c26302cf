/**
 * Job and client-run records in PostgreSQL, looked up by the ID under which they were created.
 *
 * A job's row is keyed by the base, a client run's row by the client's run ID. Job methods take a base; client
 * methods take a client's run ID, or a base together with `clientId`. The wrong kind is `ERR_RUN_ID_KIND` before
 * any query: callers never add or strip a suffix. A lookup never creates anything.
 *
 * Every method sends one SQL statement, plus one for the diagnosis of a missing record, so using a pool is safe.
 * Methods that change many rows send one for each step; `run` and `runClient` send one at the start, one at the
 * end and one for each heartbeat. The first call on a `db` also checks whether it returns results in the right
 * form. docs/databases.md lists the adapters for each client and the privileges that a role needs.
 *
 * No refusal by this library aborts the caller's own transaction. This applies to `READ COMMITTED`, PostgreSQL's
 * default: under stricter isolation, the database refuses a call that meets a concurrent change with its error
 * `40001`.
 *
 * Errors are {@link RunIdError}s; malformed or unknown options and options of a wrong type are a `TypeError`
 * before any query, and the database's own errors pass through unchanged. Strings may have any length unless a
 * limit is named, and must not contain NUL or half a surrogate pair.
 */

import type {
  BaseRunId,
  BaseRunIdArgument,
  ClientRunId,
  ClientRunIdArgument,
  RunId,
  RunIdError,
} from '../../index.js';

/**
 * Sends statements to PostgreSQL, and returns `{ rows }` or the rows themselves as objects keyed by column name:
 * a `pg` Pool or Client, PGlite, pg-promise, TypeORM, or one of the adapters in docs/databases.md.
 */
export interface Database {
  query(text: string, values?: any[]): PromiseLike<{ rows: any[] } | any[]>;
}

/** The ways a run can end. */
export type FinalStatus = 'Completed' | 'Failed' | 'Completed with Errors' | 'No Leads To Score';

/** The status of a run. */
export type Status = 'Running' | FinalStatus;

/**
 * Finite numbers by name, at most 1,000 and 64 KiB of JSON in one call. Names have 1 to 512 characters. They are
 * added as decimal numbers: ten times 0.1 is 1.
 */
export type Metrics = Readonly<Record<string, number>>;

/** What jobs and client runs have in common. */
export interface RunRecord {
  status: Status;
  /** By the database's clock, to the millisecond: when the row was created, not the second in its run ID. */
  startedAt: Date;
  /** By the database's clock, to the millisecond; null while the run is Running. */
  endedAt: Date | null;
  notes: string | null;
  error: string | null;
  metrics: Record<string, number>;
  /** How many attempts `run` or `runClient` started; null if none did. */
  attempts: number | null;
  /**
   * The last heartbeat of its attempt, by the database's clock; null if no attempt is working on it. Set on a
   * Failed row only if `failStale` failed it.
   */
  heartbeatAt: Date | null;
}

/** A row of `job_tracking`. */
export interface JobRecord extends RunRecord {
  runId: BaseRunId;
  jobType: string;
}

/** A row of `client_run_results`. */
export interface ClientRunRecord extends RunRecord {
  runId: ClientRunId;
  jobRunId: BaseRunId;
  clientId: string;
}

/** An external system's ID for a run. A run may have many; each belongs to one run. */
export interface ExternalLink {
  system: string;
  externalId: string;
  runId: RunId;
  /** The client of the run ID, or null for a base. */
  clientId: string | null;
  /** When it was first linked, by the database's clock. */
  linkedAt: Date;
}

/**
 * How the run ID of an existing row was changed, so that it was not found; the most informative first.
 * docs/changes.md explains each word; `check` uses the same ones.
 */
export type NearReason =
  | 'case-changed'
  | 'separator-changed'
  | 'placeholder-client'
  | 'suffix-twice'
  | 'suffix-added'
  | 'suffix-cut'
  | 'time-zone-shift'
  | 'digits-exchanged'
  | 'date-changed'
  | 'suffix-of-another-client'
  | 'suffix-missing';

/** An existing row whose run ID is close to one that was not found. */
export interface NearRecord {
  /** Null if it is another client's and a `clientId` was passed. */
  readonly runId: RunId | null;
  readonly reason: NearReason;
}

/** An existing run ID that is close to one that was not found. */
export interface NearRunId extends NearRecord {
  readonly runId: RunId;
}

/**
 * The error for a missing record. The diagnosis is for operators: it is not part of the message, is not
 * enumerable, and does not belong in an HTTP response.
 */
export interface JobNotFoundError extends RunIdError {
  readonly code: 'ERR_JOB_NOT_FOUND';
  readonly statusCode: 404;
  /** At most five. Empty if nothing is close, or if the search was not possible. */
  readonly diagnosis: readonly NearRecord[];
}

/**
 * The error for a row that another attempt is working on: either a second attempt started while the first is
 * running, or the first was silent for so long that another one took over.
 */
export interface JobRunningError extends RunIdError {
  readonly code: 'ERR_JOB_RUNNING';
  readonly statusCode: 409;
  /** The last heartbeat of the attempt that is working on it. */
  readonly heartbeatAt?: Date;
}

/** The error for a row that has ended with a different status, or was failed by `failStale`. */
export interface JobFinishedError extends RunIdError {
  readonly code: 'ERR_JOB_FINISHED';
  readonly statusCode: 409;
  /** When it ended, if an attempt was refused because of that. */
  readonly endedAt?: Date;
  /** The last heartbeat of its last attempt, if it was failed because of its silence. */
  readonly heartbeatAt?: Date;
}

/**
 * The error for a connection that was lost before the result arrived. If nothing was sent because there was no
 * connection, the driver's own error passes through. Look up the record with `getJob` before you try again.
 */
export interface UnknownOutcomeError extends RunIdError {
  readonly code: 'ERR_JOB_UNKNOWN_OUTCOME';
  readonly statusCode: 503;
  /** The run ID that was tried. */
  readonly runId: RunId;
  /** The driver's error. */
  readonly cause: unknown;
}

/**
 * The error for a database that cannot be used as it is: a client that returns another shape, a role without the
 * privileges, tables that are missing, from an earlier version or would be hidden by new ones, or a migration
 * that waited too long. Nothing was written before it, unless `runId` is set.
 */
export interface DatabaseError extends RunIdError {
  readonly code: 'ERR_JOB_DATABASE';
  readonly statusCode: 500;
  /** The run ID of a record that may have been created nevertheless. */
  readonly runId?: RunId;
  /** The database's error, if there was one. */
  readonly cause?: unknown;
}

/** Options of lookups. Unknown keys are a `TypeError`. */
export interface LookupOptions {
  /**
   * The client on whose behalf the call is made: the run ID must be this client's, otherwise
   * `ERR_RUN_ID_CLIENT_MISMATCH` (403) before any query. A job belongs to no client. If the key is present, its
   * value must be a valid client ID.
   */
  clientId?: string;
}

/** Names the client of a base. */
interface OfClient {
  clientId: string;
}

/** What to change; `undefined` leaves a field unchanged, null removes it. Statuses change only by completing. */
export interface UpdateOptions extends LookupOptions {
  notes?: string | null | undefined;
  error?: string | null | undefined;
}

/** How a run ends. */
export interface CompleteOptions extends UpdateOptions {
  /** Default `Completed`. */
  status?: FinalStatus | undefined;
}

/** How a job ends. */
export interface CompleteJobOptions extends CompleteOptions {
  /** End it even though client runs are Running. Default false. */
  force?: boolean | undefined;
}

/** A new job. */
export interface CreateJobOptions {
  /**
   * The base of a run that another process started. Leave the key out to have one generated: an undefined
   * value throws, so that a lost run ID is never replaced by a new one.
   */
  runId?: string;
  /** 1 to 512 characters. */
  jobType: string;
  notes?: string | null | undefined;
  metrics?: Metrics | undefined;
}

/** A new client run. */
export interface CreateClientRunOptions extends LookupOptions {
  notes?: string | null | undefined;
  metrics?: Metrics | undefined;
}

/** Options for adding metrics. */
export interface MetricsOptions extends LookupOptions {
  /**
   * Counts only the first addition with this key to this row: 1 to 512 characters that identify the event, not
   * its delivery. Leave it out if there is no key: an undefined value is a `TypeError`.
   */
  once?: string;
}

/** Which attempt this is, as counted by the queue. */
export interface AttemptTurn {
  /** Starting at 1; at most `of`. */
  number: number;
  /** How many attempts there may be, at most 1,000,000. Only the last one fails the row. */
  of: number;
}

/** Options of an attempt. */
export interface AttemptOptions {
  /** Default `{ number: 1, of: 1 }`: the first failure fails the row. */
  attempt?: AttemptTurn | undefined;
  /** For a new row; an existing row keeps its own. */
  notes?: string | null | undefined;
  /** For a new row; an existing row keeps its own. */
  metrics?: Metrics | undefined;
  /** Milliseconds between heartbeats, 100 to 3,600,000. Default 10,000. */
  heartbeat?: number | undefined;
}

/** What to run. */
export interface RunOptions extends AttemptOptions {
  /**
   * The base of a run that another process started. Leave the key out to have one generated: an undefined
   * value throws, so that a lost run ID is never replaced by a new one.
   */
  runId?: string;
  /** 1 to 512 characters. */
  jobType: string;
}

/** The `AbortSignal` of Node.js or the DOM, if its types are known. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : { readonly aborted: boolean; readonly reason: any };

/** What an attempt receives. */
export interface AttemptContext {
  /**
   * Aborts when a heartbeat finds that the row no longer belongs to this attempt. Its `reason` is the
   * {@link RunIdError} that `run` would throw: ERR_JOB_FINISHED or ERR_JOB_RUNNING. Listeners are called outside
   * any run.
   */
  signal: Signal;
}

/** The rows that `failStale` failed. */
export interface StaleRuns {
  jobs: BaseRunId[];
  clientRuns: ClientRunId[];
}

/** Which jobs to delete. */
export interface DeleteJobsOptions {
  /** Only jobs that started before, by the database's clock. */
  startedBefore: Date;
  /** Only those of this status. Default: all that have ended. */
  status?: Status | undefined;
}

/** Which client runs to delete. */
export interface DeleteClientRunsOptions {
  clientId: string;
  /** Only runs that started before, by the database's clock. */
  startedBefore?: Date | undefined;
  /** Only those of this status. Default: all that have ended. */
  status?: Status | undefined;
}

/** How much was deleted. */
export interface DeletedJobs {
  jobs: number;
  clientRuns: number;
  externalIds: number;
}

/** How much was deleted of a client, and how many of its client runs remain. */
export interface DeletedClientRuns {
  clientRuns: number;
  externalIds: number;
  left: number;
}

/** Which rows to list, in the order of their run IDs. */
export interface ListOptions {
  status?: Status | undefined;
  /** Only runs that started before, by the database's clock. */
  startedBefore?: Date | undefined;
  /** The maximum number of rows, 1 to 1000. Default 100. */
  limit?: number | undefined;
  /** Default `asc`: the oldest first. */
  order?: 'asc' | 'desc' | undefined;
  /** Only run IDs greater than this one: with `asc`, the last one of the previous page. */
  after?: string | undefined;
  /** Only run IDs less than this one: with `desc`, the last one of the previous page. */
  before?: string | undefined;
}

/** Which jobs to list. */
export interface ListJobsOptions extends ListOptions {
  jobType?: string | undefined;
}

/**
 * Records in the tables `job_tracking`, `client_run_results` and `run_external_ids` of a schema.
 *
 * @example
 * const jobs = new JobTracking({ db: new Pool() });
 * await jobs.migrate();
 * await jobs.run({ jobType: 'Lead Scoring' }, async ({ runId }) => {
 *   await jobs.runClient(runId, 'Ann-Carver', () => scoreLeads('Ann-Carver'));
 * });
 */
export class JobTracking {
  /**
   * @param options.db the client that sends the statements
   * @param options.schema the schema of the tables, 1 to 63 bytes, case-sensitive; without it, the connection's
   * `search_path` decides
   * @throws {TypeError} without a `db` that has a `query` method
   */
  constructor(options: { db: Database; schema?: string | undefined });

  /**
   * Removed: always throws.
   *
   * @deprecated Use `createJob` without a `runId`, or `generateTimestampRunId`.
   * @throws {RunIdError} `ERR_RUN_ID_DEPRECATED`
   */
  static generateRunId(...args: unknown[]): never;

  /**
   * Creates or updates the tables. Repeatable, and safe while many processes call it at once and while processes
   * of the previous version write. If there is nothing to do, it only reads: then it needs no privilege to
   * create, takes no lock, and works in a read-only session. Otherwise it waits for another migration of the
   * schema for at most 10 s. One of the processes creates the indexes of tables with rows `CONCURRENTLY`; the
   * others do not wait for them.
   *
   * @throws {RunIdError} `ERR_JOB_DATABASE` (500), a {@link DatabaseError}: a privilege or the schema is missing,
   * the session is read-only, another migration has not ended, or tables in another schema of the `search_path`
   * would be hidden
   * @example
   * await jobs.migrate(); // at the start of each service
   */
  migrate(): Promise<void>;

  /**
   * Creates a Running job. Without `runId`, it generates one that no job on any host has, in at most 64 tries.
   * With `runId`, it creates exactly that one. Two jobs are never merged. Nothing shows whether the job's process
   * has died; use `run` for that.
   *
   * @throws {RunIdError} `ERR_JOB_EXISTS` (409); `ERR_JOB_UNKNOWN_OUTCOME` (503), an {@link UnknownOutcomeError};
   * `ERR_RUN_ID_KIND`, `_TYPE`, `_FORMAT`; `ERR_RUN_ID_EXHAUSTED`, `_CLOCK`, `_SEQUENCE` if none can be generated
   * @example
   * const { runId } = await jobs.createJob({ jobType: 'Lead Scoring', notes: 'Acme-Corp' });
   */
  createJob<T extends string>(
    options: CreateJobOptions & { runId?: T } & { runId?: BaseRunIdArgument<T> },
  ): Promise<JobRecord>;

  /**
   * @param runId a base
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND`, a {@link JobNotFoundError}; `ERR_RUN_ID_KIND`, `_TYPE`,
   * `_FORMAT`, `_CLIENT`, `_CLIENT_MISMATCH`
   * @example
   * const { status } = await jobs.getJob('251006-143000');
   */
  getJob<T extends string>(runId: BaseRunIdArgument<T>, options?: LookupOptions): Promise<JobRecord>;

  /**
   * Changes a job's `notes` and `error`.
   *
   * @throws as `getJob`
   * @example
   * await jobs.updateJob(runId, { notes: 'second batch' });
   */
  updateJob<T extends string>(runId: BaseRunIdArgument<T>, options: UpdateOptions): Promise<JobRecord>;

  /**
   * Ends a job once: the same status again changes nothing.
   *
   * @throws {RunIdError} `ERR_JOB_FINISHED` (409) if it has ended with a different status; `ERR_JOB_OPEN_CLIENTS`
   * (409) while client runs are Running, unless `force` is set, which leaves them Running; and as `getJob`
   * @example
   * await jobs.completeJob(runId, { status: 'Completed with Errors', error: '2 of 40 leads' });
   */
  completeJob<T extends string>(
    runId: BaseRunIdArgument<T>,
    options?: CompleteJobOptions,
  ): Promise<JobRecord>;

  /**
   * Adds to a job's metrics in the database, so that concurrent additions are not lost. After an error with
   * unknown outcome, repeat it only if it has a key (`once`). Negative numbers subtract; if a sum is out of
   * range, the database refuses it (`22003`), and nothing is added.
   *
   * @throws as `getJob`
   * @example
   * await jobs.addJobMetrics(runId, { leadsScored: 40, costUsd: 0.12 });
   * await jobs.addJobMetrics(runId, { posts: 12 }, { once: `delivery ${event.id}` });
   */
  addJobMetrics<T extends string>(
    runId: BaseRunIdArgument<T>,
    metrics: Metrics,
    options?: MetricsOptions,
  ): Promise<JobRecord>;

  /**
   * Creates a job, calls `fn` in its run, completes the job, and returns the result of `fn`. If `fn` throws, it
   * fails the job with the error's message, cut at 4,096 characters, and throws the same error. Heartbeats keep
   * the row alive meanwhile.
   *
   * With the `runId` of an existing Running job, it continues that job and counts the attempt, if the job was
   * only created, if its last attempt failed but was not the final one, or if its attempt missed three
   * heartbeats. Between two attempts, a row is Running, with the message of the last error and without
   * `heartbeatAt`. `fn` may end the job itself, with any status; then `run` leaves it alone. A failure ends the
   * job regardless of the status of its client runs.
   *
   * An attempt that has lost its row is refused at its next write within `fn`, or at the latest when `fn` has
   * ended, whatever its result. If the completion is refused, that error is thrown; the job does not become
   * Failed, but is left as between two attempts.
   *
   * @param fn receives the job's record and a signal
   * @throws {RunIdError} `ERR_JOB_RUNNING` (409), a {@link JobRunningError}; `ERR_JOB_FINISHED` (409), a
   * {@link JobFinishedError}; `ERR_JOB_EXISTS` (409) for a job of another type; and as `createJob` and `completeJob`
   * @example
   * const attempt = { number: job.attemptsMade + 1, of: job.opts.attempts || 1 };
   * await jobs.run({ jobType: 'Lead Scoring', runId: extract(job.data), attempt }, async ({ runId }, { signal }) => {
   *   await score(leads, { signal });
   *   await jobs.addJobMetrics(runId, { leads: leads.length });
   * });
   */
  run<R, T extends string>(
    options: RunOptions & { runId?: T } & { runId?: BaseRunIdArgument<T> },
    fn: (job: JobRecord, context: AttemptContext) => R | PromiseLike<R>,
  ): Promise<R>;

  /**
   * Fails jobs and client runs whose attempts are dead: those that were silent both for `olderThan` and for three
   * of their own heartbeats. Each is failed once, however many processes try; `error` says since when it was
   * silent. A row without a heartbeat is never failed: one created by `createJob` or `createClientRun`, or by
   * version 1.0, or one that waits for its next attempt. Nor is a job with a living client run. Only the
   * database's clock counts.
   *
   * @param options.olderThan milliseconds, at least 300. Choose more than three heartbeats of any process, and
   * more than the queue needs to give a lost job to another worker: a failed row cannot be retried.
   * @throws {TypeError} for malformed options
   * @example
   * const { jobs: failed } = await jobs.failStale({ olderThan: 60_000 });
   */
  failStale(options: { olderThan: number }): Promise<StaleRuns>;

  /**
   * Lists jobs in the order of their run IDs, page by page; if there are none, the list is empty.
   *
   * @throws {TypeError} for malformed options
   * @example
   * const stuck = await jobs.listJobs({ status: 'Running', startedBefore: new Date(Date.now() - 3_600_000) });
   * const newest = await jobs.listJobs({ order: 'desc', limit: 20 });
   */
  listJobs(options?: ListJobsOptions): Promise<JobRecord[]>;

  /**
   * Deletes jobs with their client runs, external IDs and metric keys: those that have ended, unless you pass a
   * status. Rows that an attempt is working on are never deleted. It works in steps of at most 500 rows: after an
   * error, what was deleted before stays deleted.
   *
   * @throws {TypeError} for malformed options
   * @example
   * await jobs.deleteJobs({ startedBefore: new Date(Date.now() - 90 * 86_400_000) });
   */
  deleteJobs(options: DeleteJobsOptions): Promise<DeletedJobs>;

  /**
   * Creates a Running client run under a Running job.
   *
   * @param runId the client's run ID, or the job's base with `clientId`
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND` if the job does not exist; `ERR_JOB_FINISHED` (409) if it has ended;
   * `ERR_JOB_EXISTS` (409); `ERR_JOB_UNKNOWN_OUTCOME` (503); and as `getClientRun`
   * @example
   * await jobs.createClientRun('251006-143000', { clientId: 'Ann-Carver' });
   */
  createClientRun<T extends string>(
    runId: ClientRunIdArgument<T>,
    options?: CreateClientRunOptions,
  ): Promise<ClientRunRecord>;
  createClientRun(runId: string, options: CreateClientRunOptions & OfClient): Promise<ClientRunRecord>;

  /**
   * Creates a client's run under a Running job, calls `fn` in it, and ends it, as `run` does with a job.
   *
   * @param runId the client's run ID, or the job's base
   * @param clientId the client, which must match the run ID
   * @throws as `run` and `createClientRun`
   * @example
   * await Promise.all(clients.map((clientId) => jobs.runClient(runId, clientId, () => score(clientId))));
   */
  runClient<R>(
    runId: string,
    clientId: string,
    fn: (run: ClientRunRecord, context: AttemptContext) => R | PromiseLike<R>,
    options?: AttemptOptions,
  ): Promise<R>;

  /**
   * @param runId the client's run ID, or the job's base with `clientId`
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND`, a {@link JobNotFoundError}; `ERR_RUN_ID_KIND`, `_TYPE`,
   * `_FORMAT`, `_CLIENT`, `_CLIENT_MISMATCH`
   * @example
   * const run = await jobs.getClientRun('251006-143000-Ann-Carver');
   */
  getClientRun<T extends string>(
    runId: ClientRunIdArgument<T>,
    options?: LookupOptions,
  ): Promise<ClientRunRecord>;
  getClientRun(runId: string, options: LookupOptions & OfClient): Promise<ClientRunRecord>;

  /**
   * Changes a client run's `notes` and `error`.
   *
   * @throws as `getClientRun`
   * @example
   * await jobs.updateClientRun('251006-143000-Ann-Carver', { notes: null });
   */
  updateClientRun<T extends string>(
    runId: ClientRunIdArgument<T>,
    options: UpdateOptions,
  ): Promise<ClientRunRecord>;
  updateClientRun(runId: string, options: UpdateOptions & OfClient): Promise<ClientRunRecord>;

  /**
   * Ends a client run once: the same status again changes nothing.
   *
   * @throws {RunIdError} `ERR_JOB_FINISHED` (409) if it has ended with a different status; and as `getClientRun`
   * @example
   * await jobs.completeClientRun('251006-143000-Ann-Carver', { status: 'No Leads To Score' });
   */
  completeClientRun<T extends string>(
    runId: ClientRunIdArgument<T>,
    options?: CompleteOptions,
  ): Promise<ClientRunRecord>;
  completeClientRun(runId: string, options: CompleteOptions & OfClient): Promise<ClientRunRecord>;

  /**
   * Adds to a client run's metrics, as `addJobMetrics` does for a job.
   *
   * @throws as `getClientRun`
   * @example
   * await jobs.addClientMetrics(runId, { postsHarvested: 12 }, { clientId: 'Ann-Carver' });
   */
  addClientMetrics<T extends string>(
    runId: ClientRunIdArgument<T>,
    metrics: Metrics,
    options?: MetricsOptions,
  ): Promise<ClientRunRecord>;
  addClientMetrics(
    runId: string,
    metrics: Metrics,
    options: MetricsOptions & OfClient,
  ): Promise<ClientRunRecord>;

  /**
   * Lists the client runs of a job; with `clientId`, only that client's.
   *
   * @param runId the job's base
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND` if the job does not exist; `ERR_RUN_ID_KIND`, `_TYPE`, `_FORMAT`,
   * `_CLIENT`
   * @example
   * const open = await jobs.listClientRuns('251006-143000', { status: 'Running' });
   */
  listClientRuns<T extends string>(
    runId: BaseRunIdArgument<T>,
    options?: ListOptions & LookupOptions,
  ): Promise<ClientRunRecord[]>;
  /**
   * Lists the runs of one client in all jobs, and nothing of other clients.
   *
   * @throws {RunIdError} `ERR_RUN_ID_CLIENT`
   * @example
   * const newest = await jobs.listClientRuns({ clientId: req.user.clientId, order: 'desc', limit: 20 });
   */
  listClientRuns(options: ListOptions & OfClient): Promise<ClientRunRecord[]>;

  /**
   * Deletes a client's runs with their external IDs and metric keys: those that have ended, unless you pass a
   * status. Rows that an attempt is working on are never deleted; `left` says how many of the client's runs
   * remain. It works in steps of at most 500 rows.
   *
   * @throws {RunIdError} `ERR_RUN_ID_CLIENT`
   * @example
   * const ended = await jobs.deleteClientRuns({ clientId: 'Ann-Carver' });
   * const { left } = await jobs.deleteClientRuns({ clientId: 'Ann-Carver', status: 'Running' });
   */
  deleteClientRuns(options: DeleteClientRunsOptions): Promise<DeletedClientRuns>;

  /**
   * Links an external system's ID to an existing run. Linking it again changes nothing. `system` and `externalId`
   * have 1 to 512 characters, and at most 2,000 bytes together; they are compared exactly.
   *
   * @throws {RunIdError} `ERR_JOB_EXISTS` (409) if it is linked to another run, which is not named;
   * `ERR_JOB_NOT_FOUND`; `ERR_RUN_ID_TYPE`, `_FORMAT`, `_CLIENT`, `_CLIENT_MISMATCH`
   * @example
   * await jobs.linkExternalId({ runId, system: 'apify', externalId: 'k3JzQ0aVbW9xYtR2p' });
   */
  linkExternalId(
    options: { runId: string; system: string; externalId: string } & LookupOptions,
  ): Promise<ExternalLink>;

  /**
   * Finds the run that an external system's ID is linked to. Another client's run is refused after the query,
   * because the external ID alone does not tell whose it is.
   *
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND`, with an empty diagnosis; `ERR_RUN_ID_CLIENT`, `_CLIENT_MISMATCH`
   * @example
   * const { runId } = await jobs.findByExternalId('apify', req.body.resource.id);
   */
  findByExternalId(system: string, externalId: string, options?: LookupOptions): Promise<ExternalLink>;
}

/** Where to look for a record that was not found, in a store other than PostgreSQL. Frozen. */
export interface NearRunIds {
  /** Run IDs to look up by key, all at once: at most 400, never including the one that was not found. */
  readonly runIds: readonly RunId[];
  /**
   * The base of the run. If the store can list keys by prefix, list those that start with it as well: only that
   * finds client IDs that were changed in case, cut off or exchanged.
   */
  readonly base: BaseRunId;
}

/**
 * Returns what to look for if a record was not found in a store other than PostgreSQL. Pass the run IDs that
 * exist to {@link rankNear}. {@link JobTracking} does both by itself.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * const { runIds, base } = nearRunIds('251006-143000-ann-carver');
 */
export function nearRunIds(runId: string): NearRunIds;

/**
 * Says what a run ID that was not found may have been changed from: at most five existing run IDs, the most
 * relevant first, each with its reason. Empty if none is close. The result is for operators: it may contain other
 * clients' run IDs, so it does not belong in an HTTP response.
 *
 * @param existing the existing keys among those that {@link nearRunIds} returned, in any order. Strings that are
 * not run IDs, such as keys of older records, are ignored.
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT` for the `runId`
 * @throws {TypeError} if `existing` is not an array of strings
 * @example
 * rankNear('251006-143000-ann-carver', ['251006-143000', '251006-143000-Ann-Carver'])
 * // [{ runId: '251006-143000-Ann-Carver', reason: 'case-changed' }]
 */
export function rankNear(runId: string, existing: readonly string[]): readonly NearRunId[];

/** What a function of a store returns, immediately or as a promise. */
type Answer<T> = T | PromiseLike<T>;

/**
 * The functions through which {@link claimRunId} uses a store, called without `this`. Other keys are a
 * `TypeError`.
 */
export interface RunIdStore {
  /**
   * Creates the record of a new job if no record has the ID; the store itself must decide that, in one step.
   * Returns true if it created the record, false if the ID was taken, and throws if anything else goes wrong.
   */
  create: (runId: BaseRunId) => Answer<boolean>;
  /**
   * Returns all records with the ID. For stores that accept every record, whose `create` can only return true: it
   * is called before and again afterwards.
   */
  get?: (runId: BaseRunId) => Answer<readonly unknown[]>;
  /**
   * Returns the greatest existing run ID up to `bound`, which is a base; null if there is none. For stores with
   * ordered keys.
   */
  greatest?: (bound: BaseRunId) => Answer<string | null | undefined>;
  /**
   * Returns those of at most 64 run IDs that exist. For stores without ordered keys; not called if there is
   * `greatest`.
   */
  existing?: (runIds: BaseRunId[]) => Answer<readonly string[]>;
}

/**
 * Creates a job's record in a store other than PostgreSQL, under a run ID that no record from any host has: it
 * generates an ID, lets the store decide, and skips those that are taken, at most 64 times. See docs/stores.md.
 *
 * Errors that `get`, `greatest` and `existing` throw before a record is created pass through unchanged.
 *
 * @returns the run ID of the created record
 * @throws {RunIdError} `ERR_JOB_UNKNOWN_OUTCOME` (503), an {@link UnknownOutcomeError}, if an error thrown by
 * `create` does not prove that nothing was created, or if the record cannot be found afterwards; `ERR_JOB_EXISTS`
 * (409) with the `runId` if two records have it; `ERR_JOB_DATABASE` (500) if a function returns an invalid value,
 * with the `runId` if a record may have been created; `ERR_RUN_ID_EXHAUSTED` if all 64 were taken, and as
 * `generateTimestampRunId`
 * @throws {TypeError} if `store` is not an object of functions
 * @example
 * const runId = await claimRunId({
 *   create: async (runId) => (await redis.set(`job:${runId}`, '{}', 'NX')) === 'OK',
 * });
 */
export function claimRunId(store: RunIdStore): Promise<BaseRunId>;

// Without it every declaration above counts as exported.
export {};
