/** Numbers as grey bytes for the page. */

/** The brightest pixel becomes white. */
export function stretched(values: Float32Array): Float32Array {
  const largest = Math.max(1e-9, ...values);
  return values.map((value) => value / largest);
}

/** 0 … 1 as bytes. */
export function brightness(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * value));
}

/** [WINDOW²][count] weights as [count][WINDOW²] bytes around 128, each feature to its own largest. */
export function asBytes(weights: Float32Array, count: number): Uint8Array {
  const pixels = weights.length / count;
  const bytes = new Uint8Array(weights.length);
  for (let feature = 0; feature < count; feature++) {
    let largest = 1e-9;
    for (let at = 0; at < pixels; at++) largest = Math.max(largest, Math.abs(weights[at * count + feature]));
    for (let at = 0; at < pixels; at++) {
      bytes[feature * pixels + at] = Math.round(128 + (127 * weights[at * count + feature]) / largest);
    }
  }
  return bytes;
}
