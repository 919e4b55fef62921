/** The body of a server's answer, read piece by piece: each renews the patience, and there is an end to it. */
import { Problem } from '../../protocol/problem';
import { connectionProblem, type ChatServer, type Patience } from './request';

/** Characters of an answer in one piece: far above any real one. */
const MOST_CHARS = 64 * 2 ** 20;

/** Throws Problem server-silent, cancelled, or server-broken where the connection is lost. */
export async function* pieces(response: Response, server: ChatServer, patience: Patience): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      patience.heard();
      yield decoder.decode(bytes, { stream: true });
    }
  } catch (thrown) {
    const problem = connectionProblem(thrown, server, patience);
    // A connection that breaks is told as what it is for the person: an answer that is not whole.
    throw problem.code === 'server-unreachable' ? brokenOff(server) : problem;
  }
  yield decoder.decode();
}

/** All of them. Throws as `pieces` does, or Problem server-too-large. */
export async function joined(body: AsyncIterable<string>, server: ChatServer, most = MOST_CHARS): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const piece of body) {
    parts.push(piece);
    length += piece.length;
    if (length > most) throw tooLarge(server, most);
  }
  return parts.join('');
}

/** The first characters of it, so many that `isEnough` or there are no more; the rest can still be read. */
export async function beginningOf(body: AsyncGenerator<string>, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  while (!isEnough(text)) {
    const { value, done } = await body.next();
    if (done) break;
    text += value;
  }
  return text;
}

export async function* continued(beginning: string, body: AsyncGenerator<string>): AsyncGenerator<string> {
  yield beginning;
  yield* body;
}

export const brokenOff = ({ address }: ChatServer): Problem =>
  new Problem('server-broken', 'The server stopped before its answer was complete.', { server: address });

function tooLarge({ address }: ChatServer, most: number): Problem {
  const mostMegabytes = most / 2 ** 20;
  return new Problem('server-too-large', `The server sends more than ${mostMegabytes} MB at once.`, {
    server: address,
    mostMegabytes,
  });
}
