/** The boundary of a handler from `Request` to `Response`: Next.js route handlers, Bun, Deno, Workers. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary puts on the request. */
export interface BoundaryRequest {
  /** The run ID, checked. */
  readonly runId: RunId;
  /** Where it was found. */
  readonly runIdSource: RunIdSource;
}

/** A `Response` of the project's own types; of none where it has none. */
export type Refusal = typeof globalThis extends { Response: { prototype: infer Response } }
  ? Response
  : object;

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request = any> extends Options<Request> {}

/**
 * A handler whose requests each have one checked run ID: resolves it once, puts it on `request.runId`, and calls
 * `handler` in the context of the run, with an `op` of its own and all arguments. A request with a bad run ID is answered with its
 * status and `{ code, message }`, without a call of `handler`; what `handler` throws, and what the functions of the
 * options throw, is thrown. Of bodies it reads JSON only, from a copy, so that `handler` can read its own; with `generate`,
 * any other one is `ERR_RUN_ID_MISSING`, since it may name a run. A stream is pulled after `handler` has returned, and
 * then in no run: give it `pull: bindRun(fn)` of `unified-run-id/context`.
 *
 * @throws {TypeError} for a handler that is no function, and for options with unknown keys or wrong types
 * @example
 * export const POST = runIdBoundary(async (request) => Response.json({ runId: request.runId }), { generate: true });
 */
export function runIdBoundary<Request extends object, Rest extends unknown[], Result>(
  handler: (request: Request & BoundaryRequest, ...rest: Rest) => Result,
  options?: BoundaryOptions<Request>,
): (request: Request, ...rest: Rest) => Promise<Awaited<Result> | Refusal>;
