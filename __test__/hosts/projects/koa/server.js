const Koa = require('koa');
const { bodyParser } = require('@koa/bodyparser');
const { currentRunId } = require('unified-run-id/context');
const { runIdBoundary, runIdErrors } = require('unified-run-id/koa');

const app = new Koa();
app.use(runIdErrors());
app.use(bodyParser());

const starts = runIdBoundary({ generate: true });
const continues = runIdBoundary();
app.use((ctx, next) => (ctx.method === 'GET' ? starts : continues)(ctx, next));

app.use(async (ctx) => {
  await null;
  const { runId, runIdSource } = ctx.state;
  ctx.body = { runId, source: runIdSource, current: currentRunId() };
});

const server = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
