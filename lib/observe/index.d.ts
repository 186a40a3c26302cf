// Compares what the library would do with what an application does that does not use it yet. SPEC §13.

import type { ResolveOptions } from '../../index.js';

/** Options of {@link observeRunId}. */
export interface ObserveOptions {
  /** Which kind of run ID is expected. Default: either. */
  kind?: 'base' | 'client' | undefined;
  /** Whose run ID it must be. */
  expectClientId?: string | undefined;
  /**
   * The name under which this is counted, 1 to 200 characters. Default: the line of the call, which takes a few
   * microseconds to find.
   */
  place?: string | undefined;
}

/** Options of {@link observeResolve}: those that you would pass to `resolveRunId`, and a place. */
export interface ObserveResolveOptions extends ResolveOptions {
  /** The name under which this is counted. Default: the line of the call. */
  place?: string | undefined;
}

/**
 * Counts whether `normalizeRunId` would accept the value. It returns nothing, so it can't serve as a check; it never
 * throws, and neither reads nor changes objects.
 *
 * @example
 * observeRunId(job.runId, { place: 'worker' });
 */
export function observeRunId(value: unknown, options?: ObserveOptions): undefined;

/**
 * Counts what `resolveRunId(req, options)` would do, compared with the run ID that the application used: `same`,
 * `differs`, `would-throw`, `would-generate`. Call it where that ID was taken from the request. It returns, throws,
 * generates and marks nothing; each source of the request is read once more.
 *
 * @example
 * const runId = req.query.runId || req.body.runId;
 * observeResolve(req, runId, { place: 'webhook' });
 */
export function observeResolve(req: unknown, used: unknown, options?: ObserveResolveOptions): undefined;
