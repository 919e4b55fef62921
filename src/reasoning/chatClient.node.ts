/** What the host asks servers through the worker for that; what came is kept, also where the worker must be ended. */
import { WorkerClient, type WorkerOptions } from '../engine/workerClient.node';
import type { ChatServer, ChatWorkerApi, Growth } from '../protocol/chatWorkerApi';
import { Problem, toProblem } from '../protocol/problem';
import { GrowingText } from './import/growingText';
import type { ChatAnswer } from './server/chat';

/** Of text and numbers; above what the bounds on an answer leave room for. */
const HEAP_MB = 128;

export class ChatClient {
  private readonly client: WorkerClient<ChatWorkerApi>;
  private nextId = 1;

  constructor(options: WorkerOptions) {
    this.client = new WorkerClient({ maxHeapMb: HEAP_MB, ...options });
  }

  /** Throws Problem server-…, worker-died or cancelled. */
  async listModels(server: ChatServer, signal: AbortSignal): Promise<string[]> {
    const release = this.client.acquire();
    try {
      return await this.client.ask.models({ server }, { signal });
    } finally {
      release();
    }
  }

  /**
   * Resolves with all that came, even where it broke off. Throws Problem server-…, worker-died or cancelled where nothing
   * came.
   * @param onText all text so far, thought and answer, whenever there is more
   */
  async chat(
    server: ChatServer,
    message: string,
    signal: AbortSignal,
    onText: (text: string) => void,
  ): Promise<ChatAnswer> {
    if (signal.aborted) throw new Problem('cancelled', 'Cancelled.');
    const release = this.client.acquire();
    const id = this.nextId++;
    const said = new GrowingText();
    const onProgress = (growth: Growth): void => {
      said.add(growth);
      onText(said.text);
    };
    const answering = this.client.ask.ask({ id, server, message }, { onProgress });
    const stop = (): void => {
      this.client.ask.stop({ id }).catch(() => {
        // It has ended by itself.
      });
      void this.client.letGo(answering, 'The answer did not stop in time.');
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      const { problem, ...answer } = await answering;
      const told = problem && new Problem(problem.code, problem.message, problem.detail as never);
      return { ...answer, ...(told && { problem: told }) };
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code !== 'worker-died' || said.length === 0) throw problem;
      const completion = { choices: [{ message: { content: said.content, reasoning_content: said.thought } }] };
      const why = signal.aborted ? new Problem('cancelled', 'Cancelled.') : problem;
      return { completion, model: server.model, ending: 'broken', problem: why };
    } finally {
      signal.removeEventListener('abort', stop);
      release();
    }
  }

  /** Ends the worker now; calls on their way fail with worker-died, or give what came. */
  stop(reason?: string): void {
    this.client.stop(reason);
  }
}
