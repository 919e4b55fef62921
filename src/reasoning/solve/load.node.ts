/** Opens a model file as a solver. */
import { readGguf } from '../../engine/formats/gguf';
import type { LoadProgress } from '../../engine/model/loadWeights';
import { loadWithThreads, withFile } from '../../engine/openModel.node';
import { Reasoner } from './reasoner';

/** Throws Problem as `loadModel` does. */
export function loadReasoner(path: string, onProgress?: LoadProgress): Promise<Reasoner> {
  return withFile(path, async (source) => {
    const { metadata } = readGguf(source);
    return new Reasoner(await loadWithThreads(source, onProgress), metadata);
  });
}
