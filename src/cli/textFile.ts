/** A text file named on the command line. */
import { readFileSync, statSync } from 'node:fs';
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
    refuseLarge(`“${file}”`, statSync(file).size, mostBytes);
    bytes = readFileSync(file);
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const { code = '', message } = thrown as NodeJS.ErrnoException;
    throw new Problem('file-missing', `“${file}” cannot be read: ${WHY[code] ?? message}.`, { file });
  }
  const text = textOfBytes(bytes);
  if (text.includes('\0')) throw new Problem('input-binary', `“${file}” is not a text file.`, { file });
  return text;
}

/** What is too large is refused before it fills the memory. */
export function refuseLarge(what: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  const mb = (size: number): string => `${(size / (1 << 20)).toFixed(0)} MB`;
  throw new UsageError(`${what} has ${mb(bytes)}; at most ${mb(most)} are read.`);
}
