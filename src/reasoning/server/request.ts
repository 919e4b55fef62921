/** A request to an OpenAI-compatible server: what can go wrong with one, as Problems that never hold the key. */
import type { ChatServer } from '../../protocol/chatWorkerApi';
import { Problem } from '../../protocol/problem';
import type { Patience } from './patience';
import { withoutKey } from './words';

/** Where a server sends a request on more often than this, it does so for ever. */
const MOST_REDIRECTS = 5;

/** Whether a key can stand in a header: no line break, no character beyond ASCII. */
export const isSendable = (key: string): boolean => /^[\x20-\x7e]*$/.test(key);

/**
 * Throws Problem cancelled, server-silent, server-unreachable, server-key, or, where it is sent on to another server or to
 * a page, server-redirect or server-page; an answer of any status is returned.
 */
export async function request(server: ChatServer, path: string, patience: Patience, body?: object): Promise<Response> {
  const headers: Record<string, string> = { accept: body ? 'text/event-stream, application/json' : 'application/json' };
  // What grows when it is unpacked is not asked for.
  headers['accept-encoding'] = 'identity';
  if (body) headers['content-type'] = 'application/json';
  if (server.key) headers.authorization = `Bearer ${server.key}`;
  if (!isSendable(server.key ?? '')) {
    throw new Problem('server-key', 'The key holds a character that cannot be sent.', { server: server.address });
  }
  let url = `${server.address}${path}`;
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
      signal: patience.signal,
      // By itself it would take the question to whatever server it is sent on to.
      redirect: 'manual',
    }).catch((thrown: unknown) => {
      throw connectionProblem(thrown, server, patience);
    });
    patience.answered();
    const target = redirectOf(response, url);
    if (!target) {
      if (redirects > 0 && /\bhtml\b/.test(response.headers.get('content-type') ?? '')) throw pageAt(url, server);
      return response;
    }
    await response.body?.cancel();
    if (target.origin !== new URL(url).origin) throw elsewhere(target, server);
    // 301 to 303 ask for the page there, without what was to be sent.
    const isForPage = body !== undefined && response.status < 307;
    if (isForPage || redirects === MOST_REDIRECTS) throw pageAt(target.href, server);
    // What it wants to be signed in with there is its own affair; fetch would refuse it, and say it.
    [target.username, target.password] = ['', ''];
    url = target.href;
  }
}

/** Where an answer sends the request on to; null where it does not. */
function redirectOf({ status, headers }: Response, from: string): URL | null {
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.get('location') : null;
  return location !== null && URL.canParse(location, from) ? new URL(location, from) : null;
}

function elsewhere({ origin, protocol }: URL, server: ChatServer): Problem {
  // Of what is no address of a server ("data:…") only the kind is said.
  const target = withoutKey(origin === 'null' ? protocol : origin, server);
  const message = `The server sends requests on to ${target}; nothing was sent there.`;
  return new Problem('server-redirect', message, { server: server.address, target });
}

/** Longest part of a path that may be a word; a longer one may be a token. */
const MOST_PART = 32;

/** What could hold a secret is left out: user, password, query, fragment, and what stands for them in a path. */
function pageAt(url: string, server: ChatServer): Problem {
  const { origin, pathname } = new URL(url);
  const parts = pathname
    .replace(/[;?#=&@%].*/s, '')
    .split('/')
    .map((part) => (part.length > MOST_PART ? '…' : part));
  const page = withoutKey(`${origin}${parts.join('/')}`, server);
  return new Problem('server-page', `The server leads to the page ${page}.`, { server: server.address, page });
}

/** What a failing fetch or a failing body means. */
export function connectionProblem(thrown: unknown, server: ChatServer, patience: Patience): Problem {
  if (thrown instanceof Problem) return thrown;
  const about = { server: server.address };
  const { code, message } = causeOf(thrown);
  if (patience.ranOut === 'idle') {
    return new Problem('server-idle', 'The server goes on sending, but nothing more of an answer.', about);
  }
  if (patience.ranOut || /^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    const seconds = server.silenceSeconds;
    return new Problem('server-silent', `The server sent nothing for ${seconds} s.`, { ...about, seconds });
  }
  if (patience.signal.aborted) return new Problem('cancelled', 'Cancelled.');
  const why = withoutKey(code || message, server);
  return new Problem('server-unreachable', `The server cannot be reached: ${why}.`, { ...about, why });
}

/** fetch says only "fetch failed"; why is in its cause, or in the first of several causes. */
function causeOf(thrown: unknown): { code: string; message: string } {
  const { cause, message } = thrown as {
    cause?: { code?: unknown; message?: string; errors?: unknown[] };
    message?: string;
  };
  const first = (cause?.errors?.[0] ?? cause) as { code?: unknown; message?: string } | undefined;
  return {
    code: typeof first?.code === 'string' ? first.code : '',
    message: first?.message ?? message ?? String(thrown),
  };
}
