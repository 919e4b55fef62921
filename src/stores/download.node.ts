/**
 * A file of a Hugging Face repository comes into the cache that other tools share: written beside its place, checked by
 * its hash, renamed, linked. What has come stays when it is stopped or cut, and the next try goes on from there. (The
 * library's own downloadFileToCacheDir neither goes on nor checks nor tells how far it is.)
 */
import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { openFileLater } from '../engine/formats/regularFile.node';
import { Problem } from '../protocol/problem';
import { blobOf, link, type CachePlace } from './hubCache.node';
import { ask, heard, page, problemOfFailure, refuseStatus, unreachable, untilAborted, type Hub } from './hubFetch.node';
import type { RemoteFile } from './hub.node';
import { elsewhere, lock, type Held } from './lock.node';

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
    if (!(await hasSize(blob, file.size))) await fetchAll(options, incomplete, held);
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

const WRITE = constants.O_RDWR | constants.O_CREAT;

/** Brings `incomplete` to its full length with the right hash, and gives it its name. */
async function fetchAll(options: DownloadOptions, incomplete: string, held: Held): Promise<void> {
  const { file, signal, onBytes, waitMs = 1000 } = options;
  const { handle, status } = await openFileLater(incomplete, WRITE);
  try {
    let have = status.size;
    if (have > file.size) await handle.truncate((have = 0));
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
            have = 0;
            hash = beginningOf(file);
            continue;
          }
          try {
            await writeAll(handle, piece, have);
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
    await held.check('surely');
    if (hash.digest('hex') === file.digest) return await giveName(handle, incomplete, blobOf(options.place, file));
  } finally {
    await handle.close();
  }
  await rm(incomplete, { force: true });
  const detail = { server: new URL(options.hub.endpoint).host, file: file.path };
  throw new Problem('download-hash', `${file.path} does not have the hash that ${detail.server} says.`, detail);
}

/**
 * Renames what was written here, and nothing that another window has put there since the lock was asked for: a name is all that
 * can be renamed, so it is looked at afterwards whose it was. Throws Problem download-elsewhere.
 */
async function giveName(written: FileHandle, incomplete: string, blob: string): Promise<void> {
  // Where it is gone, another window has named it.
  const isRenamed = await rename(incomplete, blob).then(
    () => true,
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw thrown;
      return false;
    },
  );
  const own = await written.stat({ bigint: true });
  const named = await stat(blob, { bigint: true }).catch(() => undefined);
  if (named?.ino === own.ino && named.dev === own.dev) return;
  if (isRenamed) await rename(blob, incomplete);
  throw elsewhere(incomplete);
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

/**
 * At its place, not behind what is there: a window that was stopped between its question for the lock and this, while another
 * went on from there, writes the same bytes again.
 */
async function writeAll(handle: FileHandle, piece: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < piece.length;)
    at += (await handle.write(piece, at, piece.length - at, position + at)).bytesWritten;
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
