import { Controller, Get, Post } from '@nestjs/common';
import { ClsService } from 'nestjs-cls';
import { currentRunId } from 'unified-run-id/context';
import { RunId } from 'unified-run-id/nest';

@Controller('run')
export class RunsController {
  constructor(private readonly cls: ClsService) {}

  @Get()
  start(@RunId() runId: string) {
    return this.tell(runId);
  }

  @Post()
  continue(@RunId() runId: string) {
    return this.tell(runId);
  }

  private async tell(runId: string) {
    await null;
    return { runId, ofCls: this.cls.getId(), current: currentRunId() };
  }
}
