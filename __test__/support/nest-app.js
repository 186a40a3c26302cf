'use strict';

// Real NestJS applications, written without decorator syntax.

require('reflect-metadata');
const { All, Controller, Module, Req } = require('@nestjs/common');
const { Test } = require('@nestjs/testing');
const { RunIdModule } = require('../../lib/boundary/nest/index.js');

/** Applies decorators to a class, and to one of its methods and its parameters. */
function decorate(target, { decorators = [], methods = {} }) {
  for (const decorator of decorators) decorator(target);
  for (const [name, { on = [], parameters = [] }] of Object.entries(methods)) {
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, name);
    for (const decorator of on) decorator(target.prototype, name, descriptor);
    parameters.forEach((decorator, at) => decorator(target.prototype, name, at));
  }
  return target;
}

/** An application that listens, with `app` to look into. */
async function openNest(platform, metadata, prepare = () => {}) {
  const testing = await Test.createTestingModule(metadata).compile();
  const adapter = platform === 'fastify' ? fastifyAdapter() : expressAdapter();
  const app = testing.createNestApplication(adapter, { logger: false });
  await prepare(app);
  await app.listen(0, '127.0.0.1');
  return { app, port: app.getHttpServer().address().port, close: () => app.close() };
}

function expressAdapter() {
  const { ExpressAdapter } = require('@nestjs/platform-express');
  return new ExpressAdapter();
}

function fastifyAdapter() {
  const { FastifyAdapter } = require('@nestjs/platform-fastify');
  return new FastifyAdapter();
}

/** The server of the table: one route, behind one boundary or two. */
function startNest(platform, options, { handle, inner, make }) {
  class Runs {
    answer(req) {
      return handle(req, req);
    }
  }
  decorate(Runs, {
    decorators: [Controller()],
    methods: { answer: { on: [All(), answersWith200], parameters: [Req()] } },
  });
  const imports = [options, ...(inner === undefined ? [] : [inner])].map((given) =>
    make(RunIdModule.forRoot, given),
  );
  return openNest(platform, { imports, controllers: [Runs] });
}

/** For a POST too. */
function answersWith200(...place) {
  require('@nestjs/common').HttpCode(200)(...place);
}

module.exports = { Module, decorate, openNest, startNest };
