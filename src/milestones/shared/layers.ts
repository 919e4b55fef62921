/** The few layers that the experiments' nets are made of, on jax-js arrays; each use up their arguments (see train.ts). */
import { nn, numpy as np } from '@jax-js/jax';
import { tensor, type Initial, type Tensor, type Tensors } from './train';

/** ids [...] int32 → rows of table [vocabulary][d], as [...][d]. By one-hot product, which the wasm backend does fastest. */
export function embed(ids: Tensor, table: Tensor): Tensor {
  const [vocabulary] = table.shape;
  return np.matmul(nn.oneHot(ids, vocabulary), table);
}

/** x [...][d], gain [d]: zero mean, unit variance, times gain (Ba, Kiros & Hinton 2016, without bias). */
export function layerNorm(x: Tensor, gain: Tensor, epsilon = 1e-5): Tensor {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred.div(np.sqrt(variance.add(epsilon))).mul(gain);
}

/** Mean cross-entropy in nats: logits [...][classes], targets [...] int32. */
export function crossEntropy(logits: Tensor, targets: Tensor): Tensor {
  const classes = logits.shape.at(-1)!;
  const rows = targets.shape.reduce((product, size) => product * size, 1);
  return np.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, classes))).mul(-1 / rows);
}

/** Multi-head causal self-attention. x [batch][length][d]; qkv [d][3d]; out [d][d]. Returns [batch][length][d]. */
export function causalAttention(x: Tensor, qkv: Tensor, out: Tensor, heads: number): Tensor {
  return attention(x, qkv, out, heads, causalMask(x.shape[1]));
}

/**
 * The same where every place sees every other, or what `mask` [length][length], added to the scores, leaves it. `maps` gets
 * the weights, [batch][heads][length][length].
 */
export function attention(x: Tensor, qkv: Tensor, out: Tensor, heads: number, mask?: Tensor, maps?: Tensor[]): Tensor {
  const [batch, length, d] = x.shape;
  const headDim = d / heads;
  // [3][batch][heads][length][headDim]. Not nn.dotProductAttention: its einsum needs iterator helpers, which Node 20 lacks.
  const all = np.matmul(x, qkv).reshape([batch, length, 3, heads, headDim]).transpose([2, 0, 3, 1, 4]);
  const [q, k, v] = np.split(all, 3, 0).map((part) => part.reshape([batch, heads, length, headDim]));
  const scores = np.matmul(q, k.transpose([0, 1, 3, 2])).mul(1 / Math.sqrt(headDim));
  const weights = nn.softmax(mask ? scores.add(mask) : scores, -1);
  maps?.push(weights.ref);
  const mixed = np.matmul(weights, v).transpose([0, 2, 1, 3]);
  return np.matmul(mixed.reshape([batch, length, d]), out);
}

/** [length][length]: 0 where the key is not later than the query, else so low that the softmax makes it 0. */
export function causalMask(length: number): Tensor {
  const mask = new Float32Array(length * length);
  for (let at = 0; at < mask.length; at++) mask[at] = at % length > Math.floor(at / length) ? -1e9 : 0;
  return tensor(mask, [length, length]);
}

/** [rows][columns] whose products keep the size of what they read, times √gain. */
export const scaled = (rows: number, columns: number, gain = 1): Initial => ({
  shape: [rows, columns],
  scale: Math.sqrt(gain / rows),
});

/** Starting weights of a block of the Transformer, by `block`'s names for it. */
export const blockWeights = (layer: number, width: number, inner: number): Record<string, Initial> => ({
  [`attentionGain${layer}`]: { shape: [width], scale: 'ones' },
  [`qkv${layer}`]: scaled(width, 3 * width),
  [`mix${layer}`]: scaled(width, width, 0.5),
  [`innerGain${layer}`]: { shape: [width], scale: 'ones' },
  [`up${layer}`]: scaled(width, inner, 2),
  [`down${layer}`]: scaled(inner, width, 0.5),
});

/** x [batch][length][width] behind a block: attention to every place, then a network of rectified units; see `attention` for the rest. */
export function block(
  x: Tensor,
  weights: Tensors,
  layer: number,
  heads: number,
  { mask, maps }: { mask?: Tensor; maps?: Tensor[] } = {},
): Tensor {
  const of = (name: string): Tensor => weights[`${name}${layer}`];
  const mixed = x.ref.add(attention(layerNorm(x, of('attentionGain')), of('qkv'), of('mix'), heads, mask, maps));
  return mixed.ref.add(np.matmul(nn.relu(np.matmul(layerNorm(mixed, of('innerGain')), of('up'))), of('down')));
}
