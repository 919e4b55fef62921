/** Tokens as they enter the first layer. */
import { Problem } from '../../protocol/problem';
import type { Buf, Matrix } from '../kernel/kernel';
import type { Model } from './model';
import { normalize } from './normalize';
import type { WorkingMemory } from './scratch';

/**
 * x[ids.length][embedding] of tokens from position `start` on, or all at it. `idBuf` has room for the ids. Throws Problem
 * internal for a position that the model has learned none for.
 */
export async function embed(
  model: Model,
  ids: readonly number[],
  { start, onePlace }: { start: number; onePlace: boolean },
  x: Buf,
  idBuf: Buf,
  pause?: () => Promise<void> | void,
): Promise<void> {
  const { kernel, weights, config } = model;
  const { embedding: d, embeddingScale } = config;
  const { positionEmbedding } = weights;
  const n = ids.length;
  idBuf.i32.set(ids);
  await weights.tokenRows(x, idBuf, n, pause);
  if (embeddingScale !== 1) kernel.scale(x, embeddingScale, n * d);
  if (weights.typeEmbedding) kernel.addBias(x, weights.typeEmbedding, n, d);
  if (positionEmbedding) addPositions(model, positionEmbedding, { n, start, onePlace }, x, idBuf);
  if (weights.embeddingNorm) normalize(model, x, x, weights.embeddingNorm, n, d);
}

function addPositions(
  { kernel, config: { embedding: d } }: Model,
  positionEmbedding: Matrix,
  { n, start, onePlace }: { n: number; start: number; onePlace: boolean },
  x: Buf,
  idBuf: Buf,
): void {
  const last = onePlace ? start : start + n - 1;
  if (last >= positionEmbedding.rows) {
    throw new Problem('internal', `The model knows ${positionEmbedding.rows} positions; there is no position ${last}.`);
  }
  const positions = kernel.alloc(n * d);
  try {
    idBuf.i32.set(Array.from({ length: n }, (_, i) => (onePlace ? start : start + i)));
    kernel.rows(positions, positionEmbedding, idBuf, n);
    kernel.add(x, positions, n * d);
  } finally {
    kernel.free(positions);
  }
}

/** Rows whose parts for all layers are made together. */
const TOGETHER = 64;

/**
 * scratch.perLayer of these tokens, all that the scratch is for: what each layer takes beside the stream, of a token's own row in a
 * table and of what enters the first layer. Throws as `embed`, and Problem out-of-memory.
 */
export async function layerInputs(
  model: Model,
  ids: readonly number[],
  { start, onePlace }: { start: number; onePlace: boolean },
  { perLayer: inputs, tokens, ids: idBuf }: WorkingMemory,
  pause?: () => Promise<void> | void,
): Promise<void> {
  const { kernel, config, weights } = model;
  const { embedding: d, layers, perLayer: width } = config;
  const own = weights.perLayer;
  if (!own || !width) return;
  const all = layers * width;
  const most = Math.min(TOGETHER, tokens);
  const taken: Buf[] = [];
  const alloc = (length: number): Buf => {
    const buf = kernel.alloc(length);
    taken.push(buf);
    return buf;
  };
  try {
    const [x, made, table] = [alloc(most * d), alloc(most * all), alloc(most * all)];
    for (let first = 0; first < tokens; first += most) {
      const some = ids.slice(first, first + most);
      const n = some.length;
      await embed(model, some, { start: onePlace ? start : start + first, onePlace }, x, idBuf, pause);
      kernel.matmul(made, x, own.projection, n);
      kernel.scale(made, 1 / Math.sqrt(d), n * all);
      normalize(model, made, made, own.norm, n * layers, width);
      idBuf.i32.set(some);
      await own.rows(table, idBuf, n, pause);
      kernel.scale(table, Math.sqrt(width), n * all);
      kernel.add(made, table, n * all);
      kernel.scale(made, Math.SQRT1_2, n * all);
      const [from, to] = [made.f32, inputs.f32];
      for (let i = 0; i < n; i++) {
        for (let l = 0; l < layers; l++) {
          to.set(from.subarray(i * all + l * width, i * all + (l + 1) * width), (l * tokens + first + i) * width);
        }
      }
    }
  } finally {
    for (const buf of taken) kernel.free(buf);
  }
}
