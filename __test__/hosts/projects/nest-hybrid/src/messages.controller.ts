import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { currentRunId, receive, requireRunId } from 'unified-run-id/context';
import { RunId } from 'unified-run-id/nest';

@Controller()
export class MessagesController {
  /** Boundaries are for HTTP: a message belongs to the run that it holds. */
  @MessagePattern('score')
  score(@Payload() data: { runId?: string }) {
    return receive(data, 'data', async () => {
      await null;
      return { current: currentRunId() };
    });
  }

  @MessagePattern('forgotten')
  forgotten() {
    return { current: requireRunId() };
  }

  @MessagePattern('decorated')
  decorated(@RunId() runId: string) {
    return { runId };
  }
}
