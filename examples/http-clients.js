'use strict';

// A run that continues in another service, with four HTTP clients. Try it:
//   npm install axios undici; node examples/http-clients.js
//
// A header survives redirects and proxies that lose the query. It is sent to whatever host a redirect names.

const { once } = require('node:events');
const http = require('node:http');
const axios = require('axios');
const undici = require('undici');
const { inject, receive, requireRunId, runWithRunId } = require('unified-run-id/context');

const service = http.createServer((req, res) =>
  receive(req.headers, 'headers', async () => {
    await null;
    res.end(`${requireRunId()} by ${req.url.slice(1)}\n`);
  }),
);

async function main(url) {
  const headers = inject({ accept: 'text/plain' }, 'headers');
  const print = (text) => process.stdout.write(text);

  print(await (await fetch(`${url}/fetch`, { headers })).text());
  print(await (await undici.request(`${url}/undici`, { headers })).body.text());
  print((await axios.get(`${url}/axios`, { headers })).data);
  const [answer] = await once(http.get(`${url}/http`, { headers }), 'response');
  for await (const text of answer.setEncoding('utf8')) print(text);
}

service.listen(0, '127.0.0.1', async () => {
  await runWithRunId('251006-143000-Ann-Carver', () => main(`http://127.0.0.1:${service.address().port}`));
  service.close();
  service.closeAllConnections();
});
