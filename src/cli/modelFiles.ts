/** Which model file a command works with: the one named, else the bundled one; and what identifies it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Problem } from '../protocol/problem';
import { ownFile } from './home';
import { UsageError } from './usage';

const BUNDLED = ownFile('media', 'models');

interface ModelIndex {
  default: string;
  reasoner: string;
  /** `context`: tokens that it was trained to look back over, where the file's own word is what its rotation could take. */
  models: { file: string; name: string; sha256: string; context: number }[];
}

/** Throws Problem file-missing when no model is bundled. */
export function bundledIndex(): ModelIndex {
  const file = path.join(BUNDLED, 'index.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ModelIndex;
  } catch {
    throw new Problem('file-missing', `There is no bundled model (${file}); name one with --model FILE.`, { file });
  }
}

/** SHA-256 of the default model, as the index names it. */
export function bundledHash(): string {
  const index = bundledIndex();
  return index.models.find(({ file }) => file === index.default)!.sha256;
}

/** Of a bundled model's file, as the index has it; undefined: it is another file. */
export function bundledContext(file: string): number | undefined {
  if (path.dirname(file) !== BUNDLED) return undefined;
  return bundledIndex().models.find((model) => model.file === path.basename(file))?.context;
}

export const bundledPath = (file: string): string => path.join(BUNDLED, file);

export function modelPath(named: string | undefined): string {
  if (named === '') throw new UsageError('--model names no file.');
  return named !== undefined ? path.resolve(named) : bundledPath(bundledIndex().default);
}
