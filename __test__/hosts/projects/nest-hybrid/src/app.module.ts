import { Module } from '@nestjs/common';
import { ClsModule } from 'nestjs-cls';
import { currentRunId } from 'unified-run-id/context';
import { RunIdModule } from 'unified-run-id/nest';
import { MessagesController } from './messages.controller';
import { RunsController } from './runs.controller';
import { RunsGateway } from './runs.gateway';

@Module({
  imports: [
    RunIdModule.forRoot({ generate: true, forRoutes: [RunsController] }),
    // An interceptor, since a middleware on Fastify runs before a run is found; it runs for messages too.
    ClsModule.forRoot({
      global: true,
      interceptor: { mount: true, generateId: true, idGenerator: () => currentRunId() ?? 'none' },
    }),
  ],
  controllers: [RunsController, MessagesController],
  providers: [RunsGateway],
})
export class AppModule {}
