/** Do neurons have names because the model learned, or would any weights do? The same weights with their blocks shuffled. */
import { readFileSync, writeFileSync } from 'node:fs';
import { BufferSource } from '../../src/engine/formats/byteSource';
import { readGguf } from '../../src/engine/formats/gguf';
import { forward } from '../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../src/engine/model/load';
import { neuronCards } from '../../src/engine/neurons/cards';
import { ownTexts } from '../../src/engine/neurons/ownTexts';
import { nameOfKind, TOKEN_KINDS, type Fit, type KindQuery } from '../../src/protocol/neuronCards';
import { Trace } from '../../src/engine/trace/trace';
import { seededRandom, shuffle } from '../../src/shared/random';

/** Q8_0: a scale and 32 weights. */
const BLOCK = 34;
const SEEDS = [1, 2, 3];

const TO = 'src/engine/neurons/shuffled.json';

/** `sha256`: of the model. */
export async function measureNeuronNames(path: string, sha256: string): Promise<void> {
  const bytes = new Uint8Array(readFileSync(path));
  await named('as it is', await loadModel(new BufferSource(bytes, path), undefined, 'relaxed-simd'));
  const labelled: number[] = [];
  const best: Record<string, Fit> = {};
  for (const seed of SEEDS) {
    const model = await loadModel(new BufferSource(shuffled(bytes, path, seed), path), undefined, 'relaxed-simd');
    const { count, fits } = await named(`blocks of every matrix shuffled, seed ${seed}`, model);
    labelled.push(count);
    for (const [name, fit] of fits) if (harmonic(fit) > harmonic(best[name])) best[name] = fit;
  }
  writeFileSync(TO, `${JSON.stringify({ model: sha256, labelled, best }, null, 2)}\n`);
  console.log(`written to ${TO}`);
}

/** Of precision and recall. */
const harmonic = (fit: Fit | undefined): number =>
  fit && fit.precision > 0 ? (2 * fit.precision * fit.recall) / (fit.precision + fit.recall) : 0;

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
      copy.set(bytes.subarray(offset + from * BLOCK, offset + (from + 1) * BLOCK), offset + to * BLOCK);
    });
  }
  return copy;
}

/** How many neurons have a name, and how well the best one goes with each kind of token, of texts that did not choose it. */
async function named(what: string, model: LoadedModel): Promise<{ count: number; fits: Map<string, Fit> }> {
  const { text } = ownTexts[0];
  const ids = model.tokenizer.encode(text, { bos: model.tokenizer.addBos }).map(({ id }) => id);
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  const search = (query: KindQuery | null) => neuronCards(model, trace, text, { query, most: 1, texts: ownTexts });
  const started = performance.now();
  const { neurons, labelled, texts } = await search(null);
  const first = performance.now();
  const fits = new Map<string, Fit>();
  const queries = [false, true].flatMap((before) => TOKEN_KINDS.map((kind) => ({ kind, before })));
  for (const query of queries) {
    const [card] = (await search(query)).cards;
    if (card?.asked) fits.set(nameOfKind(query), card.asked);
  }
  const later = (performance.now() - first) / queries.length;
  trace.release();
  console.log(
    `${what}: ${labelled} of ${neurons} neurons have a name (${texts.count} texts, ${texts.tokens} tokens); first search ${(first - started).toFixed(0)} ms, later ones ${later.toFixed(0)} ms`,
  );
  return { count: labelled, fits };
}
