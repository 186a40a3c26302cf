const http = require('node:http');
const { currentRunId } = require('unified-run-id/context');
const { runIdBoundary } = require('unified-run-id/http');

const starts = runIdBoundary(answer, { generate: true });
const continues = runIdBoundary(answer);

const server = http.createServer(async (request, response) => {
  try {
    request.body = await bodyOf(request);
  } catch {
    response.writeHead(400).end();
    return;
  }
  await (request.method === 'GET' ? starts : continues)(request, response);
});

async function answer({ runId, runIdSource }, response) {
  await null;
  const content = JSON.stringify({ runId, source: runIdSource, current: currentRunId() });
  response.writeHead(200, { 'content-type': 'application/json' }).end(content);
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
