/** Opens a model file as a solver. */
import { readGguf } from '../../engine/formats/gguf';
import type { LoadProgress } from '../../engine/model/loadWeights';
import { loadWithThreads, withFile } from '../../engine/openModel.node';
import { promptStyle } from './promptStyle.node';
import { Reasoner } from './reasoner';

/** Throws Problem as `loadModel` does. */
export function loadReasoner(path: string, onProgress?: LoadProgress): Promise<Reasoner> {
  return withFile(path, async (source) => {
    const { metadata } = readGguf(source);
    const model = await loadWithThreads(source, onProgress);
    try {
      return new Reasoner(model, metadata, await promptStyle(model, metadata, () => onProgress?.(1)));
    } catch (thrown) {
      // Given up while its chat template was filled in.
      model.kernel.close();
      throw thrown;
    }
  });
}
