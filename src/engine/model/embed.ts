/** Tokens as they enter the first layer. */
import { Problem } from '../../protocol/problem';
import type { Buf, Matrix } from '../kernel/kernel';
import type { Model } from './model';
import { normalize } from './normalize';

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
