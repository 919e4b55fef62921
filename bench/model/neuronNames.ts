/** Do neurons have names because the model learned, or would any weights do? The same weights with their blocks shuffled. */
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../src/engine/formats/byteSource';
import { readGguf } from '../../src/engine/formats/gguf';
import { forward } from '../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../src/engine/model/load';
import { neuronCards } from '../../src/engine/neurons/cards';
import { ownTexts } from '../../src/engine/neurons/ownTexts';
import { Trace } from '../../src/engine/trace/trace';
import { seededRandom, shuffle } from '../../src/shared/random';

/** Q8_0: a scale and 32 weights. */
const BLOCK = 34;
const SEEDS = [1, 2, 3];

export async function measureNeuronNames(path: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(path));
  console.log(`as it is: ${await named(await loadModel(new BufferSource(bytes, path), undefined, 'relaxed-simd'))}`);
  for (const seed of SEEDS) {
    const model = await loadModel(new BufferSource(shuffled(bytes, path, seed), path), undefined, 'relaxed-simd');
    console.log(`blocks of every matrix shuffled, seed ${seed}: ${await named(model)}`);
  }
}

/** Each 8-bit matrix keeps its blocks, in another order: the sizes of weights stay, what they say to each other goes. */
function shuffled(bytes: Uint8Array, path: string, seed: number): Uint8Array {
  const copy = bytes.slice();
  const random = seededRandom(seed);
  for (const { shape, offset, byteLength } of readGguf(new BufferSource(bytes, path)).tensors.values()) {
    const blocks = byteLength / BLOCK;
    if (shape.length < 2 || blocks * 32 !== shape.reduce((product, size) => product * size, 1)) continue;
    shuffle(
      Array.from({ length: blocks }, (_, i) => i),
      random,
    ).forEach((from, to) => {
      // prettier-ignore
      copy.set(bytes.subarray(offset + from * BLOCK, offset + (from + 1) * BLOCK), offset + to * BLOCK);
    });
  }
  return copy;
}

async function named(model: LoadedModel): Promise<string> {
  const { text } = ownTexts[0];
  const ids = model.tokenizer.encode(text, { bos: model.tokenizer.addBos }).map(({ id }) => id);
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  const times: number[] = [];
  let words = '';
  for (let round = 0; round < 2; round++) {
    const started = performance.now();
    const { neurons, labelled, texts } = await neuronCards(model, trace, text, {
      query: null,
      most: 24,
      texts: ownTexts,
    });
    times.push(performance.now() - started);
    words = `${labelled} of ${neurons} neurons have a name (${texts.count} texts, ${texts.tokens} tokens)`;
  }
  trace.release();
  return `${words}; first search ${times[0].toFixed(0)} ms, later ones ${times[1].toFixed(0)} ms`;
}
