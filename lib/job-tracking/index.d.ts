/**
 * Job and client-run records in PostgreSQL, found by the ID that made them.
 *
 * A job's row is keyed by the base, a client run's row by the client's run ID. Job methods take a base; client
 * methods take a client's run ID, or a base together with `clientId`. The other kind is `ERR_RUN_ID_KIND`
 * before any query: no caller ever adds or strips a suffix. Nothing is ever created on a lookup.
 *
 * Every method is one SQL statement, and one more for the diagnosis of what is missing; so a pool is safe. Those that
 * change many rows are one for each step, and `run` and `runClient` one for the beginning, the end and each heartbeat.
 * The first call of a `db` asks besides whether it answers as it has to. Which client needs which adapter, and which
 * rights a role needs, is in docs/databases.md.
 *
 * Within a transaction of the caller's no refusal of this library aborts it. That is so under `READ COMMITTED`,
 * PostgreSQL's default: under a stricter isolation the database refuses a call that meets a concurrent change, with
 * its `40001`.
 *
 * Errors are {@link RunIdError}s; options that are malformed, unknown or of a wrong type are a `TypeError` before
 * any query, and what the database refuses for reasons of its own passes through unchanged. Texts may be of any
 * length unless a bound is named, and hold neither NUL nor half a surrogate pair.
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
 * What sends statements to PostgreSQL, and answers `{ rows }` or the rows themselves, each an object by the names of
 * its columns: a `pg` Pool or Client, PGlite, pg-promise, TypeORM, or one of the adapters of docs/databases.md.
 */
export interface Database {
  query(text: string, values?: any[]): PromiseLike<{ rows: any[] } | any[]>;
}

/** The ways a run can end. */
export type FinalStatus = 'Completed' | 'Failed' | 'Completed with Errors' | 'No Leads To Score';

/** How a run stands. */
export type Status = 'Running' | FinalStatus;

/**
 * Finite numbers by name, at most 1,000 and 64 KiB of JSON in one call. Names have 1 to 512 characters. Added up as
 * decimal numbers: ten times 0.1 is 1.
 */
export type Metrics = Readonly<Record<string, number>>;

/** What jobs and client runs have in common. */
export interface RunRecord {
  status: Status;
  /** By the database's clock, to the millisecond: where it was made, not the second that its run ID tells. */
  startedAt: Date;
  /** By the database's clock, to the millisecond; null while the run is Running. */
  endedAt: Date | null;
  notes: string | null;
  error: string | null;
  metrics: Record<string, number>;
  /** How many attempts `run` or `runClient` began; null where none did. */
  attempts: number | null;
  /**
   * When its attempt was heard of last, by the database's clock; null where no attempt is at it. Set on a Failed row
   * only if `failStale` failed it.
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

/** An external system's name for a run. A run may have many; each stands for one run. */
export interface ExternalLink {
  system: string;
  externalId: string;
  runId: RunId;
  /** The client of the run ID, or null for a base. */
  clientId: string | null;
  /** When it was linked first, by the database's clock. */
  linkedAt: Date;
}

/**
 * What became of the run ID of an existing row, so that it was not found: the most telling first. Each is explained in
 * docs/changes.md; `check` uses the same words.
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

/** A row that exists near one that was not found. */
export interface NearRecord {
  /** Null where it is another client's and a `clientId` was given. */
  readonly runId: RunId | null;
  readonly reason: NearReason;
}

/** A run ID that exists near one that was not found. */
export interface NearRunId extends NearRecord {
  readonly runId: RunId;
}

/**
 * The error of a record that isn't there. For operators: the diagnosis is not part of the message, is not
 * enumerable, and does not belong into an HTTP answer.
 */
export interface JobNotFoundError extends RunIdError {
  readonly code: 'ERR_JOB_NOT_FOUND';
  readonly statusCode: 404;
  /** At most five. Empty when nothing is near, and when it couldn't be looked for. */
  readonly diagnosis: readonly NearRecord[];
}

/**
 * The error of a row that another attempt is at: of one that comes while the first is running, or of the first when it
 * was silent for so long that another one took over.
 */
export interface JobRunningError extends RunIdError {
  readonly code: 'ERR_JOB_RUNNING';
  readonly statusCode: 409;
  /** When the attempt that is at it was heard of last. */
  readonly heartbeatAt?: Date;
}

/** The error of a row that has ended otherwise, or was failed by `failStale`. */
export interface JobFinishedError extends RunIdError {
  readonly code: 'ERR_JOB_FINISHED';
  readonly statusCode: 409;
  /** When it ended, where an attempt was refused for it. */
  readonly endedAt?: Date;
  /** When its last attempt was heard of last, where it was failed for its silence. */
  readonly heartbeatAt?: Date;
}

/**
 * The error of a connection that was lost before the answer came. Where nothing was sent, for want of a connection, the
 * driver's own error passes through. Look with `getJob` before a second try.
 */
export interface UnknownOutcomeError extends RunIdError {
  readonly code: 'ERR_JOB_UNKNOWN_OUTCOME';
  readonly statusCode: 503;
  /** The run ID that was tried. */
  readonly runId: RunId;
  /** What the driver said. */
  readonly cause: unknown;
}

/**
 * The error of a database that can't be used as it is: a client that answers in another shape, a role without the
 * rights, tables that are not there or of an earlier version, or that new ones would hide, a migration that waited in
 * vain. Nothing was written before it, unless `runId` is there.
 */
export interface DatabaseError extends RunIdError {
  readonly code: 'ERR_JOB_DATABASE';
  readonly statusCode: 500;
  /** The run ID of a record that may have been made all the same. */
  readonly runId?: RunId;
  /** What the database said, if it was that. */
  readonly cause?: unknown;
}

/** Options of lookups. Unknown keys are a `TypeError`. */
export interface LookupOptions {
  /**
   * The client on whose behalf it is: the run ID must be this client's, else `ERR_RUN_ID_CLIENT_MISMATCH`
   * (403) before any query. A job belongs to no client. When the key is there its value must be a valid client ID.
   */
  clientId?: string;
}

/** Names the client of a base. */
interface OfClient {
  clientId: string;
}

/** What changes; `undefined` leaves a text alone, null removes it. Statuses change by completing only. */
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

/** What a new job is. */
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

/** What a new client run is. */
export interface CreateClientRunOptions extends LookupOptions {
  notes?: string | null | undefined;
  metrics?: Metrics | undefined;
}

/** Options of additions. */
export interface MetricsOptions extends LookupOptions {
  /**
   * Counts only the first addition with this key to this row: 1 to 512 characters that name the event, not its
   * delivery. Leave the key out where there is none: an undefined value is a `TypeError`.
   */
  once?: string;
}

/** Which attempt it is, as the queue counts. */
export interface AttemptTurn {
  /** From 1; at most `of`. */
  number: number;
  /** How many there may be, at most 1,000,000. Only the last one fails the row. */
  of: number;
}

/** Options of an attempt. */
export interface AttemptOptions {
  /** Default `{ number: 1, of: 1 }`: the first failure fails the row. */
  attempt?: AttemptTurn | undefined;
  /** Of a new row. One that is there keeps its own. */
  notes?: string | null | undefined;
  /** Of a new row. One that is there keeps its own. */
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

/** The `AbortSignal` of Node.js or of the DOM, where its types are known. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer S } }
  ? S
  : { readonly aborted: boolean; readonly reason: any };

/** What an attempt is told. */
export interface AttemptContext {
  /**
   * Aborts when a heartbeat finds that the row is no longer this attempt's. Its `reason` is the {@link RunIdError} that
   * `run` would throw: ERR_JOB_FINISHED or ERR_JOB_RUNNING. Listeners are called outside of any run.
   */
  signal: Signal;
}

/** What `failStale` failed. */
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

/** How much was deleted of a client, and how many of its client runs are still there. */
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
  /** At most so many rows, 1 to 1000. Default 100. */
  limit?: number | undefined;
  /** Default `asc`: the oldest first. */
  order?: 'asc' | 'desc' | undefined;
  /** Only run IDs greater than this one: with `asc`, that of the last row of the page before. */
  after?: string | undefined;
  /** Only run IDs less than this one: with `desc`, that of the last row of the page before. */
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
   * @param options.db what sends the statements
   * @param options.schema where the tables are, 1 to 63 bytes, case-sensitive; absent for wherever the connection's
   * `search_path` finds them
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
   * Makes or updates the tables. Repeatable, and safe when many processes do it at once, and while others of the
   * version before write. Where there is nothing to do it only looks: then it needs no right to create, takes no lock,
   * and works in a read-only session. Else it waits for another migration of the schema for at most 10 s. Indexes of
   * tables that have rows are made `CONCURRENTLY`, by one of the processes; the others do not wait for them.
   *
   * @throws {RunIdError} `ERR_JOB_DATABASE` (500), a {@link DatabaseError}: a right or the schema is missing, the
   * session is read-only, another migration has not ended, or tables in another schema of the `search_path` would
   * be hidden
   * @example
   * await jobs.migrate(); // at the start of each service
   */
  migrate(): Promise<void>;

  /**
   * Makes a job, Running. Without `runId` it generates one that no job has, on whatever host: at most 64 tries.
   * With `runId` it makes exactly that one. Two jobs are never merged. Nothing tells when its process has died: `run`
   * makes jobs that do.
   *
   * @throws {RunIdError} `ERR_JOB_EXISTS` (409); `ERR_JOB_UNKNOWN_OUTCOME` (503), an
   * {@link UnknownOutcomeError}; `ERR_RUN_ID_KIND`, `_TYPE`, `_FORMAT`; `ERR_RUN_ID_EXHAUSTED`, `_CLOCK`,
   * `_SEQUENCE` when none can be generated
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
   * Changes a job's texts.
   *
   * @throws as `getJob`
   * @example
   * await jobs.updateJob(runId, { notes: 'second batch' });
   */
  updateJob<T extends string>(runId: BaseRunIdArgument<T>, options: UpdateOptions): Promise<JobRecord>;

  /**
   * Ends a job, once: the same status again changes nothing.
   *
   * @throws {RunIdError} `ERR_JOB_FINISHED` (409) when it has ended otherwise; `ERR_JOB_OPEN_CLIENTS` (409)
   * while client runs are Running, unless `force`, which leaves them so; and as `getJob`
   * @example
   * await jobs.completeJob(runId, { status: 'Completed with Errors', error: '2 of 40 leads' });
   */
  completeJob<T extends string>(
    runId: BaseRunIdArgument<T>,
    options?: CompleteJobOptions,
  ): Promise<JobRecord>;

  /**
   * Adds to a job's metrics, in the database: no addition is lost to another one. Not to be repeated after an error
   * whose outcome isn't known, unless it has a key (`once`). Negative numbers subtract; a sum beyond what a number can
   * be is refused by the database (`22003`), and nothing is added.
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
   * Makes a job, calls `fn` in its run, completes the job, and gives what `fn` gave; or fails it with the words of what
   * `fn` threw, cut at 4,096 characters, and throws the same. The row is kept alive meanwhile.
   *
   * With the `runId` of a job that is there and Running, it goes on with it, and counts the attempt: with one that was
   * merely made, one whose last attempt failed and was not the last of all, or one whose attempt missed three
   * heartbeats. Between two attempts a row is Running, with the words of the last error and without `heartbeatAt`. `fn`
   * may end the job itself, with any status; then nothing more is done to it. A failure ends it whatever its client
   * runs are.
   *
   * The attempt that has lost its row is refused at its next write within `fn`, at the latest when `fn` has ended,
   * whatever that gave. A completion that is refused is thrown; the job is not Failed for it, but left as between two
   * attempts.
   *
   * @param fn gets the job's record, and a signal
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
   * Fails jobs and client runs whose attempts are dead: those that were silent for `olderThan`, and for three of their
   * own heartbeats. Each is failed once, however many processes try; `error` says since when. One that has no heartbeat
   * is never failed: what `createJob` and `createClientRun` make, what waits for its next attempt, what 1.0 made. Nor
   * is a job of which a client run is alive. Only the database's clock counts.
   *
   * @param options.olderThan milliseconds, at least 300. Take more than three heartbeats of any process, and more than
   * the queue needs to give a lost job to another worker: what is failed can't be tried again.
   * @throws {TypeError} for malformed options
   * @example
   * const { jobs: failed } = await jobs.failStale({ olderThan: 60_000 });
   */
  failStale(options: { olderThan: number }): Promise<StaleRuns>;

  /**
   * Jobs in the order of their run IDs, page by page; none is an empty list.
   *
   * @throws {TypeError} for malformed options
   * @example
   * const stuck = await jobs.listJobs({ status: 'Running', startedBefore: new Date(Date.now() - 3_600_000) });
   * const newest = await jobs.listJobs({ order: 'desc', limit: 20 });
   */
  listJobs(options?: ListJobsOptions): Promise<JobRecord[]>;

  /**
   * Deletes jobs with their client runs, external IDs and keys of metrics, those that have ended unless a status is
   * given. What an attempt is at is never deleted. In steps of at most 500 rows: after an error, what was deleted
   * before stays deleted.
   *
   * @throws {TypeError} for malformed options
   * @example
   * await jobs.deleteJobs({ startedBefore: new Date(Date.now() - 90 * 86_400_000) });
   */
  deleteJobs(options: DeleteJobsOptions): Promise<DeletedJobs>;

  /**
   * Makes a client's run, Running, under a job that is Running.
   *
   * @param runId the client's run ID, or the job's base with `clientId`
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND` when the job isn't there; `ERR_JOB_FINISHED` (409) when it has ended;
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
   * Makes a client's run under a job that is Running, calls `fn` in it, and ends it, as `run` does with a job.
   *
   * @param runId the client's run ID, or the job's base
   * @param clientId the client, which must be that of the run ID
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
   * Changes a client run's texts.
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
   * Ends a client run, once: the same status again changes nothing.
   *
   * @throws {RunIdError} `ERR_JOB_FINISHED` (409) when it has ended otherwise; and as `getClientRun`
   * @example
   * await jobs.completeClientRun('251006-143000-Ann-Carver', { status: 'No Leads To Score' });
   */
  completeClientRun<T extends string>(
    runId: ClientRunIdArgument<T>,
    options?: CompleteOptions,
  ): Promise<ClientRunRecord>;
  completeClientRun(runId: string, options: CompleteOptions & OfClient): Promise<ClientRunRecord>;

  /**
   * Adds to a client run's metrics, as `addJobMetrics` does to a job's.
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
   * The client runs of a job; with `clientId` only that client's.
   *
   * @param runId the job's base
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND` when the job isn't there; `ERR_RUN_ID_KIND`, `_TYPE`, `_FORMAT`,
   * `_CLIENT`
   * @example
   * const open = await jobs.listClientRuns('251006-143000', { status: 'Running' });
   */
  listClientRuns<T extends string>(
    runId: BaseRunIdArgument<T>,
    options?: ListOptions & LookupOptions,
  ): Promise<ClientRunRecord[]>;
  /**
   * The runs of one client, whatever their jobs: nothing of another client is in them.
   *
   * @throws {RunIdError} `ERR_RUN_ID_CLIENT`
   * @example
   * const newest = await jobs.listClientRuns({ clientId: req.user.clientId, order: 'desc', limit: 20 });
   */
  listClientRuns(options: ListOptions & OfClient): Promise<ClientRunRecord[]>;

  /**
   * Deletes a client's runs, with their external IDs and keys of metrics: those that have ended, unless a status is
   * given. What an attempt is at is never deleted; `left` says how many of its runs are still there. In steps of at
   * most 500 rows.
   *
   * @throws {RunIdError} `ERR_RUN_ID_CLIENT`
   * @example
   * const ended = await jobs.deleteClientRuns({ clientId: 'Ann-Carver' });
   * const { left } = await jobs.deleteClientRuns({ clientId: 'Ann-Carver', status: 'Running' });
   */
  deleteClientRuns(options: DeleteClientRunsOptions): Promise<DeletedClientRuns>;

  /**
   * Says that an external system's ID stands for a run that exists. The same again changes nothing.
   * `system` and `externalId` have 1 to 512 characters, and at most 2,000 bytes together; they are compared as they
   * are.
   *
   * @throws {RunIdError} `ERR_JOB_EXISTS` (409) when it stands for another run, which is not named;
   * `ERR_JOB_NOT_FOUND`; `ERR_RUN_ID_TYPE`, `_FORMAT`, `_CLIENT`, `_CLIENT_MISMATCH`
   * @example
   * await jobs.linkExternalId({ runId, system: 'apify', externalId: 'k3JzQ0aVbW9xYtR2p' });
   */
  linkExternalId(
    options: { runId: string; system: string; externalId: string } & LookupOptions,
  ): Promise<ExternalLink>;

  /**
   * The run that an external system's ID stands for. Another client's is refused after the query, since the
   * external ID alone doesn't tell whose it is.
   *
   * @throws {RunIdError} `ERR_JOB_NOT_FOUND`, with an empty diagnosis; `ERR_RUN_ID_CLIENT`, `_CLIENT_MISMATCH`
   * @example
   * const { runId } = await jobs.findByExternalId('apify', req.body.resource.id);
   */
  findByExternalId(system: string, externalId: string, options?: LookupOptions): Promise<ExternalLink>;
}

/** Where a record may be that was not found, for a store that is not PostgreSQL. Frozen. */
export interface NearRunIds {
  /** Run IDs to look up by their keys, all at once: at most 400, never the one that was not found. */
  readonly runIds: readonly RunId[];
  /**
   * The base of the run. A store that can list by the beginning of its keys looks for what begins with it, besides:
   * clients whose ID was changed in case, cut or exchanged are found by that alone.
   */
  readonly base: BaseRunId;
}

/**
 * What to look for in a store that is not PostgreSQL when a record was not found. What exists of it goes to
 * {@link rankNear}. {@link JobTracking} does both by itself.
 *
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT`
 * @example
 * const { runIds, base } = nearRunIds('251006-143000-ann-carver');
 */
export function nearRunIds(runId: string): NearRunIds;

/**
 * What became of a run ID that was not found: at most five of those that exist, the most telling first, each with its
 * reason. Empty when none is near. For operators: other clients' run IDs are among them, so it does not belong into an
 * HTTP answer.
 *
 * @param existing the keys that exist of what {@link nearRunIds} named, in any order. Texts that are no run IDs, as
 * older records have them, are near nothing.
 * @throws {RunIdError} `ERR_RUN_ID_TYPE`, `ERR_RUN_ID_FORMAT` for the `runId`
 * @throws {TypeError} when `existing` is no array of texts
 * @example
 * rankNear('251006-143000-ann-carver', ['251006-143000', '251006-143000-Ann-Carver'])
 * // [{ runId: '251006-143000-Ann-Carver', reason: 'case-changed' }]
 */
export function rankNear(runId: string, existing: readonly string[]): readonly NearRunId[];

/** What a function of a store answers, at once or later. */
type Answer<T> = T | PromiseLike<T>;

/** How {@link claimRunId} works on a store. Called without a `this`. Other keys are a `TypeError`. */
export interface RunIdStore {
  /**
   * Makes the record of a new job, if no record has the ID: the store itself must decide that, in one step. True where
   * it made it, false where the ID was taken. For what else goes wrong it throws.
   */
  create: (runId: BaseRunId) => Answer<boolean>;
  /**
   * All records that have the ID. For stores that take every record, whose `create` can only say true: it is looked
   * before, and again afterwards.
   */
  get?: (runId: BaseRunId) => Answer<readonly unknown[]>;
  /** The greatest run ID that exists up to `bound`, which is a base; null for none. For stores with an order of keys. */
  greatest?: (bound: BaseRunId) => Answer<string | null | undefined>;
  /** Those of at most 64 run IDs that exist. For stores without an order of keys; not asked beside `greatest`. */
  existing?: (runIds: BaseRunId[]) => Answer<readonly string[]>;
}

/**
 * Makes a job's record in a store that is not PostgreSQL, under a run ID that no record has, on whatever host: generates
 * one, lets the store decide, and goes past those that are taken, at most 64 times. See docs/stores.md.
 *
 * What `get`, `greatest` and `existing` throw before a record is made passes through unchanged.
 *
 * @returns the run ID of the record that was made
 * @throws {RunIdError} `ERR_JOB_UNKNOWN_OUTCOME` (503), an {@link UnknownOutcomeError}, when `create` threw what does not
 * prove that nothing was made, or when the record can't be found afterwards; `ERR_JOB_EXISTS` (409) with the `runId` when
 * two records have it; `ERR_JOB_DATABASE` (500) when a function answers what it may not, with the `runId` if a record may
 * have been made; `ERR_RUN_ID_EXHAUSTED` when all 64 were taken, and as `generateTimestampRunId`
 * @throws {TypeError} for a `store` that is none, and for a key that holds no function
 * @example
 * const runId = await claimRunId({
 *   create: async (runId) => (await redis.set(`job:${runId}`, '{}', 'NX')) === 'OK',
 * });
 */
export function claimRunId(store: RunIdStore): Promise<BaseRunId>;

// Without it every declaration above counts as exported.
export {};
