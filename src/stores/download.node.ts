/**
 * A file of a Hugging Face repository comes into the cache that other tools share: written beside its place, checked by
 * its hash, renamed, linked. What has come stays when it is stopped or cut, and the next try goes on from there. (The
 * library's own downloadFileToCacheDir neither goes on nor checks nor tells how far it is.)
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, statfs, truncate, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { openFileLater } from '../engine/formats/regularFile.node';
import { Problem } from '../protocol/problem';
import { blobOf, link, type CachePlace } from './hubCache.node';
import { ask, heard, page, problemOfFailure, refuseStatus, unreachable, untilAborted, type Hub } from './hubFetch.node';
import type { RemoteFile } from './hub.node';
import { lock, type Held } from './lock.node';

export interface DownloadOptions {
  hub: Hub;
  place: CachePlace;
  file: RemoteFile;
  signal: AbortSignal;
  /** Bytes of the file that are there, as often as there are more. */
  onBytes?: (bytes: number) => void;
  /** Free bytes where the folder is; from the system unless a test says. */
  freeBytes?: (folder: string) => Promise<number>;
  /** Between tries after a cut; the first of them. */
  waitMs?: number;
}

/** Tries in a row that brought nothing. */
const FRUITLESS = 5;

/** Resolves with the path that other tools know it by. Throws Problem download-…, disk-…, cancelled. */
export async function downloadFile(options: DownloadOptions): Promise<string> {
  const { place, file, hub, signal } = options;
  const blob = blobOf(place, file);
  if (await hasSize(blob, file.size)) return link(place, file);
  const incomplete = `${blob}.incomplete`;
  const held = await mkdir(path.dirname(blob), { recursive: true })
    .then(() => lock(`${incomplete}.lock`))
    .catch((thrown: unknown) => {
      throw problemOfDisk(thrown, blob, file.size);
    });
  try {
    // Another window may have brought it while this one waited.
    if (!(await hasSize(blob, file.size))) {
      await fetchAll(options, incomplete, held);
      await held.check('surely');
      await rename(incomplete, blob);
    }
    return await link(place, file);
  } catch (thrown) {
    // What the network refuses is a Problem by now.
    throw signal.aborted ? problemOfFailure(thrown, hub, signal) : problemOfDisk(thrown, blob, file.size);
  } finally {
    await held.giveBack();
  }
}

/** Bytes of a file that came before it was stopped. */
export async function bytesThere(place: CachePlace, file: RemoteFile): Promise<number> {
  const blob = blobOf(place, file);
  if (await hasSize(blob, file.size)) return file.size;
  return stat(`${blob}.incomplete`).then(({ size }) => Math.min(size, file.size), () => 0); // prettier-ignore
}

/** Forgets what has come of it. */
export const discard = (place: CachePlace, file: RemoteFile): Promise<void> =>
  rm(`${blobOf(place, file)}.incomplete`, { force: true });

const hasSize = (file: string, size: number): Promise<boolean> => stat(file).then((found) => found.isFile() && found.size === size, () => false); // prettier-ignore

function diskFull(at: string, needed: number): Problem {
  return new Problem('disk-full', `There is no room for ${at}.`, { folder: path.dirname(at), bytes: needed });
}

function problemOfDisk(thrown: unknown, at: string, needed: number): Problem {
  if (thrown instanceof Problem) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(at, needed);
  const folder = path.dirname(at);
  return new Problem('disk-refuses', `${folder} cannot be written: ${message}.`, { folder, why: code ?? message });
}

/** Brings `incomplete` to its full length with the right hash. */
async function fetchAll(options: DownloadOptions, incomplete: string, held: Held): Promise<void> {
  const { file, signal, onBytes, waitMs = 1000 } = options;
  const { handle, status } = await openFileLater(incomplete, 'a+');
  try {
    let have = status.size;
    if (have > file.size) await truncate(incomplete, (have = 0));
    let hash = await hashOf(incomplete, file, have, signal);
    onBytes?.(have);
    const free = await (options.freeBytes ?? freeBytes)(path.dirname(incomplete));
    if (free < file.size - have) throw diskFull(incomplete, file.size - have);
    let most = have;
    for (let fruitless = 0; have < file.size;) {
      let cut: Problem | undefined;
      try {
        for await (const piece of pieces(options, have)) {
          await held.check();
          if (piece === 'from the beginning') {
            await handle.truncate((have = 0));
            hash = beginningOf(file);
            continue;
          }
          try {
            await writeAll(handle, piece);
            hash.update(piece);
            have += piece.length;
            onBytes?.(have);
          } catch (thrown) {
            throw problemOfDisk(thrown, incomplete, file.size - have);
          }
        }
      } catch (thrown) {
        cut = problemOfFailure(thrown, options.hub, signal);
        if (cut.code !== 'download-unreachable') throw cut;
      }
      // More than ever: a server may begin anew at every try, or answer with nothing and no error.
      fruitless = have > most ? 0 : fruitless + 1;
      most = Math.max(most, have);
      if (have < file.size && fruitless >= FRUITLESS) throw cut ?? page(options.hub);
      if (have < file.size) await wait(waitMs * 2 ** fruitless, signal);
    }
    await handle.sync();
    if (hash.digest('hex') === file.digest) return;
  } finally {
    await handle.close();
  }
  await held.check('surely');
  await rm(incomplete, { force: true });
  const detail = { server: new URL(options.hub.endpoint).host, file: file.path };
  throw new Problem('download-hash', `${file.path} does not have the hash that ${detail.server} says.`, detail);
}

/** What comes from byte `from` on; first says so where the server begins anew. */
async function* pieces(
  { hub, place, file, signal }: DownloadOptions,
  from: number,
): AsyncGenerator<Uint8Array | 'from the beginning'> {
  const way = [place.repository, 'resolve', place.commit, ...file.path.split('/')].map(encodeURIComponent);
  const address = `${hub.endpoint}/${way.join('/').replace('%2F', '/')}`;
  const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await ask(hub, address, { ...range, 'accept-encoding': 'identity' }, signal);
  if (response.status >= 500 || response.status === 429) throw unreachable(hub, `status ${response.status}`);
  if (response.status !== 416) refuseStatus(hub, response);
  if (/text\/html/i.test(response.headers.get('content-type') ?? '')) throw page(hub);
  const begins =
    response.status === 206 ? Number(/^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]) : 0;
  if (begins !== from) yield 'from the beginning';
  if (response.status === 416 || (begins !== from && begins !== 0)) {
    await response.body?.cancel();
    return;
  }
  const reader = response.body!.getReader();
  let have = begins;
  try {
    for (;;) {
      const { done, value } = await heard(hub, signal, (ended) => untilAborted(reader.read(), ended));
      if (done) break;
      if (have === 0 && value.length >= 4 && Buffer.from(value.subarray(0, 4)).toString('latin1') !== 'GGUF')
        throw page(hub);
      if ((have += value.length) > file.size) throw page(hub);
      yield value;
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  if (have < file.size) throw unreachable(hub, 'the connection broke');
}

async function writeAll(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
}

/** SHA-256 of the bytes alone; git's names are of a word and the length before them. */
const beginningOf = ({ digest, size }: RemoteFile): Hash =>
  digest.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);

/** Of the first `bytes` of what is there, a millisecond at a time. */
async function hashOf(at: string, file: RemoteFile, bytes: number, signal: AbortSignal): Promise<Hash> {
  const hash = beginningOf(file);
  if (bytes === 0) return hash;
  const stream = createReadStream(at, { end: bytes - 1, highWaterMark: 1 << 18, signal });
  for await (const piece of stream) hash.update(piece as Buffer);
  return hash;
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  untilAborted(new Promise((resolve) => setTimeout(resolve, ms)), signal);
