/** A text file named on the command line. */
import { readFileSync } from 'node:fs';
import { Problem } from '../protocol/problem';

/** Throws Problem file-missing or input-binary. */
export function readTextFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    throw new Problem('file-missing', `“${file}” cannot be read: ${(thrown as Error).message}`, { file });
  }
  if (bytes.includes(0)) throw new Problem('input-binary', `“${file}” is not a text file.`, { file });
  return bytes.toString('utf8');
}
