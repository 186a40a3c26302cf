// The plugin in a Fastify application, whose routes keep their types.

import fastify, { type FastifyBaseLogger, type FastifyTypeProvider } from 'fastify';
import type { RunId } from 'unified-run-id';
import plugin, { type BoundaryOptions, runIdBoundary } from 'unified-run-id/fastify';
import { same } from '../same.mjs';

const app = fastify();
app.register(runIdBoundary);
app.register(runIdBoundary, { generate: true });
app.register(plugin, { generate: true, prefix: '/runs', clientId: async (request) => request.ip });
app.register(runIdBoundary());
app.register(runIdBoundary({ generate: true, clientId: (request) => request.hostname }));
app.register(plugin.runIdBoundary({ generate: true }), { prefix: '/runs' });

interface Route {
  Body: { leads: number };
  Params: { id: string };
  Querystring: { page: string };
}

app.register(async (scope) => {
  await scope.register(runIdBoundary({ generate: true }));
  scope.post<Route>('/runs/:id', async (request) => {
    same<typeof request.body, { leads: number }>(true);
    same<typeof request.params, { id: string }>(true);
    same<typeof request.query, { page: string }>(true);
    same<typeof request.runId, RunId>(true);
    return request.runIdSource;
  });
});

// Whatever else the instance is.
interface Provider extends FastifyTypeProvider {
  validator: string;
}
fastify().withTypeProvider<Provider>().register(runIdBoundary, { generate: true });
fastify()
  .withTypeProvider<Provider>()
  .register(runIdBoundary({ generate: true }));
fastify({ http2: true }).register(runIdBoundary({ generate: true }));
declare const loggerInstance: FastifyBaseLogger & { extra: string };
fastify({ loggerInstance }).register(runIdBoundary, { generate: true });
fastify({ loggerInstance }).register(runIdBoundary({ generate: true }));

export const options: BoundaryOptions = { parentRunId: (request) => String(request.headers['x-parent']) };
export const asPlugin: typeof plugin = plugin;

// @ts-expect-error There is no such option.
app.register(runIdBoundary({ generates: true }));
// @ts-expect-error There is none either.
app.register(runIdBoundary, { generates: true });
// @ts-expect-error An application is no options.
runIdBoundary(app);
