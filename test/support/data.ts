/** Where the shared test data is, when there is any: the folder named by ATTENTION_DATA. */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Absolute path of a data file such as 'stories260K/golden.json'; undefined where there is none (VERBOSE=1 says so, once). */
export function dataFile(relative: string): string | undefined {
  const root = process.env.ATTENTION_DATA;
  if (root) {
    const file = path.resolve(root, relative);
    if (existsSync(file)) return file;
  }
  if (process.env.VERBOSE && !told.has(relative)) console.log(`      skipped: no data (${relative})`);
  told.add(relative);
  return undefined;
}

const told = new Set<string>();
