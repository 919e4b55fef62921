/** Opens a model's file the same way for everybody who computes with it, with as many threads as this machine gives. */
import { totalmem } from 'node:os';
import { FileSource } from './formats/fileSource.node';
import { nodeThreads } from './kernel/threads.node';
import { loadModel, startModel, type LoadedModel } from './model/load';
import type { LoadProgress } from './model/loadWeights';

/** A kernel has 4 GB for weights, traces and what it works in. */
const MOST_WEIGHTS = 3.25 * 2 ** 30;
/** The rest is the system's, which keeps what is read from a file again and again there. */
const MEMORY_SHARE = 0.5;

/** Packed weights that are kept in memory; larger models are read a layer at a time. */
export const weightsLimit = (): number => Math.min(MOST_WEIGHTS, MEMORY_SHARE * totalmem());

/** The first layers run while later ones are still read. Throws Problem as `startModel` does. */
export async function openModel(
  path: string,
  onProgress?: LoadProgress,
  memoryLimit = weightsLimit(),
): Promise<LoadedModel> {
  return startModel(new FileSource(path), { onProgress, threads: nodeThreads(), memoryLimit });
}

export function loadWithThreads(source: FileSource, onProgress?: LoadProgress): Promise<LoadedModel> {
  return loadModel(source, onProgress, undefined, nodeThreads());
}

/** The file is closed when `read` is done. Throws Problem file-missing. */
export async function withFile<Read>(path: string, read: (source: FileSource) => Read | Promise<Read>): Promise<Read> {
  const source = new FileSource(path);
  try {
    return await read(source);
  } finally {
    source.close();
  }
}
