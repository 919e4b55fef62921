/**
 * A layer of Mamba-2 in float64, straight from the paper (Dao & Gu 2024, section 2 and listing 1) and the file's F32 tensors, with loops
 * and nothing of the engine but the reader of files. A head's state is a matrix that is written and read token by token.
 */
import { layerOf } from './layerOf';

type Rows = number[][];

/** Of every head what it reads of its state and the values that it writes, [heads][tokens][headDim], and what the layer gives its output matrix. */
export function mambaLayer(
  file: string,
  layer: number,
  stream: Float32Array | Float64Array,
  tokens: number,
): { read: Rows[]; values: Rows[]; given: Rows; largest: number } {
  const { tensor, number } = layerOf(file, layer);
  const names = ['ssm.time_step_rank', 'ssm.group_count', 'ssm.state_size', 'ssm.inner_size', 'ssm.conv_kernel'];
  const [heads, groups, size, inner, taps] = names.map(number);
  const [d, rms] = [number('embedding_length'), number('attention.layer_norm_rms_epsilon')];
  const epsilon = rms || number('attention.layer_norm_epsilon');
  const [headDim, channels] = [inner / heads, inner + 2 * groups * size];
  const scaled = (row: number[], weight: ArrayLike<number>): number[] => {
    const size = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length + epsilon);
    return row.map((x, i) => (x / size) * weight[i]);
  };
  const silu = (x: number): number => x / (1 + Math.exp(-x));

  const [first, into, convolution, bias] = ['attn_norm.weight', 'ssm_in.weight', 'ssm_conv1d.weight', 'ssm_conv1d.bias'].map(tensor); // prettier-ignore
  const projected = Array.from({ length: tokens }, (_, t) => {
    const input = scaled(Array.from(stream.subarray(t * d, (t + 1) * d)), first);
    return Array.from({ length: into.length / d }, (_, r) => input.reduce((sum, x, i) => sum + x * into[r * d + i], 0));
  });
  const convolved = projected.map((_, t) =>
    Array.from({ length: channels }, (_, c) => {
      let sum = bias[c];
      for (let i = 0; i < taps; i++) sum += convolution[c * taps + i] * (projected[t - taps + 1 + i]?.[inner + c] ?? 0);
      return silu(sum);
    }),
  );
  const part = (t: number, from: number, length: number): number[] => convolved[t].slice(from, from + length);

  const [steps, rates, skips, norm] = ['ssm_dt.bias', 'ssm_a', 'ssm_d', 'ssm_norm.weight'].map(tensor);
  let largest = 0;
  const read: Rows[] = [];
  const values: Rows[] = [];
  for (let head = 0; head < heads; head++) {
    const group = Math.floor((head * groups) / heads);
    const state = Array.from({ length: headDim }, () => new Array<number>(size).fill(0));
    values.push(projected.map((_, t) => part(t, head * headDim, headDim)));
    read.push(
      projected.map((row, t) => {
        const step = Math.log(1 + Math.exp(row[inner + channels + head] + steps[head]));
        const [b, c] = [0, groups * size].map((from) => part(t, inner + from + group * size, size));
        return state.map((own, i) => {
          own.forEach((x, j) => (own[j] = Math.exp(rates[head] * step) * x + step * values[head][t][i] * b[j]));
          const out = own.reduce((sum, x, j) => sum + x * c[j], 0);
          largest = Math.max(largest, Math.abs(out));
          return out;
        });
      }),
    );
  }
  const given = projected.map((row, t) => {
    const gated = Array.from({ length: inner }, (_, c) => {
      const [head, i] = [Math.floor(c / headDim), c % headDim];
      return (read[head][t][i] + skips[head] * values[head][t][i]) * silu(row[c]);
    });
    const each = inner / groups;
    return Array.from({ length: groups }, (_, g) =>
      scaled(gated.slice(g * each, (g + 1) * each), norm.subarray(g * each)),
    ).flat();
  });
  return { read, values, given, largest };
}
