'use strict';

// A Fastify 5 service. Try it: node examples/fastify.js, then
//   curl -X POST 'http://127.0.0.1:3000/runs'
//   curl -X POST 'http://127.0.0.1:3000/webhook?runId=251006-143000-Ann-Carver'
//   curl -X POST 'http://127.0.0.1:3000/webhook?runId='
//
// No error handler is needed: Fastify responds with an error's own statusCode, code and message.

const fastify = require('fastify');
const { resolveRunId } = require('unified-run-id');

const app = fastify();

// The highest source; null counts as absent. Declared here so that all requests have the same shape.
app.decorateRequest('specificRunId', null);

// Starts a run, so it may generate. Keep such a route behind your own authentication.
app.post('/runs', async (request, reply) => {
  reply.code(201);
  return { runId: resolveRunId(request) };
});

// Public: it continues an existing run, and never starts one.
app.post('/webhook', async (request) => ({ runId: resolveRunId(request, { generate: false }) }));

if (require.main === module) {
  app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' }).then(
    (address) => console.log(address),
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}

module.exports = { app };
