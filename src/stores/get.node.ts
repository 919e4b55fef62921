/**
 * A GET as `fetch` does one, over Node's own http and https, by their bare names: VS Code hands an extension modules under them that
 * know its proxies (http.proxy, http.noProxy, http.proxySupport, HTTPS_PROXY, NO_PROXY) and the system's certificates. Its fetch
 * knows no http.proxyStrictSSL.
 */
import http, { type IncomingMessage } from 'http';
import https from 'https';
import type { TLSSocket } from 'node:tls';

export interface Asked {
  headers: Record<string, string>;
  signal: AbortSignal;
}

/** A redirect is an answer. Rejects with what the connection threw, with Node's `code` where it has one. */
export type Get = (url: URL, asked: Asked) => Promise<Response>;

/** @param isStrict false: certificates need not hold (http.proxyStrictSSL), for proxies that put their own in their place */
export const getter =
  (isStrict: boolean): Get =>
  async (url, { headers, signal }) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const loose = isStrict ? {} : { rejectUnauthorized: false };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { headers, signal, ...loose }, resolve)
        .on('error', reject)
        .end();
    });
    const status = answer.statusCode!;
    // A proxy that lets nobody through says so in place of the server, before anything is encrypted.
    if (url.protocol === 'https:' && !(answer.socket as TLSSocket).encrypted) {
      answer.destroy();
      throw Object.assign(new Error(`The proxy answers with status ${status}.`), { code: `PROXY_STATUS_${status}` });
    }
    const isEmpty = [204, 205, 304].includes(status);
    if (isEmpty) answer.resume();
    return new Response(isEmpty ? null : bodyOf(answer), { status, headers: headersOf(answer) });
  };

const headersOf = ({ headersDistinct }: IncomingMessage): [string, string][] =>
  Object.entries(headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );

/** Not Readable.toWeb, nor ReadableStream.from: cancelling it ends the connection also while nothing comes, and is heard of once. */
function bodyOf(answer: IncomingMessage): ReadableStream<Uint8Array> {
  let isWanted = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      answer.on('data', (piece: Buffer) => {
        if (!isWanted) return;
        controller.enqueue(new Uint8Array(piece));
        if (controller.desiredSize! <= 0) answer.pause();
      });
      answer.on('end', () => isWanted && controller.close());
      answer.on('error', (error) => controller.error(error));
    },
    pull: () => void answer.resume(),
    cancel() {
      isWanted = false;
      answer.destroy();
    },
  });
}
