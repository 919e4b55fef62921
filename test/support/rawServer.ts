/** A server on the loopback address that answers exactly what a test says, and what a server's clients are asked with. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatServer } from '../../src/protocol/chatWorkerApi';
import { Problem } from '../../src/protocol/problem';
import { chat, type ChatAnswer } from '../../src/reasoning/server/chat';

export interface RawServer {
  address: string;
  /** "POST /v1/chat/completions", with the body where there is one. */
  taken: string[];
  close(): Promise<void>;
}

export async function startRawServer(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  port = 0,
): Promise<RawServer> {
  const taken: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      taken.push(`${request.method} ${request.url} ${body}`.trim());
      void answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, taken, close };
}

export const askAt = (address: string, more: Partial<ChatServer> = {}): Promise<ChatAnswer> =>
  chat(
    { address, model: 'tiny', silenceSeconds: 20, ...more },
    'How many?',
    new AbortController().signal,
    () => undefined,
  );

export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  const thrown = await work.then(
    () => assert.fail('nothing went wrong'),
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Problem, String(thrown));
  return thrown;
}
