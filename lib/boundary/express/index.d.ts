/** The boundary of an Express 4 or 5 application: every request behind it has one checked run ID. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

declare global {
  namespace Express {
    interface Request {
      /**
       * The run ID, checked. Only behind a {@link runIdBoundary}: on a route without one it is undefined, which every
       * function of this library refuses.
       */
      runId: RunId;
      /** Where it was found. */
      runIdSource: RunIdSource;
    }
  }
}

/**
 * The application's own request, with all that it has declared of it. It is `any` where TypeScript finds no types of
 * Express: nothing here depends on them.
 */
// @ts-ignore
export type BoundaryRequest = import('express').Request;

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Request = BoundaryRequest> extends Options<Request> {}

/**
 * What `app.use` takes. It is generic so that the handlers behind it keep the types that they have without it: a
 * boundary says nothing of the body, the query and the parameters.
 */
export type BoundaryMiddleware = <Request extends { readonly headers: unknown }>(
  request: Request,
  response: unknown,
  next: (error?: any) => void,
) => void;

/** A handler of errors, as `app.use` takes it. */
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
 * Resolves the run ID of each request once, puts it on `req.runId`, and calls what follows in the context of the
 * run, with an `op` of its own. A bad one goes to `next(error)`, with the `statusCode` that answers it. Mount it
 * after the body parser: with `generate`, an unparsed body is `ERR_RUN_ID_MISSING`, since it may name a
 * run. A second boundary on the way resolves nothing again, but demands its own client.
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
 * Answers every `RunIdError` with its status and `{ code, message }`, without a stack, and passes on all other
 * errors. Mount it last; Express's own handler shows the stack unless `NODE_ENV` is `production`.
 *
 * @example
 * app.use(runIdErrors());
 */
export function runIdErrors(): ErrorMiddleware;
