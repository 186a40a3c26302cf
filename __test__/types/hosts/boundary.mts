// The boundaries of node:http and of fetch-style handlers, and what all are made of.

import http, { type IncomingMessage } from 'node:http';
import type { RunId, RunIdSource } from 'unified-run-id';
import { type BoundaryOptions, enterRun } from 'unified-run-id/boundary';
import { runIdBoundary as ofFetch } from 'unified-run-id/fetch';
import { runIdBoundary as ofHttp } from 'unified-run-id/http';
import { same } from '../same.mjs';

http.createServer(
  ofHttp(
    (request, response) => {
      same<typeof request.runId, RunId>(true);
      same<typeof request.runIdSource, RunIdSource>(true);
      response.end(request.url);
    },
    { generate: true, header: true, clientId: async (request) => String(request.headers['x-client']) },
  ),
);
ofHttp((request: IncomingMessage & { body?: unknown }) => request.body, { parentRunId: ({ url }) => url });

/** As Next.js hands it over. */
interface Context {
  params: Promise<{ id: string }>;
}

export const GET = ofFetch(async (request: Request, { params }: Context) => {
  const { id } = await params;
  return Response.json({ id, runId: request.url });
});
export const handler: (request: Request, context: Context) => Promise<Response> = GET;
export const POST = ofFetch(
  async (request) => {
    same<typeof request.runId, RunId>(true);
    return Response.json(await request.json());
  },
  { clientId: (request: Request) => request.headers.get('x-client') },
);

const parts = { method: 'POST', route: '/runs', headers: { a: 'b' }, query: new URLSearchParams(), body: {} };
const result = enterRun(
  parts,
  { generate: true, clientId: ({ headers }) => headers.a },
  ({ runId, source }) => {
    same<typeof runId, RunId>(true);
    same<typeof source, RunIdSource>(true);
    return 42;
  },
);
same<typeof result, Promise<number>>(true);
same<ReturnType<typeof later>, Promise<string>>(true);
function later(message: IncomingMessage) {
  return enterRun({ ...parts, raw: message }, undefined, async ({ runId }) => String(runId));
}
export const options: BoundaryOptions<typeof parts> = { parentRunId: (request) => request.headers.a };

// @ts-expect-error It needs a function.
enterRun(parts, {});
// @ts-expect-error There is no such option.
enterRun(parts, { generates: true }, () => {});
// @ts-expect-error A text is no request.
enterRun('/?runId=251006-143000', {}, () => {});
// @ts-expect-error The name of the header is not to be chosen.
ofHttp(() => {}, { header: 'x-run-id' });
// @ts-expect-error A handler is what it makes a handler of.
ofFetch({ generate: true });
