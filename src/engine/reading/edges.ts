/**
 * One query's edges in one head, read in three ways, and how a single weight comes about.
 * Weight: how much is looked at. α·‖v W_O‖ (Kobayashi et al. 2020): how long the vector is that the edge adds to the
 * residual stream, which is small where the value is. Direct logit attribution (Elhage et al. 2021): what that vector
 * adds to the logit of a token, straight through the last norm, later layers left out.
 */
import type { EdgeReadings, EdgeStages } from '../../protocol/readingApi';
import { alibiSlope } from '../kernel/alibi';
import { kvHeadOf } from '../model/mixers/attentionParts';
import type { LoadedModel } from '../model/load';
import type { Layer } from '../model/layerWeights';
import { checkTokenId, logitsAt, topIds } from '../model/logits';
import type { Pause } from '../model/units';
import type { Trace } from '../trace/trace';
import { headWeights, isMasked, scores } from '../trace/weights';
import { deviationOf, growthBehind, towards, updateFactors } from './direction';
import { headParts, type HeadParts } from './headParts';
import { replay } from './replay';

/** Keys whose values go through W_O together. */
const ROWS = 64;

/**
 * Leases every layer once, and this one again; `pause` may throw to stop. Throws Problem internal for a head or token that is not there.
 */
export async function edgeReadings(
  model: LoadedModel,
  trace: Trace,
  { layer, head, query, target }: { layer: number; head: number; query: number; target?: number },
  pause?: Pause,
): Promise<EdgeReadings> {
  const { residuals, heads } = await replay(model, trace, query, pause);
  const aim = model.config.bothWays ? null : await aimOf(model, trace, query, residuals.at(-1)!, target);
  const lease = await model.weights.layer(layer, pause);
  try {
    const factors = updateFactors(model, lease.layer, heads[layer], residuals[layer]);
    const centres = lease.layer.attentionStreamNorm !== undefined; // LayerNorm, of the stream with the update
    const parts = headParts(model, lease.layer.mixer, trace, { layer, head, query });
    const weights = parts.shares;
    const growth = growthBehind(model, layer);
    const d = model.config.embedding;
    const norms = new Float32Array(weights.length);
    const attributed = new Float32Array(aim ? weights.length : 0);
    forOutputs(model, lease.layer, parts, layer, head, (key, output, from) => {
      let square = 0;
      let product = 0;
      let mean = 0;
      for (let i = 0; centres && i < d; i++) mean += output[from + i] / d;
      for (let i = 0; i < d; i++) {
        const added = (output[from + i] - mean) * factors[i];
        square += added ** 2;
        product += aim ? added * aim.direction[i] : 0;
      }
      norms[key] = Math.abs(weights[key]) * Math.sqrt(square);
      if (aim) attributed[key] = growth * weights[key] * product;
    });
    return { weights: parts.influence ?? weights, norms, logits: attributed, target: aim && aim.target };
  } finally {
    lease.release();
  }
}

/** `target`, unless told the token that comes next, or is likeliest to, and the direction that its logit grows along behind the last norm. */
async function aimOf(
  model: LoadedModel,
  trace: Trace,
  query: number,
  last: Float32Array,
  target?: number,
): Promise<{ target: EdgeReadings['target']; direction: Float32Array }> {
  const logits = await logitsAt(model, trace, query);
  if (target !== undefined) checkTokenId(target, logits.length);
  const id = target ?? trace.ids[query + 1] ?? topIds(logits, 1)[0];
  const deviation = deviationOf(model.config, last);
  return {
    target: { id, label: model.tokenizer.labelOf(id), logit: logits[id] },
    direction: (await towards(model, id)).map((each) => each / deviation),
  };
}

/** α·‖v W_O‖ of many edges into one query; `heads` [layers]: the heads' outputs there. Leases each layer once. */
export async function edgeNorms(
  model: LoadedModel,
  trace: Trace,
  heads: readonly Float32Array[],
  query: number,
  edges: readonly { layer: number; head: number; key: number; weight: number }[],
): Promise<number[]> {
  const norms = new Map<string, Float32Array>();
  for (const layer of new Set(edges.map((edge) => edge.layer))) {
    const lease = await model.weights.layer(layer);
    try {
      for (const head of new Set(edges.filter((edge) => edge.layer === layer).map((edge) => edge.head))) {
        norms.set(`${layer} ${head}`, outputNorms(model, lease.layer, trace, heads[layer], { layer, head, query }));
      }
    } finally {
      lease.release();
    }
  }
  return edges.map(({ layer, head, key, weight }) => weight * norms.get(`${layer} ${head}`)![key]);
}

/** ‖v W_O‖ of the keys that a query sees, behind a norm of what attention adds, held as it is. */
function outputNorms(
  model: LoadedModel,
  weights: Layer,
  trace: Trace,
  heads: Float32Array,
  edge: { layer: number; head: number; query: number },
): Float32Array {
  const { layer, head } = edge;
  const d = model.config.embedding;
  const factors = updateFactors(model, weights, heads);
  const parts = headParts(model, weights.mixer, trace, edge);
  const norms = new Float32Array(parts.shares.length);
  forOutputs(model, weights, parts, layer, head, (key, output, from) => {
    let square = 0;
    for (let i = 0; i < d; i++) square += (output[from + i] * factors[i]) ** 2;
    norms[key] = Math.sqrt(square);
  });
  return norms;
}

/** v W_O of one head for every key of its parts: `use` gets each key's vector as embedding numbers from an offset on. */
function forOutputs(
  { kernel, config }: LoadedModel,
  { mixer }: Layer,
  { shares, values, from, stride, factor }: HeadParts,
  layer: number,
  head: number,
  use: (key: number, output: Float32Array, from: number) => void,
): void {
  const { embedding } = config;
  const { heads, headDim } = config.shapes[layer].mixer;
  const keys = shares.length;
  const rows = Math.min(ROWS, keys);
  // All other heads' parts of the input stay zero, so the product is this head's part of the update.
  const input = kernel.alloc(rows * heads * headDim);
  const output = kernel.alloc(rows * embedding);
  try {
    for (let first = 0; first < keys; first += ROWS) {
      const n = Math.min(ROWS, keys - first);
      const into = input.f32;
      for (let i = 0; i < n; i++) {
        const value = (first + i) * stride + from;
        const to = (i * heads + head) * headDim;
        for (let c = 0; c < headDim; c++) into[to + c] = values[value + c] * (factor ? factor[c] : 1);
      }
      kernel.matmul(output, input, mixer.wo, n);
      const out = output.f32;
      for (let i = 0; i < n; i++) use(first + i, out, i * embedding);
    }
  } finally {
    kernel.free(input);
    kernel.free(output);
  }
}

/** From q and k to the weight, with every number on the way. */
export function edgeStages(
  trace: Trace,
  { layer, head, query, key }: { layer: number; head: number; query: number; key: number },
): EdgeStages {
  const weight = headWeights(trace, layer, head, query, 'from')[key];
  trace.checkToken(key);
  const { shape, kept } = trace.attention(layer);
  const { heads, kvHeads, keyDim, scale } = shape;
  const kvHead = kvHeadOf(shape, head);
  const qFrom = (query * heads + head) * keyDim;
  const kFrom = (key * kvHeads + kvHead) * keyDim;
  const q = kept.q.f32.slice(qFrom, qFrom + keyDim);
  const k = kept.k.f32.slice(kFrom, kFrom + keyDim);
  const dot = q.reduce((sum, value, i) => sum + value * k[i], 0);
  const [rowMax, rowSum] = kept.stats.f32.subarray((query * heads + head) * 2);
  const { softcap, alibi } = shape;
  const slope = alibi === undefined ? undefined : alibiSlope(head, heads, alibi);
  const masked = isMasked(shape, query, key);
  const sink = kept.sink?.f32[query * heads + head];
  return {
    q,
    k,
    dot,
    scale,
    ...(softcap && { softcap }),
    ...(slope !== undefined && { slope }),
    score: masked ? null : scores(shape, head)(dot, query, key),
    rowMax,
    rowSum,
    ...(sink !== undefined && { sink }),
    weight,
  };
}
