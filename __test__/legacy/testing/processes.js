'use strict';

// Starts the service's two processes, as they run in production.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

const TREE = join(__dirname, '..');

// Where LOG_FOLDER is set, what a process says goes into a file of it besides.
function log({ LOG_FOLDER = process.env.LOG_FOLDER }, file, text) {
  if (LOG_FOLDER) appendFileSync(join(LOG_FOLDER, file.replaceAll('/', '-').replace('.js', '.log')), text); // @run-id none
}

async function start(file, env = {}) {
  const child = spawn(process.execPath, [join(TREE, file)], {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => ((output.stderr += text), log(env, file, text)));
  child.stdout.setEncoding('utf8').on('data', (text) => ((output.stdout += text), log(env, file, text)));
  const port = await new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const listening = /^listening (\d+)$/m.exec(output.stdout); // @run-id none
      if (listening) resolve(listening[1]);
    });
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${output.stderr}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return output;
    },
  };
}

function clientOf(url) {
  const call = async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { connection: 'close', 'content-type': 'application/json', ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? ''); // @run-id none
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
  return {
    get: (path, headers) => call('GET', path, undefined, headers),
    post: (path, body = {}) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  };
}

// The API with the records, and the webhooks, which ask the API. `env` is for both.
async function startService(env = {}) {
  const api = await start('server.js', env);
  const webhooks = await start('webhooks/server.js', { ...env, API_URL: api.url });
  return {
    api: clientOf(api.url),
    webhooks: clientOf(webhooks.url),
    async stop() {
      const outputs = { webhooks: await webhooks.stop(), api: await api.stop() };
      return outputs;
    },
  };
}

module.exports = { startService };
