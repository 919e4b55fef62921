/** The body of a server's answer, read piece by piece, unpacked where it came packed; there is an end to it. */
import type { ChatServer } from '../../protocol/chatWorkerApi';
import { Problem } from '../../protocol/problem';
import type { Patience } from './patience';
import { connectionProblem } from './request';

/** Bytes of a whole answer, unpacked: 65,536 tokens in chunks of their own take about 30 MB. */
const MOST_BYTES = 64 * 2 ** 20;

/** Characters of an answer in one piece: 60,000 tokens with their log-probabilities. */
const MOST_CHARS = 8 * 2 ** 20;

/** White space before it begins. */
const MOST_BLANKS = 2 ** 16;

/** Throws Problem server-silent, server-idle, server-too-large, cancelled, or server-broken where the connection is lost. */
export async function* pieces(response: Response, server: ChatServer, patience: Patience): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let all = 0;
  try {
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      patience.stirred(bytes.length);
      all += bytes.length;
      if (all > MOST_BYTES) throw tooLarge(server, MOST_BYTES);
      yield decoder.decode(bytes, { stream: true });
    }
  } catch (thrown) {
    const problem = connectionProblem(thrown, server, patience);
    // A connection that breaks is told as what it is for the person: an answer that is not whole.
    throw problem.code === 'server-unreachable' ? brokenOff(server) : problem;
  }
  yield decoder.decode();
}

/** All of them: an answer in one piece. Throws as `pieces` does. */
export async function joined(body: AsyncIterable<string>, server: ChatServer, patience: Patience): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const piece of body) {
    parts.push(piece);
    length += piece.length;
    if (length > MOST_CHARS) throw tooLarge(server, MOST_CHARS);
    if (!/\S/.test(piece)) continue;
    patience.progressed();
    patience.mustEnd();
  }
  return parts.join('');
}

/** Its beginning, with at least `least` characters that are not blank, or all where there are fewer. */
export async function beginningOf(body: AsyncGenerator<string>, least: number): Promise<string> {
  const parts: string[] = [];
  for (let [seen, blank] = [0, 0]; seen < least && blank < MOST_BLANKS;) {
    const { value, done } = await body.next();
    if (done) break;
    parts.push(value);
    const own = value.replace(/\s+/g, '').length;
    seen += own;
    blank += value.length - own;
  }
  return parts.join('');
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
