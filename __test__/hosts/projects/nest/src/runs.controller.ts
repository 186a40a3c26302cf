import { Controller, Get, Post, Req } from '@nestjs/common';
import type { RunIdSource } from 'unified-run-id';
import { currentRunId } from 'unified-run-id/context';
import { RunId } from 'unified-run-id/nest';

@Controller('run')
export class RunsController {
  @Get()
  start(@RunId() runId: string, @Req() request: { runIdSource: RunIdSource }) {
    return this.tell(runId, request.runIdSource);
  }

  @Post()
  continue(@RunId() runId: string, @Req() request: { runIdSource: RunIdSource }) {
    return this.tell(runId, request.runIdSource);
  }

  private async tell(runId: string, source: RunIdSource) {
    await null;
    return { runId, source, current: currentRunId() };
  }
}
