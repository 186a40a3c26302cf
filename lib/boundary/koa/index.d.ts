/** The boundary of a Koa application: every request behind it has one checked run ID. */

import type { RunId, RunIdSource } from '../../../index.js';
import type { BoundaryOptions as Options } from '../index.js';

/** What the boundary puts on `ctx.state`; for the type parameter of `Koa` and of a router. */
export interface BoundaryState {
  /** The run ID, checked. */
  runId: RunId;
  /** Where it was found. */
  runIdSource: RunIdSource;
}

/** What the boundary needs of a context. Koa's own has it. */
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
 * Resolves the run ID of each request once, puts it on `ctx.state.runId`, and calls what follows in the context of the
 * run, with an `op` of its own. A bad one is thrown, and Koa answers it with its status and words, or {@link runIdErrors}
 * with its code too. Mount it after the body parser: with `generate`, an unparsed body is
 * `ERR_RUN_ID_MISSING`, since it may name a run. A second boundary on the way resolves nothing again, but demands its
 * own client. The functions of the options are given `ctx`.
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
 * Answers every `RunIdError` that what follows throws with its status and `{ code, message }`, without a stack, and
 * passes on all other errors. Mount it first.
 *
 * @example
 * app.use(runIdErrors());
 */
export function runIdErrors(): (ctx: any, next: () => Promise<any>) => Promise<void>;
