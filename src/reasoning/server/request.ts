/** A request to an OpenAI-compatible server: what can go wrong with one, as Problems that never hold the key. */
import { Problem, type ProblemDetail } from '../../protocol/problem';

export interface ChatServer {
  /** As `baseAddress` gives it. */
  address: string;
  /** Empty: the first that the server lists. */
  model: string;
  key?: string;
  /** Longest silence before the server is given up. */
  silenceSeconds: number;
}

/** Characters of a server's own words that are shown. */
const MOST_WORDS = 300;

/** Ends a request when the caller does, or after too long a silence; `heard` says that the server has sent something. */
export class Patience {
  private readonly control = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether it was the silence that ended it. */
  ranOut = false;

  constructor(
    private readonly seconds: number,
    private readonly caller: AbortSignal,
  ) {
    if (caller.aborted) this.control.abort();
    caller.addEventListener('abort', this.onAbort, { once: true });
    this.heard();
  }

  get signal(): AbortSignal {
    return this.control.signal;
  }

  heard(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.ranOut = true;
      this.control.abort();
    }, this.seconds * 1000);
  }

  end(): void {
    clearTimeout(this.timer);
    this.caller.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => this.control.abort();
}

/** Throws Problem cancelled, server-silent or server-unreachable; an answer of any status is returned. */
export async function request(server: ChatServer, path: string, patience: Patience, body?: object): Promise<Response> {
  const headers: Record<string, string> = { accept: body ? 'text/event-stream, application/json' : 'application/json' };
  if (body) headers['content-type'] = 'application/json';
  if (server.key) headers.authorization = `Bearer ${server.key}`;
  try {
    const response = await fetch(`${server.address}${path}`, {
      method: body ? 'POST' : 'GET',
      headers,
      body: body && JSON.stringify(body),
      signal: patience.signal,
    });
    patience.heard();
    return response;
  } catch (thrown) {
    throw connectionProblem(thrown, server, patience);
  }
}

/** What a failing fetch or a failing body means. */
export function connectionProblem(thrown: unknown, server: ChatServer, patience: Patience): Problem {
  if (thrown instanceof Problem) return thrown;
  const about: ProblemDetail = { server: server.address };
  const { code, message } = causeOf(thrown);
  if (patience.ranOut || /^UND_ERR_(HEADERS|BODY|CONNECT)_TIMEOUT$|^ETIMEDOUT$/.test(code)) {
    const seconds = server.silenceSeconds;
    return new Problem('server-silent', `The server sent nothing for ${seconds} s.`, { ...about, seconds });
  }
  if (patience.signal.aborted) return new Problem('cancelled', 'Cancelled.');
  const subject = withoutKey(code || message, server);
  return new Problem('server-unreachable', `The server cannot be reached: ${subject}.`, { ...about, subject });
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

/** What an answer with an error status means. */
export async function statusProblem(response: Response, server: ChatServer): Promise<Problem> {
  const { status } = response;
  const words = wordsOf(await response.text().catch(() => ''), server);
  const detail: ProblemDetail = { server: server.address, status, subject: words };
  if (status === 401 || status === 403)
    return new Problem('server-refused', `The server refuses the key (${status}).`, detail);
  return new Problem('server-error', `The server answers ${status}: ${words}`, detail);
}

/** The message of an error in the shapes of llama.cpp, Ollama, vLLM and others; else the beginning of the text. */
export function wordsOf(text: string, server: ChatServer): string {
  let words = text;
  try {
    const { error, message, detail } = JSON.parse(text) as Record<string, unknown>;
    const inner = typeof error === 'object' && error !== null ? (error as Record<string, unknown>).message : error;
    const found = [inner, message, detail].find((one) => typeof one === 'string');
    if (typeof found === 'string') words = found;
  } catch {
    // Plain text or a page of a proxy.
  }
  return withoutKey(
    words
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, MOST_WORDS),
    server,
  );
}

/** Some servers repeat the key that they refuse. */
export function withoutKey(text: string, { key }: ChatServer): string {
  return key ? text.replaceAll(key, '…') : text;
}
