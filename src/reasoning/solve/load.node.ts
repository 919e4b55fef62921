/**
 * Opens a model file as a solver. It is read whole before it is asked, and lies in memory: its first token goes through every
 * layer, and so does each of the thousands that solutions, cuts and samples take, which the disk would be read for anew. One
 * that does not fit is refused by the size of its weights, before they are read.
 */
import { readGguf } from '../../engine/formats/gguf';
import type { LoadProgress } from '../../engine/model/loadWeights';
import { loadWithThreads, withFile } from '../../engine/openModel.node';
import { promptStyle } from './promptStyle.node';
import { Reasoner } from './reasoner';

/** Throws Problem as `loadModel` does, out-of-memory with the bytes of the weights. */
export function loadReasoner(path: string, onProgress?: LoadProgress): Promise<Reasoner> {
  return withFile(path, async (source) => {
    const { metadata } = readGguf(source);
    const model = await loadWithThreads(source, onProgress);
    try {
      return new Reasoner(model, metadata, await promptStyle(model, metadata, () => onProgress?.(1)));
    } catch (thrown) {
      // Given up while its chat template was filled in.
      model.close();
      throw thrown;
    }
  });
}
