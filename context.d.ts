/**
 * The run in hand, kept by `AsyncLocalStorage` through every `await`, and its hand-over to other processes. What
 * is handed over is checked on both sides. `undefined` in place of a run ID means the one in hand.
 */

import type { RunId } from './index.js';

/** Options of {@link runWithRunId}. Unknown keys are a `TypeError`. */
export interface RunOptions {
  /** Whether another run may take the place of the one in hand. Default false: that is a conflict. */
  replace?: boolean | undefined;
}

/**
 * Calls `fn` in the context of a run and returns what it returns. A base and its clients are one run.
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
 * The run ID that the parent process handed over by {@link childEnv}.
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
