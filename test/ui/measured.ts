/** What the programs that measure in a real VS Code share: texts of a known length, and how times are summed up. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, sampleWorkspace } from '../../scripts/lib/paths.mjs';
import { FileSource } from '../../src/engine/formats/fileSource.node';
import { loadModel } from '../../src/engine/model/load';

/** The beginning of a real file, as long as so many tokens of the bundled model, its own first one included. */
export async function textsOf(sizes: readonly number[]): Promise<string[]> {
  const models = path.join(root, 'media', 'models');
  const index = JSON.parse(readFileSync(path.join(models, 'index.json'), 'utf8')) as { default: string };
  const source = new FileSource(path.join(models, index.default));
  const { tokenizer } = await loadModel(source).finally(() => source.close());
  const bytes = readFileSync(path.join(sampleWorkspace, 'long.ts'));
  const tokens = tokenizer.encode(bytes.toString('utf8'), { bos: tokenizer.addBos });
  return sizes.map((size) => bytes.subarray(0, tokens[size - 1].end).toString('utf8'));
}

/** Nearest rank, in whole milliseconds. */
export function quantiles(values: number[]): { median: number; p95: number } {
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(share * sorted.length) - 1]);
  return { median: at(0.5), p95: at(0.95) };
}
