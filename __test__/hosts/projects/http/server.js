const http = require('node:http');
const { RunIdError, resolveRunIdWithSource } = require('unified-run-id');
const { currentRunId, runWithRunId } = require('unified-run-id/context');

const server = http.createServer(async (request, response) => {
  const answer = (status, content) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  };
  try {
    const { runId, source } = resolveRunIdWithSource(
      {
        method: request.method,
        headers: request.headers,
        query: new URL(request.url, 'http://localhost').searchParams,
        body: await bodyOf(request),
      },
      { generate: request.method === 'GET' },
    );
    await runWithRunId(runId, async () => answer(200, { runId, source, current: currentRunId() }));
  } catch (error) {
    if (!(error instanceof RunIdError)) throw error;
    answer(error.statusCode, { code: error.code, message: error.message });
  }
});

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
