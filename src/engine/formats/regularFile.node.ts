/**
 * Opens what others have put on the disk: regular files only. A pipe that nobody writes to would be waited for before it
 * could be asked what it is, and a device has no end.
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Throws Error for what is no file, and what opening it throws. */
export function openFile(name: string): { descriptor: number; status: Stats } {
  const descriptor = openSync(name, READ);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile()) throw new Error(NO_FILE);
    return { descriptor, status };
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** As `openFile`, in the background. The caller closes the handle. */
export async function openFileLater(
  name: string,
  flags: string | number = READ,
): Promise<{ handle: FileHandle; status: Stats }> {
  const handle = await open(name, flags);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new Error(NO_FILE);
    return { handle, status };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** As `readSmallFile`, at once. */
export function readSmallFileNow(name: string, mostBytes: number): string {
  const { descriptor, status } = openFile(name);
  try {
    refuseLarge(status, mostBytes);
    const bytes = Buffer.alloc(status.size);
    for (let at = 0; at < bytes.length;) {
      const length = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (length === 0) break;
      at += length;
    }
    return bytes.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Its UTF-8. Throws Error for what is no file, or larger than `mostBytes`, and what reading it throws. */
export async function readSmallFile(name: string, mostBytes: number): Promise<string> {
  const { handle, status } = await openFileLater(name);
  try {
    refuseLarge(status, mostBytes);
    // No more than it was said to have: a file of /proc says none, and may have no end.
    const bytes = Buffer.alloc(status.size);
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes.toString('utf8');
  } finally {
    await handle.close();
  }
}

function refuseLarge({ size }: Stats, mostBytes: number): void {
  if (size > mostBytes) throw new Error(`It has ${size} bytes; at most ${mostBytes} are read.`);
}

/** SHA-256 in hex, in pieces between which whoever else waits gets a word. Throws as `openFileLater`. */
export async function hashOfFile(name: string): Promise<string> {
  const { handle } = await openFileLater(name);
  const hash = createHash('sha256');
  for await (const piece of handle.createReadStream({ highWaterMark: PIECE })) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** About a millisecond of hashing. */
const PIECE = 256 * 1024;
const NO_FILE = 'it is no file, but a folder, a pipe or a device';
