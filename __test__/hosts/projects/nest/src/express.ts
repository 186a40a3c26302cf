import 'reflect-metadata';
import { type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { runIdBoundary } from 'unified-run-id/express';
import { RunsController } from './runs.controller.js';

@Module({ controllers: [RunsController] })
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer) {
    consumer.apply(runIdBoundary({ generate: true })).forRoutes({ path: 'run', method: RequestMethod.GET });
    consumer.apply(runIdBoundary()).forRoutes({ path: 'run', method: RequestMethod.POST });
  }
}

const app = await NestFactory.create(AppModule, { logger: false });
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
