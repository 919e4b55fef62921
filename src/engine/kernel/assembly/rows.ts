/** Single rows of packed matrices, dequantised: the embedding look-up. */

/** out[width · blocks] of row `row`. Panels as in tiles.mjs; scaleBytes 2 or 4; nibbles only in the relaxed build. */
export function readRow(
  out: usize, w: usize, row: usize, blocks: usize, width: usize, scaleBytes: usize, minimum: bool, nibbles: bool, zeroPoint: i32,
): void {
  const header = (scaleBytes << 3) << (minimum ? 1 : 0);
  const body = nibbles ? width << 2 : width << 3;
  const lane = row & 7;
  let block = w + (row >> 3) * blocks * (header + body);
  for (let b: usize = 0; b < blocks; b++) {
    const scale = readScale(block + lane * scaleBytes, scaleBytes);
    const least: f32 = minimum ? readScale(block + (scaleBytes << 3) + lane * scaleBytes, scaleBytes) : 0;
    for (let k: usize = 0; k < width; k++) {
      store<f32>(out, scale * <f32>(weightAt(block + header, lane, k, nibbles, zeroPoint == 0) - zeroPoint) - least);
      out += 4;
    }
    block += header + body;
  }
}

// @ts-ignore: decorator
@inline
function weightAt(body: usize, lane: usize, k: usize, nibbles: bool, signed: bool): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return <i32>load<i8>(body + ((k >> 1) << 4) + (lane << 1) + (k & 1));
  const group = k >> 2;
  const at = (lane << 2) + (k & 3);
  if (!nibbles) return signed ? <i32>load<i8>(body + (group << 5) + at) : <i32>load<u8>(body + (group << 5) + at);
  const byte = load<u8>(body + ((group & 3) << 5) + at);
  return group < 4 ? byte & 15 : byte >> 4;
}

/** An f32, or an f16 widened (also subnormal ones: the product with 2^112 is exact). */
// @ts-ignore: decorator
@inline
function readScale(at: usize, bytes: usize): f32 {
  if (bytes == 4) return load<f32>(at);
  const bits = (<i32>load<i16>(at) << 13) & 0x8fffffff;
  return reinterpret<f32>(bits) * 5192296858534827628530496329220096.0;
}

/** out[k] of row `row` of an f32 matrix in panels [k][8]. */
export function readFloatRow(out: usize, w: usize, row: usize, k: usize): void {
  let from = w + (((row >> 3) * k) << 5) + ((row & 7) << 2);
  for (let i: usize = 0; i < k; i++) {
    store<f32>(out + (i << 2), load<f32>(from));
    from += 32;
  }
}
