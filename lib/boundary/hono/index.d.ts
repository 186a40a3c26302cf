/** The boundary of a Hono application: every request behind it has one checked run ID. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary sets; for the type parameter of `Hono`: `new Hono<{ Variables: BoundaryVariables }>()`. */
export interface BoundaryVariables {
  /** The run ID, checked. */
  runId: RunId;
  /** Where it was found. */
  runIdSource: RunIdSource;
}

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Context = any> extends Options<Context> {}

/** What `app.use` takes. */
export type BoundaryMiddleware = (c: any, next: () => Promise<void>) => Promise<any>;

/**
 * Resolves the run ID of each request once, sets it as `runId`, for `c.get('runId')`, and calls what follows in the
 * context of the run, with an `op` of its own. A bad one is answered with its status and `{ code, message }`; it is
 * `c.error` then. Of bodies it reads JSON only, from a copy; with `generate`, any other one is `ERR_RUN_ID_MISSING`,
 * since it may name a run. A second boundary on the way resolves nothing again, but demands its own client. The functions
 * of the options are given `c`.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * app.use('/runs', runIdBoundary({ generate: true }));
 * app.post('/runs', async (c) => c.json(await start(c.get('runId'))));
 */
export function runIdBoundary<Context = any>(options?: BoundaryOptions<Context>): BoundaryMiddleware;
