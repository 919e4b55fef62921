/** The worker that asks servers: their answers are read and bounded here, away from the extension host and from the models. */
import { hostPort } from '../engine/workerPort.node';
import type { ChatWorkerApi, Growth } from '../protocol/chatWorkerApi';
import { Rpc, type Handlers } from '../protocol/rpc';
import { chat, listModels } from './server/chat';

/** A text grows with every token; the host needs it as often as a page draws. */
const TELL_MS = 60;

const asking = new Map<number, AbortController>();

const handlers: Handlers<ChatWorkerApi> = {
  models: ({ server }, { signal }) => listModels(server, signal),
  async ask({ id, server, message }, { progress }) {
    const control = new AbortController();
    asking.set(id, control);
    const growth = gathered(progress);
    try {
      const { problem, ...answer } = await chat(server, message, control.signal, growth.add);
      const told = problem && { code: problem.code, message: problem.message, detail: problem.detail };
      return { ...answer, ...(told && { problem: told }) };
    } finally {
      growth.tell();
      asking.delete(id);
    }
  },
  stop: ({ id }) => asking.get(id)?.abort(),
};

function gathered(told: (growth: Growth) => void): { add(growth: Growth): void; tell(): void } {
  let fresh: Growth = { thought: '', content: '' };
  let timer: NodeJS.Timeout | undefined;
  const tell = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (fresh.thought !== '' || fresh.content !== '') told(fresh);
    fresh = { thought: '', content: '' };
  };
  const add = ({ thought, content }: Growth): void => {
    fresh.thought += thought;
    fresh.content += content;
    timer ??= setTimeout(tell, TELL_MS);
  };
  return { add, tell };
}

new Rpc<ChatWorkerApi, Record<never, never>>(hostPort(), handlers);
