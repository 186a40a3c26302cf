'use strict';

// A trace collector: an HTTP server that receives OTLP as JSON, as OpenTelemetry's exporter sends it.

const { once } = require('node:events');
const http = require('node:http');

class OtlpReceiver {
  #server;
  /** All spans that have arrived, with their attributes as objects. */
  spans = [];

  constructor(server) {
    this.#server = server;
  }

  static async start() {
    const server = http.createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      receiver.#take(JSON.parse(text));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}/v1/traces`;
  }

  #take({ resourceSpans }) {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = attributesIn(resource.attributes)['service.name'];
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const events = span.events.map(({ name, attributes }) => ({ name, ...attributesIn(attributes) }));
        this.spans.push({ ...span, service, attributes: attributesIn(span.attributes), events });
      }
    }
  }

  async stop() {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

function attributesIn(list) {
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}

module.exports = { OtlpReceiver };
