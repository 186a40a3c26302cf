const Koa = require('koa');
const { bodyParser } = require('@koa/bodyparser');
const { resolveRunIdWithSource } = require('unified-run-id');
const { currentRunId, runWithRunId } = require('unified-run-id/context');

const app = new Koa();
app.use(bodyParser());

// What it throws, Koa answers: with the status and the words of the error.
app.use(async (ctx, next) => {
  ctx.state.run = resolveRunIdWithSource(ctx.request, { generate: ctx.method === 'GET' });
  await runWithRunId(ctx.state.run.runId, next);
});

app.use(async (ctx) => {
  const { runId, source } = ctx.state.run;
  ctx.body = { runId, source, current: currentRunId() };
});

app.silent = true;
const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
