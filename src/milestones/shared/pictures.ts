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
  const rows = new Float32Array(weights.length);
  for (let at = 0; at < weights.length; at++) rows[(at % count) * pixels + Math.floor(at / count)] = weights[at];
  return signedBytes(rows, pixels);
}

/** [rows][pixels] as bytes around 128, each row to its own largest. */
export function signedBytes(rows: Float32Array, pixels: number): Uint8Array {
  const bytes = new Uint8Array(rows.length);
  for (let start = 0; start < rows.length; start += pixels) {
    const row = rows.subarray(start, start + pixels);
    const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
    row.forEach((value, at) => (bytes[start + at] = Math.round(128 + (127 * value) / largest)));
  }
  return bytes;
}
