/** A Hugging Face on the loopback address, with the faults that downloads meet: for tests of what comes over a real socket. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfMadeCertificate } from './certificate';

export const COMMIT = 'abcdef0123'.repeat(4);

export interface HubServer {
  endpoint: string;
  /** "GET /path", with the range and whether a token came: "GET /x bytes=5- token". */
  taken: string[];
  /** What the next requests for a file's bytes meet, one each; then nothing. */
  faults: Fault[];
  files: Map<string, Uint8Array>;
  /** Its files lie in the store of large ones; otherwise in git, as small ones do. */
  isLarge: boolean;
  /** Answers everything else; return true where it did. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Bytes of a file in one piece, and the pause behind each. */
  pieceBytes: number;
  pauseMs: number;
  close(): Promise<void>;
}

export type Fault =
  | { kind: 'cut'; after: number }
  | { kind: 'silent'; after: number }
  | { kind: 'status'; status: number }
  | { kind: 'html' }
  | { kind: 'page-as-file' }
  | { kind: 'no-ranges' }
  | { kind: 'wrong-bytes' }
  | { kind: 'longer' }
  | { kind: 'redirect'; to: string };

/** Of a repository “owner/repo” with these files. `secure`: https, with a certificate that nobody vouches for. */
export async function startHubServer(
  files: Record<string, Uint8Array>,
  { host = '127.0.0.1', secure = false, port = 0 } = {},
): Promise<HubServer> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => void serve(hub, request, response);
  const server = secure ? createSecureServer(selfMadeCertificate(host), answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const hub: HubServer = {
    endpoint: `${secure ? 'https' : 'http'}://${host}:${(server.address() as AddressInfo).port}`,
    taken: [],
    faults: [],
    isLarge: true,
    files: new Map(Object.entries(files)),
    pieceBytes: 4096,
    pauseMs: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return hub;
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function serve(hub: HubServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers } = request;
  const url = decodeURIComponent(request.url!);
  hub.taken.push([`GET ${url}`, headers.range, headers.authorization && 'token'].filter(Boolean).join(' '));
  if (hub.answer?.(request, response)) return;
  const json = (value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(value));
  };
  if (url.startsWith('/api/models/owner/repo/revision/')) {
    return json({
      _id: '1',
      id: 'owner/repo',
      sha: COMMIT,
      lastModified: '2026-01-01T00:00:00Z',
      likes: 1,
      downloads: 1,
    });
  }
  if (url.startsWith(`/api/models/owner/repo/tree/${COMMIT}`)) {
    const entries = [...hub.files].map(([path, bytes]) => ({
      type: 'file',
      path,
      size: bytes.length,
      oid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
      ...(hub.isLarge && { lfs: { oid: sha256Of(bytes), size: bytes.length, pointerSize: 130 } }),
    }));
    return json([{ type: 'directory', path: 'sub', size: 0, oid: '1' }, ...entries]);
  }
  const [, path] = /^\/owner\/repo\/resolve\/[0-9a-f]{40}\/(.*)$/.exec(url) ?? [];
  if (path !== undefined && hub.files.has(path)) {
    // As the real one sends on to its store of large files.
    response.writeHead(302, { location: `/store/${encodeURIComponent(path)}?signature=1` });
    return void response.end();
  }
  const [, stored] = /^\/store\/([^?]*)/.exec(url) ?? [];
  const bytes = stored === undefined ? undefined : hub.files.get(stored);
  if (bytes) return sendFile(hub, bytes, request, response);
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"error":"Repository not found"}');
}

async function sendFile(
  hub: HubServer,
  file: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = hub.faults.shift();
  let bytes = file;
  if (fault?.kind === 'status') return void response.writeHead(fault.status).end('no');
  if (fault?.kind === 'redirect') return void response.writeHead(302, { location: fault.to }).end();
  if (fault?.kind === 'html') {
    return void response
      .writeHead(200, { 'content-type': 'text/html' })
      .end('<html>Please sign in to the Wi-Fi</html>');
  }
  if (fault?.kind === 'page-as-file') bytes = new TextEncoder().encode('<!doctype html>'.padEnd(file.length, ' '));
  if (fault?.kind === 'wrong-bytes') bytes = file.map((byte, i) => (i === file.length - 1 ? byte ^ 1 : byte));
  if (fault?.kind === 'longer') bytes = new Uint8Array([...file, ...file]);
  const from = fault?.kind === 'no-ranges' ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= bytes.length) return void response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
  const partial = from > 0;
  response.writeHead(partial ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': String(bytes.length - from),
    ...(partial && { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
  });
  const until = fault && 'after' in fault ? Math.min(bytes.length, from + fault.after) : bytes.length;
  for (let at = from; at < until; at += hub.pieceBytes) {
    if (response.destroyed) return;
    response.write(bytes.slice(at, Math.min(at + hub.pieceBytes, until)));
    await new Promise((resolve) => setTimeout(resolve, hub.pauseMs));
  }
  if (fault?.kind === 'silent') return;
  // Whatever was written arrives before it.
  if (fault?.kind === 'cut') return void response.socket!.end();
  response.end();
}
