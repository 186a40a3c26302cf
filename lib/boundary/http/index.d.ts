/** The boundary of a `node:http` listener: every request behind it has one checked run ID. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary puts on the request. */
export interface BoundaryRequest {
  /** The checked run ID. */
  readonly runId: RunId;
  /** Where it was found. */
  readonly runIdSource: RunIdSource;
}

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request = IncomingMessage> extends Options<Request> {}

/**
 * Returns a listener whose requests each have one checked run ID: it resolves the ID once, puts it on
 * `request.runId`, and calls `listener` in the context of the run, with its own `op`. The query is read from the
 * URL, with all of its values. The body is whatever your own parser has put into `request.body` before the call;
 * with `generate`, an unparsed body is `ERR_RUN_ID_MISSING`, because it may name a run.
 *
 * The response to a bad run ID has the error's status and `{ code, message }`, and `listener` is not called. If a
 * function in the options throws, the response has the error's `statusCode`, or 500 with a process warning.
 *
 * @returns a promise for the result of `listener`
 * @throws {TypeError} if the listener is not a function, and for options with unknown keys or wrong types
 * @example
 * http.createServer(runIdBoundary((request, response) => response.end(request.runId), { generate: true })).listen(8080);
 */
export function runIdBoundary<Request extends IncomingMessage, Response extends ServerResponse, Result>(
  listener: (request: Request & BoundaryRequest, response: Response) => Result,
  options?: BoundaryOptions<Request>,
): (request: Request, response: Response) => Promise<Awaited<Result> | undefined>;
