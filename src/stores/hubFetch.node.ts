/**
 * How Hugging Face is asked: over HTTPS (a server on this machine may be asked without), with the person's token to that
 * server alone, to no host that is not its own, and with an end to every answer. What goes wrong is told without any word of
 * the server's, which may hold what was sent to it.
 */
import { Problem } from '../protocol/problem';
import { boundedBody } from './boundedBody.node';
import type { Get } from './get.node';

export interface Hub {
  /** "https://huggingface.co", or what HF_ENDPOINT names. */
  endpoint: string;
  /** HF_TOKEN. Goes into one header and nowhere else. */
  token?: string;
  get: Get;
  /** Time without a byte after which a connection counts as cut. */
  silenceMs?: number;
}

export const DEFAULT_ENDPOINT = 'https://huggingface.co';
/** Of Hugging Face's stores of large files, to which it sends downloads on. */
const OWN_HOSTS = /(?:^|\.)(?:huggingface\.co|hf\.co)$/;
const MOST_REDIRECTS = 6;
/** Of a list of files or a description. */
const MOST_BYTES = 1 << 23;
const SILENCE_MS = 60_000;

/** What the environment says. @throws Problem download-address */
export function hubOf(env: Readonly<Record<string, string | undefined>>, get: Get): Hub {
  const endpoint = (env.HF_ENDPOINT || DEFAULT_ENDPOINT).replace(/\/+$/, '');
  const token = (env.HF_TOKEN ?? env.HUGGING_FACE_HUB_TOKEN)?.trim();
  if (!URL.canParse(endpoint) || !isSafe(new URL(endpoint))) {
    throw new Problem('download-address', 'HF_ENDPOINT is no address with https.', { server: 'HF_ENDPOINT' });
  }
  return { endpoint, get, ...(token && /^[\x21-\x7e]+$/.test(token) && { token }) };
}

const isSafe = (url: URL): boolean =>
  url.protocol === 'https:' ||
  (url.protocol === 'http:' && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname));

/** Follows redirects to the hub's own hosts. Throws Problem download-redirect, download-unreachable, cancelled. */
export async function ask(
  hub: Hub,
  address: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  const home = new URL(hub.endpoint);
  let url = new URL(address);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (!isSafe(url) || !(url.host === home.host || OWN_HOSTS.test(url.hostname))) {
      const detail = { server: home.host, target: url.host || url.protocol };
      throw new Problem('download-redirect', `${home.host} sends on to ${detail.target}.`, detail);
    }
    const own: Record<string, string> =
      hub.token && url.origin === home.origin ? { authorization: `Bearer ${hub.token}` } : {};
    const response = await heard(hub, signal, (heardSignal) =>
      hub.get(url, { headers: { ...headers, ...own }, signal: heardSignal }),
    );
    const target = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (target === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(target, url.href)) break;
    url = new URL(target, url);
  }
  throw new Problem('download-redirect', `${home.host} sends round in circles.`, {
    server: home.host,
    target: url.host,
  });
}

/** Runs `work` with a signal that ends it when nothing is heard. */
export async function heard<T>(hub: Hub, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), hub.silenceMs ?? SILENCE_MS);
  try {
    return await work(AbortSignal.any([signal, silence.signal]));
  } catch (thrown) {
    throw silence.signal.aborted && !signal.aborted ? unreachable(hub, 'no answer') : thrown;
  } finally {
    clearTimeout(timer);
  }
}

/** For @huggingface/hub: JSON of a bounded size, or a Problem. */
export const guarded =
  (hub: Hub, signal: AbortSignal): typeof fetch =>
  async (input) => {
    const address = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    const response = await ask(hub, address, { accept: 'application/json' }, signal);
    refuseStatus(hub, response);
    if (!/json/i.test(response.headers.get('content-type') ?? '')) throw page(hub);
    const text = await heard(hub, signal, (ended) => untilAborted(boundedBody(response, MOST_BYTES), ended));
    if (text === undefined) throw page(hub);
    return new Response(text, { status: response.status, headers: response.headers });
  };

/** Rejects when the signal is aborted first, whatever becomes of the work. */
export const untilAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(new Error('aborted'));
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });

export function refuseStatus(hub: Hub, { ok, status }: Pick<Response, 'ok' | 'status'>): void {
  const server = new URL(hub.endpoint).host;
  if (ok) return;
  if (status === 401 || status === 403) {
    throw new Problem('download-refused', `${server} wants a token (${status}).`, { server, hasToken: !!hub.token });
  }
  if (status === 404) throw new Problem('download-missing', `${server} has no such repository or file.`, { server });
  throw new Problem('download-failed', `${server} answers with status ${status}.`, { server, status });
}

/** HTML, or something else that is neither a list nor a model. */
export function page(hub: Hub): Problem {
  const server = new URL(hub.endpoint).host;
  return new Problem('download-page', `${server} sends a page instead of what was asked for.`, { server });
}

export function unreachable(hub: Hub, why: string): Problem {
  const server = new URL(hub.endpoint).host;
  return new Problem('download-unreachable', `${server} cannot be reached: ${why}.`, { server, why });
}

/** Any failure on the way as a Problem. */
export function problemOfFailure(thrown: unknown, hub: Hub, signal: AbortSignal): Problem {
  if (thrown instanceof Problem) return thrown;
  if (signal.aborted) return new Problem('cancelled', 'Cancelled.');
  if (thrown instanceof SyntaxError) return page(hub);
  const { code = (thrown as Error).message } = ((thrown as Error).cause ?? thrown) as { code?: string };
  return unreachable(hub, /^[A-Z_\d]{3,40}$/.test(code) ? code : 'the connection broke');
}
