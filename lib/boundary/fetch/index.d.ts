/**
 * The boundary of a handler that takes a `Request` and returns a `Response`: Next.js route handlers, Bun, Deno,
 * Workers.
 */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary puts on the request. */
export interface BoundaryRequest {
  /** The checked run ID. */
  readonly runId: RunId;
  /** Where it was found. */
  readonly runIdSource: RunIdSource;
}

/** The project's own `Response` type, if it has one. */
export type Refusal = typeof globalThis extends { Response: { prototype: infer Response } }
  ? Response
  : object;

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request = any> extends Options<Request> {}

/**
 * Returns a handler whose requests each have one checked run ID: it resolves the ID once, puts it on
 * `request.runId`, and calls `handler` with all arguments in the context of the run, with its own `op`. The
 * response to a bad run ID has the error's status and `{ code, message }`, and `handler` is not called; errors
 * thrown by `handler` and by functions in the options are passed on. It reads only JSON bodies, from a copy, so
 * that `handler` can read the original; with `generate`, any other body is `ERR_RUN_ID_MISSING`, because it may
 * name a run. A stream is pulled after `handler` has returned, outside any run: give it `pull: bindRun(fn)`, from
 * `unified-run-id/context`.
 *
 * @throws {TypeError} if the handler is not a function, and for options with unknown keys or wrong types
 * @example
 * export const POST = runIdBoundary(async (request) => Response.json({ runId: request.runId }), { generate: true });
 */
export function runIdBoundary<Request extends object, Rest extends unknown[], Result>(
  handler: (request: Request & BoundaryRequest, ...rest: Rest) => Result,
  options?: BoundaryOptions<Request>,
): (request: Request, ...rest: Rest) => Promise<Awaited<Result> | Refusal>;
