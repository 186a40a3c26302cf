/** The boundary of a listener of `node:http`: every request behind it has one checked run ID. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary puts on the request. */
export interface BoundaryRequest {
  /** The run ID, checked. */
  readonly runId: RunId;
  /** Where it was found. */
  readonly runIdSource: RunIdSource;
}

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request = IncomingMessage> extends Options<Request> {}

/**
 * A listener whose requests each have one checked run ID: resolves it once, puts it on `request.runId`, and calls
 * `listener` in the context of the run, with an `op` of its own. The query is read from the URL, with all of its
 * values. The body is what a parser of yours has left in `request.body` before the call; with `generate`, one that
 * is not parsed is `ERR_RUN_ID_MISSING`, since it may name a run.
 *
 * A request with a bad run ID is answered with its status and `{ code, message }`, without a call of `listener`. What
 * the functions of the options throw is answered with its `statusCode`, or with 500 and a process warning.
 *
 * @returns a promise of what `listener` returns
 * @throws {TypeError} for a listener that is no function, and for options with unknown keys or wrong types
 * @example
 * http.createServer(runIdBoundary((request, response) => response.end(request.runId), { generate: true })).listen(8080);
 */
export function runIdBoundary<Request extends IncomingMessage, Response extends ServerResponse, Result>(
  listener: (request: Request & BoundaryRequest, response: Response) => Result,
  options?: BoundaryOptions<Request>,
): (request: Request, response: Response) => Promise<Awaited<Result> | undefined>;
