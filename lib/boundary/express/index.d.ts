/** The boundary of an Express 4 or 5 application: every request behind it has one checked run ID. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

declare global {
  namespace Express {
    interface Request {
      /**
       * The checked run ID. Only behind a {@link runIdBoundary}: on a route without one, it is undefined, which
       * every function of this library refuses.
       */
      runId: RunId;
      /** Where it was found. */
      runIdSource: RunIdSource;
    }
  }
}

/**
 * The application's own request type, including its own additions. It is `any` if TypeScript finds no types for
 * Express: nothing here depends on them.
 */
// @ts-ignore
export type BoundaryRequest = import('express').Request;

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request = BoundaryRequest> extends Options<Request> {}

/**
 * What `app.use` takes. It is generic so that the handlers behind it keep the types that they have without it: a
 * boundary does not affect the types of body, query and parameters.
 */
export type BoundaryMiddleware = <Request extends { readonly headers: unknown }>(
  request: Request,
  response: unknown,
  next: (error?: any) => void,
) => void;

/** An error handler, as `app.use` takes it. */
export type ErrorMiddleware = (
  error: any,
  request: unknown,
  response: {
    readonly headersSent: boolean;
    status(code: number): { json(body: unknown): unknown };
  },
  next: (error?: any) => void,
) => void;

/**
 * Resolves the run ID of each request once, puts it on `req.runId`, and runs the rest of the request in the
 * context of the run, with its own `op`. For a bad run ID it calls `next(error)` with an error that has the
 * `statusCode` to respond with. Mount it after the body parser: with `generate`, an unparsed body is
 * `ERR_RUN_ID_MISSING`, because it may name a run. A second boundary on the same request does not resolve the ID
 * again, but requires its own client.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * app.use(express.json());
 * app.post('/runs', runIdBoundary({ generate: true }), start); // may start a run
 * app.use('/webhook', runIdBoundary(), webhook);               // only continues one
 * app.use(runIdErrors());
 */
export function runIdBoundary<Request extends object = BoundaryRequest>(
  options?: BoundaryOptions<Request>,
): BoundaryMiddleware;

/**
 * Responds to every `RunIdError` with its status and `{ code, message }`, without a stack, and passes on all
 * other errors. Mount it last; Express's own handler shows the stack unless `NODE_ENV` is `production`.
 *
 * @example
 * app.use(runIdErrors());
 */
export function runIdErrors(): ErrorMiddleware;
