/**
 * One head of a gated delta network in float64, straight from the paper (Yang et al. 2024, equation 10) and the file's F32 tensors,
 * with loops and nothing of the engine but the reader of files. Its state is a matrix that is written and read token by token.
 */
import { layerOf } from './layerOf';

/** The first row of a head where `shared` heads of `size` rows stand together, `from` rows behind the first of each `every`. */
export const turn = (head: number, shared: number, size: number, from: number, every: number): number =>
  Math.floor(head / shared) * every + from + (head % shared) * size;

/** What the head reads and the values that it writes, [tokens][headDim]; `largest`: of all numbers read. */
export function deltaHead(
  file: string,
  layer: number,
  head: number,
  stream: Float32Array | Float64Array,
  tokens: number,
): { read: number[][]; values: number[][]; largest: number } {
  const { has, tensor, number } = layerOf(file, layer);
  const [size, keyHeads] = [number('ssm.state_size'), number('ssm.group_count')];
  const shared = number('ssm.time_step_rank') / keyHeads;
  const [taps, d, epsilon] = [
    number('ssm.conv_kernel'),
    number('embedding_length'),
    number('attention.layer_norm_rms_epsilon'),
  ];
  const norm = tensor('attn_norm.weight');
  const inputs = Array.from({ length: tokens }, (_, t) => {
    const row = Array.from(stream.subarray(t * d, (t + 1) * d));
    const rms = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / d + epsilon);
    return row.map((x, i) => (x / rms) * norm[i]);
  });
  const product = (matrix: Float32Array, row: number, input: number[]): number =>
    input.reduce((sum, x, i) => sum + x * matrix[row * d + i], 0);

  // Queries, keys and values one behind the other, or of each key's heads in turn with the gates.
  const projection = tensor(has('ssm_in.weight') ? 'ssm_in.weight' : 'attn_qkv.weight');
  const rowOf = (c: number): number => {
    if (!has('ssm_in.weight')) return c;
    const keys = keyHeads * size;
    if (c >= 2 * keys) return turn(Math.floor((c - 2 * keys) / size), shared, size, 2 * size, 2 * (1 + shared) * size) + (c % size); // prettier-ignore
    return Math.floor((c % keys) / size) * 2 * (1 + shared) * size + (c >= keys ? size : 0) + (c % size);
  };
  const convolution = tensor('ssm_conv1d.weight');
  /** One channel behind convolution and SiLU: [tokens] */
  const channel = (c: number): number[] => {
    const before = inputs.map((input) => product(projection, rowOf(c), input));
    return before.map((_, t) => {
      let sum = 0;
      for (let i = 0; i < taps; i++) sum += convolution[c * taps + i] * (before[t - taps + 1 + i] ?? 0);
      return sum / (1 + Math.exp(-sum));
    });
  };
  const channels = (from: number): number[][] => {
    const all = Array.from({ length: size }, (_, i) => channel(from + i));
    return inputs.map((_, t) => all.map((one) => one[t]));
  };
  const unit = (row: number[]): number[] => {
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) + epsilon);
    return row.map((x) => x / length);
  };
  const keyHead = file === 'qwen3next' ? Math.floor(head / shared) : head % keyHeads;
  const q = channels(keyHead * size).map(unit);
  const k = channels((keyHeads + keyHead) * size).map(unit);
  const values = channels((2 * keyHeads + head) * size);

  const inTurn = has('ssm_ba.weight');
  const [alpha, beta] = (inTurn ? ['ssm_ba.weight', 'ssm_ba.weight'] : ['ssm_alpha.weight', 'ssm_beta.weight']).map(
    tensor,
  );
  const [rowOfAlpha, rowOfBeta] = [shared, 0].map((from) => (inTurn ? turn(head, shared, 1, from, 2 * shared) : head));
  const [rate, bias] = ['ssm_a', 'ssm_dt.bias'].map(tensor);
  const state = Array.from({ length: size }, () => new Array<number>(size).fill(0)); // [value][key]
  let largest = 0;
  const read = inputs.map((input, t) => {
    const decay = Math.exp(rate[head] * Math.log(1 + Math.exp(product(alpha, rowOfAlpha, input) + bias[head])));
    const strength = 1 / (1 + Math.exp(-product(beta, rowOfBeta, input)));
    return state.map((row, i) => {
      const said = decay * row.reduce((sum, x, j) => sum + x * k[t][j], 0);
      row.forEach((x, j) => (row[j] = decay * x + strength * (values[t][i] - said) * k[t][j]));
      const out = row.reduce((sum, x, j) => sum + x * q[t][j], 0) / Math.sqrt(size);
      largest = Math.max(largest, Math.abs(out));
      return out;
    });
  });
  return { read, values, largest };
}
