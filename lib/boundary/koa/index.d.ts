/** The boundary of a Koa application: every request behind it has one checked run ID. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary puts on `ctx.state`, for the type parameter of `Koa` and of routers. */
export interface BoundaryState {
  /** The checked run ID. */
  runId: RunId;
  /** Where it was found. */
  runIdSource: RunIdSource;
}

/** What the boundary needs from a context. Koa's own context has it. */
export interface BoundaryContext {
  readonly request: object;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  state: any;
}

/** Options of {@link runIdBoundary}. Unknown keys are a `TypeError`. */
export interface BoundaryOptions<Context = any> extends Options<Context> {}

/** What `app.use` takes. */
export type BoundaryMiddleware = (ctx: BoundaryContext, next: () => Promise<any>) => Promise<any>;

/**
 * Resolves the run ID of each request once, puts it on `ctx.state.runId`, and runs the rest of the request in the
 * context of the run, with its own `op`. For a bad run ID it throws; Koa responds with the error's status and
 * message, {@link runIdErrors} also with its code. Mount it after the body parser: with `generate`, an unparsed
 * body is `ERR_RUN_ID_MISSING`, because it may name a run. A second boundary on the same request does not resolve
 * the ID again, but requires its own client. Functions in the options receive `ctx`.
 *
 * @throws {TypeError} for options with unknown keys or wrong types
 * @example
 * app.use(runIdErrors());
 * app.use(bodyParser());
 * app.use(runIdBoundary({ generate: true }));
 * app.use(async (ctx) => (ctx.body = await start(ctx.state.runId)));
 */
export function runIdBoundary<Context = any>(options?: BoundaryOptions<Context>): BoundaryMiddleware;

/**
 * Responds to every `RunIdError` that later middleware throws with its status and `{ code, message }`, without a
 * stack, and passes on all other errors. Mount it first.
 *
 * @example
 * app.use(runIdErrors());
 */
export function runIdErrors(): (ctx: any, next: () => Promise<any>) => Promise<void>;
