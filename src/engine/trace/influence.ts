/**
 * Implied influence: how much of each earlier token's value is in what a head of a gated delta network or of Mamba-2 reads. It looks
 * at no position, but what it reads is linear in the values (Yang et al. 2024; for linear recurrences Ali et al. 2024, "The
 * Hidden Attention of Mamba Models"): o_i = Σ_j A_ij v_j exactly. A is signed, its rows do not sum to 1, and it is computed when
 * somebody looks, from the kept queries, keys, α and β: nobody computes it on the way.
 */
import type { InfluenceTile } from '../../protocol/readingApi';
import { Problem } from '../../protocol/problem';
import type { ConvolutionShape, ConvolutionTrace } from '../model/mixers/convolutionParts';
import { keyHeadOf, type RecurrentShape, type RecurrentTrace } from '../model/mixers/recurrentParts';
import { checkPicture, type Trace } from './trace';

type Mixed = { shape: RecurrentShape; kept: RecurrentTrace } | { shape: ConvolutionShape; kept: ConvolutionTrace };

/** What the layer keeps of what it mixes; throws Problem internal where that is attention's, or there is no such head. */
function withoutAttention(trace: Trace, layer: number, head: number): Mixed {
  const { mixer: kept } = trace.layer(layer);
  const { mixer: shape } = trace.config.shapes[layer];
  if (shape.kind === 'attention') {
    throw new Problem('internal', `Layer ${layer} has attention: its weights say what is read.`);
  }
  if (!(Number.isInteger(head) && head >= 0 && head < shape.heads)) {
    throw new Problem('internal', `There is no head ${head}; the layer has ${shape.heads}.`);
  }
  return { shape, kept } as Mixed;
}

/**
 * A_ij of one query and the keys from `first` on: [query + 1 − first]. What the query reads is carried back token by token:
 * A_ij = β_j k_j·w_j / √keyDim, where w_i = q_i and w_(j−1) = α_j (w_j − β_j k_j (k_j·w_j)); of Mamba-2 β_j k_j·w_j with w_(j−1) =
 * α_j w_j, without the token's own value that is added once more. Takes (query − first) · keyDim steps.
 */
export function influenceRow(trace: Trace, layer: number, head: number, query: number, first = 0): Float32Array {
  trace.checkToken(query);
  const { shape, kept } = withoutAttention(trace, layer, head);
  if (shape.kind === 'convolution') return sharesRow(shape, kept as ConvolutionTrace, query, first);
  return carriedBack(shape, kept as RecurrentTrace, head, query, first);
}

/** Of a short convolution: the tokens' shares of what is given, which sum to 1. */
function sharesRow(
  { taps }: ConvolutionShape,
  { shares }: ConvolutionTrace,
  query: number,
  first: number,
): Float32Array {
  const row = new Float32Array(query + 1 - first);
  for (let key = Math.max(first, query - taps + 1); key <= query; key++) {
    row[key - first] = shares.f32[query * taps + taps - 1 - (query - key)];
  }
  return row;
}

function carriedBack(
  shape: RecurrentShape,
  kept: RecurrentTrace,
  head: number,
  query: number,
  first: number,
): Float32Array {
  const { kind, heads, keyHeads, keyDim } = shape;
  const [q, k, decay, beta] = [kept.q.f32, kept.k.f32, kept.decay.f32, kept.beta.f32];
  const keyHead = keyHeadOf(shape, head);
  const at = (token: number): number => (token * keyHeads + keyHead) * keyDim;
  const carried = Float64Array.from(q.subarray(at(query), at(query) + keyDim));
  const row = new Float32Array(query + 1 - first);
  const scale = kind === 'delta' ? 1 / Math.sqrt(keyDim) : 1;
  for (let key = query; key >= first; key--) {
    const from = at(key);
    let met = 0;
    for (let i = 0; i < keyDim; i++) met += k[from + i] * carried[i];
    const written = beta[key * heads + head] * met;
    row[key - first] = scale * written;
    const stays = decay[key * heads + head];
    const corrected = kind === 'delta' ? written : 0;
    for (let i = 0; i < keyDim; i++) carried[i] = stays * (carried[i] - corrected * k[from + i]);
  }
  return row;
}

/**
 * A picture of A for queries [q0, q1) and keys [k0, k1), f32 [rows][cols]; a cell that stands for several has the one of the
 * largest size. Later keys are 0. `pause` is awaited between queries and may throw to stop.
 */
export async function influenceTile(
  trace: Trace,
  { layer, head, q0, q1, k0, k1, rows, cols }: Omit<InfluenceTile, 'trace'>,
  pause: () => Promise<void> | void = () => {},
): Promise<Float32Array> {
  checkPicture(trace, { q0, q1, k0, k1, rows, cols });
  withoutAttention(trace, layer, head);
  const picture = new Float32Array(rows * cols);
  for (let query = Math.max(q0, k0); query < q1; query++) {
    const row = influenceRow(trace, layer, head, query, k0);
    const to = Math.floor(((query - q0) * rows) / (q1 - q0)) * cols;
    for (let key = k0; key < Math.min(k1, query + 1); key++) {
      const cell = to + Math.floor(((key - k0) * cols) / (k1 - k0));
      if (Math.abs(row[key - k0]) > Math.abs(picture[cell])) picture[cell] = row[key - k0];
    }
    await pause();
  }
  return picture;
}
