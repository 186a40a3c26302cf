import { Controller, Get, Post, Req } from '@nestjs/common';
import type { RunId, RunIdSource } from 'unified-run-id';
import { currentRunId } from 'unified-run-id/context';

interface RunRequest {
  readonly runId: RunId;
  readonly runIdSource: RunIdSource;
}

@Controller('run')
export class RunsController {
  @Get()
  start(@Req() request: RunRequest) {
    return this.tell(request);
  }

  @Post()
  continue(@Req() request: RunRequest) {
    return this.tell(request);
  }

  private async tell({ runId, runIdSource }: RunRequest) {
    await null;
    return { runId, source: runIdSource, current: currentRunId() };
  }
}
