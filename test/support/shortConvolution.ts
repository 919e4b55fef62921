/**
 * A gated short convolution in float64 (LFM2), straight from the file's F32 tensors, with loops and nothing of the engine but the
 * reader of files: how much of what a token is given comes from each token, as the length of its part along the sum.
 */
import { layerOf } from './layerOf';

/** [tokens][token + 1]; `stream` [tokens][embedding] as the layer finds it. */
export function sharesInFloat64(file: string, layer: number, stream: Float32Array, tokens: number): number[][] {
  const { tensor, number } = layerOf(file, layer);
  const [d, taps, epsilon] = [
    number('embedding_length'),
    number('shortconv.l_cache'),
    number('attention.layer_norm_rms_epsilon'),
  ];
  const [norm, matrix, weight] = ['attn_norm.weight', 'shortconv.in_proj.weight', 'shortconv.conv.weight'].map(tensor);
  const rows = Array.from({ length: tokens }, (_, t) => {
    const x = Array.from(stream.subarray(t * d, (t + 1) * d));
    const rms = Math.sqrt(x.reduce((sum, each) => sum + each * each, 0) / d + epsilon);
    const input = x.map((each, i) => (each / rms) * norm[i]);
    return Array.from({ length: 3 * d }, (_, r) => input.reduce((sum, each, i) => sum + each * matrix[r * d + i], 0));
  });
  return rows.map((row, query) => {
    const parts = Array.from({ length: query + 1 }, (_, key) => {
      const tap = taps - 1 - (query - key);
      return Array.from({ length: d }, (_, c) =>
        tap < 0 ? 0 : row[d + c] * weight[c * taps + tap] * rows[key][c] * rows[key][2 * d + c],
      );
    });
    const sum = Array.from({ length: d }, (_, c) => parts.reduce((all, part) => all + part[c], 0));
    const square = sum.reduce((all, each) => all + each * each, 0);
    return parts.map((part) => part.reduce((all, each, c) => all + each * sum[c], 0) / square);
  });
}
