/**
 * How long an explanation takes while a server floods its answer, against its usual time: rounds in turn, medians, and the
 * ratio round by round. The server is a process of its own (test/support/hostileServer.mjs), as it would be.
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { WorkerClient } from '../src/engine/workerClient.node';
import type { ExplainWorkerApi } from '../src/protocol/workerApi';
import { ChatClient } from '../src/reasoning/chatClient.node';
import { median } from '../src/shared/statistics';

const ROUNDS = 9;
/** The floods that last: as fast as they are taken, and those that only trickle. */
const KINDS = ['content', 'comments', 'log-probabilities', 'gzip of content', 'comments, slowly'];

export interface FloodTime {
  kind: string;
  usualMs: number;
  floodedMs: number;
  /** Median of the ratios of each round. */
  ratio: number;
}

export async function main(dist: string, modelPath: string): Promise<FloodTime[]> {
  const client = new WorkerClient<ExplainWorkerApi>({ script: path.join(dist, 'explainWorker.js') });
  const chats = new ChatClient({ script: path.join(dist, 'chatWorker.js') });
  const release = client.acquire();
  const text = Array.from({ length: 120 }, (_, i) => `const value${i} = items[${i}].total + ${i * 7};\n`).join('');
  const explain = async (): Promise<number> => {
    const began = performance.now();
    const { trace } = await client.ask.explain({ modelPath, text, maxTokens: 8192, top: 10 });
    const ms = performance.now() - began;
    client.release(trace);
    return ms;
  };
  await explain();
  const times: FloodTime[] = [];
  try {
    for (const kind of KINDS) {
      const server = spawn(process.execPath, ['test/support/hostileServer.mjs', kind], {
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      });
      const port = await new Promise<string>((resolve) =>
        server.stdout!.once('data', (bytes) => resolve(String(bytes).trim())),
      );
      const address = `http://127.0.0.1:${port}/v1`;
      const rounds: { usual: number; flooded: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const usual = await explain();
        const control = new AbortController();
        const asked = chats
          .chat({ address, model: 'tiny', silenceSeconds: 120 }, 'How many?', control.signal, () => {})
          .catch(() => {});
        const flooded = await explain();
        control.abort();
        await asked;
        rounds.push({ usual, flooded });
      }
      server.kill();
      times.push({
        kind,
        usualMs: median(rounds.map(({ usual }) => usual)),
        floodedMs: median(rounds.map(({ flooded }) => flooded)),
        ratio: median(rounds.map(({ usual, flooded }) => flooded / usual)),
      });
    }
  } finally {
    release();
    client.stop();
    chats.stop();
  }
  return times;
}
