// The boundary in a Koa application, of which nothing is installed: it needs none of its types.

import type { RunId } from 'unified-run-id';
import { type BoundaryState, runIdBoundary, runIdErrors } from 'unified-run-id/koa';
import { same } from '../same.mjs';

/** As Koa declares them. */
interface Context {
  request: { body?: unknown };
  headers: { [name: string]: string | string[] | undefined };
  state: BoundaryState;
}
type Middleware = (ctx: Context, next: () => Promise<any>) => any;

export const middleware: Middleware[] = [
  runIdErrors(),
  runIdBoundary(),
  runIdBoundary({
    generate: true,
    header: true,
    clientId: async (ctx: Context) => String(ctx.headers['x-client']),
  }),
  (ctx) => same<typeof ctx.state.runId, RunId>(true),
];

// @ts-expect-error There is no such option.
runIdBoundary({ generates: true });
// @ts-expect-error A number is no client ID.
runIdBoundary({ clientId: () => 7 });
