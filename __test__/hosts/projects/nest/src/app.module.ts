import { Module, RequestMethod } from '@nestjs/common';
import { RunIdModule } from 'unified-run-id/nest';
import { RunsController } from './runs.controller.js';

@Module({
  imports: [
    RunIdModule.forRoot({ generate: true, forRoutes: [{ path: 'run', method: RequestMethod.GET }] }),
    RunIdModule.forRoot({ forRoutes: [{ path: 'run', method: RequestMethod.POST }] }),
  ],
  controllers: [RunsController],
})
export class AppModule {}
