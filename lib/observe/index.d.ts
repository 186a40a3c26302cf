// What the library would do, compared with what an application does that does not use it yet. SPEC §13.

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

/** Options of {@link observeResolve}: those that `resolveRunId` would be given, and a place. */
export interface ObserveResolveOptions extends ResolveOptions {
  /** The name under which this is counted. Default: the line of the call. */
  place?: string | undefined;
}

/**
 * Counts whether `normalizeRunId` would take the value. Returns nothing, so that it is no check; throws nothing, whatever
 * it is given; changes and reads nothing of an object.
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
