/** What the boundary of every framework is made of: one checked run ID for each request. */

import type { RunId, RunIdRequest, RunIdSource } from '../../index.js';

/** Options of every boundary. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request> {
  /** Whether requests without a run ID start a run. Default false: they are answered with 400. */
  generate?: boolean | undefined;
  /**
   * The authenticated client, whose ID the run ID must carry exactly, else 403; also when there is none. A
   * generated ID gets it.
   */
  clientId?(request: Request): string | null | undefined | Promise<string | null | undefined>;
  /** The run ID that the request belongs to when it names none itself; not a promise of one. */
  parentRunId?(request: Request): string | null | undefined;
  /**
   * Whether the header `run-id` is a source, after the body and before the parent. Default false. With it, a header
   * that names another run than a higher source is 409, whichever of them is right; several values are 400.
   */
  header?: boolean | undefined;
}

/** The run of a request behind a boundary. */
export interface BoundaryRun {
  readonly runId: RunId;
  /** Where it was found. */
  readonly source: RunIdSource;
}

/** The parts of a request. What it does not have may be left out. */
export interface RequestParts extends RunIdRequest {
  /** The pattern of its route, such as `/runs/:id`, which events name behind the method; never a concrete path. */
  route?: unknown;
  /**
   * The request that these parts were taken from. It carries the run ID from then on, so that other parts of it, or
   * itself, are resolved to the same.
   */
  raw?: unknown;
}

/**
 * Enters the run of a request, as a boundary does it, for frameworks that have none here: resolves the run ID once,
 * holds it to the client, and calls `fn` in the context of the run, with an `op` of its own. A request that was entered
 * before is not resolved again, but held to this client. Events name the line of the call.
 *
 * @param request query, body and headers as they came, each read by a parser; an ID is generated only for a request
 *   that was read to its end
 * @param options those of a boundary; its functions are given `request`
 * @returns a promise of what `fn` returns
 * @throws {RunIdError} by rejection, with the `statusCode` that answers it: 400 for a bad or missing run ID, 403 for
 *   another client's, 409 where sources disagree, 500 for a client that is none, 503 where none can be generated
 * @throws {TypeError} by rejection, for options with unknown keys or wrong types
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
