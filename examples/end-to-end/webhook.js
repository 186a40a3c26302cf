'use strict';

// The webhook, a Nest application. Its decorators are written as calls, because this file is not compiled.

require('reflect-metadata');
const { Body, Controller, HttpCode, Module, Post } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { RunId, RunIdModule } = require('unified-run-id/nest');
const { announce, openJobs } = require('./service.js');

const { jobs, end } = openJobs();

class Scores {
  async take(runId, { leads }) {
    // A repeated request counts once.
    await jobs.addClientMetrics(runId, { leads }, { once: 'scores' });
  }
}
Controller('scores')(Scores);
Post()(Scores.prototype, 'take', Object.getOwnPropertyDescriptor(Scores.prototype, 'take'));
HttpCode(204)(Scores.prototype, 'take', Object.getOwnPropertyDescriptor(Scores.prototype, 'take'));
RunId()(Scores.prototype, 'take', 0);
Body()(Scores.prototype, 'take', 1);

class App {}
Module({ imports: [RunIdModule.forRoot({ header: true })], controllers: [Scores] })(App);

async function main() {
  const app = await NestFactory.create(App, { logger: false });
  await app.listen(0, '127.0.0.1');
  announce(await app.getUrl(), async () => {
    await app.close();
    await end();
  });
}

main();
