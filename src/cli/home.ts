/** Where does the program find what comes with it? */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** A file of the extension: in the nearest folder above the program with a package.json (tests are built deeper than it). */
export function ownFile(...parts: string[]): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  return path.join(folder, ...parts);
}
