/** What the worker that asks servers answers: whatever they send is read there, and only the answer leaves it. */
import type { Problem } from './problem';

export interface ChatServer {
  /** As `baseAddress` gives it. */
  address: string;
  /** Empty: the first that the server lists. */
  model: string;
  key?: string;
  /** Longest silence before the server is given up. */
  silenceSeconds: number;
}

/** What has been added to a text that is being written; either may be empty. */
export interface Growth {
  thought: string;
  content: string;
}

export interface ChatAnswer {
  /** The completion, as `recordTrace` reads it. */
  completion: object;
  model: string;
  /** The writer ended, it ran out of room, or it did not come to its end (then `problem` says why). */
  ending: 'end' | 'length' | 'broken';
  problem?: Pick<Problem, 'code' | 'message' | 'detail'>;
}

export type ChatWorkerApi = {
  /** The names of a server's models. Throws Problem server-… */
  models: { params: { server: ChatServer }; result: string[] };
  /**
   * Throws Problem server-… where nothing came. `id` is for `stop`; no Handle, which a worker gives for what it keeps: the
   * host must know it before there is an answer, and nothing is kept after it.
   */
  ask: { params: { id: number; server: ChatServer; message: string }; result: ChatAnswer; progress: Growth };
  /** What has come by then is the answer. */
  stop: { params: { id: number }; result: void };
};
