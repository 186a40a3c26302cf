import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import runIdBoundary from 'unified-run-id/fastify';
import { RunsController } from './runs.controller.js';

@Module({ controllers: [RunsController] })
class AppModule {}

const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter(), {
  logger: false,
});
await app.register(runIdBoundary, { generate: true });
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
