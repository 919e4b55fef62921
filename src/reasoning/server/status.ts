/** What an answer with an error status means. */
import type { ChatServer } from '../../protocol/chatWorkerApi';
import { Problem } from '../../protocol/problem';
import { beginningOf, pieces } from './body';
import type { Patience } from './patience';
import { wordsOf } from './words';

/** Of a body only the beginning is told; the rest of it is not waited for. */
const MOST_CHARS = 2 ** 16;

/** What was read of its body stands in it; a body that breaks off or fails is as good as none. */
export async function statusProblem(response: Response, server: ChatServer, patience: Patience): Promise<Problem> {
  const { status } = response;
  const body = pieces(response, server, patience);
  const text = await beginningOf(body, MOST_CHARS).catch(() => '');
  await body.return(undefined);
  const words = wordsOf(text, server);
  const detail = { server: server.address, status, words };
  if (status === 401 || status === 403)
    return new Problem('server-refused', `The server refuses the key (${status}).`, detail);
  const about = LOGPROBS.test(words) ? ('logprobs' as const) : undefined;
  return new Problem('server-error', `The server answers ${status}: ${words}`, { ...detail, about });
}

/** Servers name what they do not take in words of their own, each in others. */
const LOGPROBS = /log[\s_-]?prob/i;
