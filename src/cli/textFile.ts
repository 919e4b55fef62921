/** A text file named on the command line. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Problem } from '../protocol/problem';
import { textOfBytes } from '../shared/textOfBytes';
import { UsageError } from './usage';

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** Throws Problem file-missing or input-binary, UsageError when it is larger than `mostBytes`. */
export function readTextFile(file: string, mostBytes: number): string {
  let bytes: Buffer;
  try {
    const descriptor = openSync(file, 'r');
    try {
      bytes = readAtMost(descriptor, `“${file}”`, mostBytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const { code = '', message } = thrown as NodeJS.ErrnoException;
    throw new Problem('file-missing', `“${file}” cannot be read: ${WHY[code] ?? message}.`, { file });
  }
  return textIn(bytes, file, `“${file}” is not a text file.`);
}

/** All of standard input. Throws Problem input-binary, UsageError when there are more than `mostBytes`. */
export function readStandardInput(mostBytes: number): string {
  const file = 'Standard input';
  return textIn(readAtMost(0, file, mostBytes), file, `${file} is not text.`);
}

function textIn(bytes: Buffer, file: string, otherwise: string): string {
  const text = textOfBytes(bytes);
  if (text.includes('\0')) throw new Problem('input-binary', otherwise, { file });
  return text;
}

/** All that comes, of a file, a pipe or a device. Throws UsageError when there is more than `most` bytes of it. */
export function readAtMost(descriptor: number, what: string, most: number): Buffer {
  const size = fstatSync(descriptor).size;
  refuseLarge(what, size, most);
  const parts: Buffer[] = [];
  for (let all = 0; ;) {
    const part = Buffer.alloc(PART);
    const length = readPart(descriptor, part);
    if (length === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, length));
    all += length;
    refuseLarge(what, all, most);
  }
}

const PART = 1 << 16;

/** Standard input that is a terminal or a pipe of some systems says EOF by an error, or that there is nothing yet. */
function readPart(descriptor: number, part: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, part);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw thrown;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

/** What is too large is refused before it fills the memory. */
function refuseLarge(what: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  const mb = (size: number): string => `${(size / (1 << 20)).toFixed(0)} MB`;
  throw new UsageError(`${what} has ${mb(bytes)}; at most ${mb(most)} are read.`);
}
