import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { currentRunId, receive } from 'unified-run-id/context';

@WebSocketGateway()
export class RunsGateway {
  private connected: string | undefined = 'never called';

  handleConnection() {
    this.connected = currentRunId();
  }

  @SubscribeMessage('score')
  async score(@MessageBody() data: { runId: string }) {
    const current = await receive(data, 'data', async () => {
      await null;
      return currentRunId();
    });
    return {
      event: 'score',
      data: { current, connected: this.connected ?? null, after: currentRunId() ?? null },
    };
  }
}
