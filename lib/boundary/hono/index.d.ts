/** The boundary of a Hono application: every request behind it has one checked run ID. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/**
 * The variables that the boundary sets, for the type parameter of `Hono`:
 * `new Hono<{ Variables: BoundaryVariables }>()`.
 */
export interface BoundaryVariables {
  /** The checked run ID. */
  runId: RunId;
  /** Where it was found. */
  runIdSource: RunIdSource;
}

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Context = any> extends Options<Context> {}

/** What `app.use` takes. */
export type BoundaryMiddleware = (c: any, next: () => Promise<void>) => Promise<any>;

/**
 * Resolves the run ID of each request once, sets it as `runId` for `c.get('runId')`, and runs the rest of the
 * request in the context of the run, with its own `op`. The response to a bad run ID has the error's status and
 * `{ code, message }`, and `c.error` is the error. It reads only JSON bodies, from a copy; with `generate`, any
 * other body is `ERR_RUN_ID_MISSING`, because it may name a run. A second boundary on the same request does not
 * resolve the ID again, but requires its own client. Functions in the options receive `c`.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * app.use('/runs', runIdBoundary({ generate: true }));
 * app.post('/runs', async (c) => c.json(await start(c.get('runId'))));
 */
export function runIdBoundary<Context = any>(options?: BoundaryOptions<Context>): BoundaryMiddleware;
