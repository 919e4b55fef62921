/** Opens a model file as a solver. */
import { FileSource } from '../../engine/formats/fileSource.node';
import { readGguf } from '../../engine/formats/gguf';
import { loadModel } from '../../engine/model/load';
import type { LoadProgress } from '../../engine/model/loadWeights';
import { Reasoner } from './reasoner';

/** Throws Problem as `loadModel` does. */
export async function loadReasoner(path: string, onProgress?: LoadProgress): Promise<Reasoner> {
  const source = new FileSource(path);
  try {
    const { metadata } = readGguf(source);
    return new Reasoner(await loadModel(source, onProgress), metadata);
  } finally {
    source.close();
  }
}
