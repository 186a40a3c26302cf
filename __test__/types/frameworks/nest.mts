// The module in a NestJS application.

import {
  Controller,
  type DynamicModule,
  Get,
  Injectable,
  Module,
  ParseIntPipe,
  RequestMethod,
  UseGuards,
} from '@nestjs/common';
import { RunId, runIdGuard, RunIdModule } from 'unified-run-id/nest';

@Injectable()
class Sessions {
  clientOf(request: object) {
    return String(request);
  }
}

@Controller('runs')
class RunsController {
  @Get()
  @UseGuards(runIdGuard({ clientId: (request: { user: { clientId: string } }) => request.user.clientId }))
  start(@RunId() runId: string, @RunId(ParseIntPipe) parsed: number) {
    return [runId, parsed];
  }
}

export const first: DynamicModule = RunIdModule.forRoot();
@Module({
  imports: [
    first,
    RunIdModule.forRoot({
      generate: true,
      header: true,
      forRoutes: [RunsController, { path: 'x', method: RequestMethod.GET }],
      exclude: ['health', { path: 'y', method: RequestMethod.ALL }],
    }),
    RunIdModule.forRootAsync({
      inject: [Sessions],
      useFactory: async (sessions: Sessions) => ({ clientId: (request) => sessions.clientOf(request) }),
    }),
  ],
  controllers: [RunsController],
})
export class AppModule {}

// @ts-expect-error There is no such option.
RunIdModule.forRoot({ generates: true });
// @ts-expect-error A guard is nothing without its client.
runIdGuard({});
// @ts-expect-error Several routes are an array.
RunIdModule.forRoot({ forRoutes: 'runs' });
