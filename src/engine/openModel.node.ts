/** Opens a model's file the same way for everybody who computes with it, with as many threads as this machine gives. */
import { FileSource } from './formats/fileSource.node';
import { nodeThreads } from './kernel/threads.node';
import type { KernelName } from './kernel/kernel';
import { loadModel, startModel, type LoadedModel } from './model/load';
import type { LoadProgress } from './model/loadWeights';
import { weightsLimit } from './weightsLimit.node';

/** The first layers run while later ones are still read. Throws Problem as `startModel` does. */
export async function openModel(
  path: string,
  onProgress?: LoadProgress,
  memoryLimit = weightsLimit(),
  kernel?: KernelName,
): Promise<LoadedModel> {
  return startModel(new FileSource(path), { onProgress, threads: nodeThreads(), memoryLimit, kernel });
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
