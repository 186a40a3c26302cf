/** The common part of all framework boundaries: one checked run ID for each request. */

import type { RunId, RunIdRequest, RunIdSource } from '../../index.js';

/** Options of every boundary. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request> {
  /** Whether requests without a run ID start a run. Default false: they are refused with 400. */
  generate?: boolean | undefined;
  /**
   * The authenticated client: the run ID must carry exactly this client ID, otherwise the request is refused with
   * 403, as it is if there is no client. A generated ID gets this client ID.
   */
  clientId?(request: Request): string | null | undefined | Promise<string | null | undefined>;
  /** The run ID that the request belongs to if it names none itself; must not return a promise. */
  parentRunId?(request: Request): string | null | undefined;
  /**
   * Whether the `run-id` header is a source, after the body and before the parent. Default false. If it is, a
   * header that names a different run from a higher source is refused with 409, whichever is right; several
   * values are refused with 400.
   */
  header?: boolean | undefined;
}

/** The run of a request behind a boundary. */
export interface BoundaryRun {
  readonly runId: RunId;
  /** Where it was found. */
  readonly source: RunIdSource;
}

/** The parts of a request. Leave out what it does not have. */
export interface RequestParts extends RunIdRequest {
  /** The pattern of its route, such as `/runs/:id`, which events show after the method; never a concrete path. */
  route?: unknown;
  /**
   * The request that these parts were taken from. The run ID is stored on it, so that resolving the request or
   * other parts of it gives the same run ID.
   */
  raw?: unknown;
}

/**
 * Enters the run of a request, as a boundary does, for frameworks without a boundary of their own: resolves the
 * run ID once, checks that it belongs to the client, and calls `fn` in the context of the run, with its own `op`.
 * A request that was entered before is not resolved again, but its run ID is checked against this client. Events
 * name the line of the call.
 *
 * @param request query, body and headers, each already parsed; an ID is generated only if every place where the
 * request could carry one was read
 * @param options the same as for a boundary; their functions receive `request`
 * @returns a promise for the result of `fn`
 * @throws {RunIdError} as a rejection, with the `statusCode` to respond with: 400 for a bad or missing run ID,
 * 403 for another client's, 409 if sources disagree, 500 for an invalid client ID, 503 if none can be generated
 * @throws {TypeError} as a rejection, for options with unknown keys or wrong types
 * @example
 * const { method, headers } = request;
 * const query = new URL(request.url, 'http://localhost').searchParams;
 * await enterRun({ method, route: '/runs', headers, query, body, raw: request }, { generate: true }, ({ runId }) => start(runId));
 */
export function enterRun<Request extends RequestParts, Result>(
  request: Request,
  options: BoundaryOptions<Request> | undefined,
  fn: (run: BoundaryRun) => Result,
): Promise<Awaited<Result>>;
