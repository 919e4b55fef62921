/** Tokens as they enter the first layer. */
import type { Buf } from '../kernel/kernel';
import type { Model } from './model';

/** x[ids.length][embedding]; `idBuf` has room for the ids. */
export function embed({ kernel, weights }: Model, ids: readonly number[], x: Buf, idBuf: Buf): void {
  idBuf.i32.set(ids);
  kernel.rows(x, weights.tokenEmbedding, idBuf, ids.length);
}
