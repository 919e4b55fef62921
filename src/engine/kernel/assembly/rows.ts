/** Single rows of packed matrices, dequantised: the embedding look-up. */
import { unpackOf } from './tiles.generated';

/**
 * out[cols] of row `row`: its panel is unpacked (`scratch` has room for it) and the row's lane read. `width` inputs per
 * block, 0 for float kinds, whose blocks are single inputs; zeroPoint is what the stored values have more than the weights.
 */
export function readRow(
  out: usize, kind: usize, w: usize, stride: usize, row: usize, blocks: usize, width: usize, minimum: bool, words: bool,
  zeroPoint: i32, scratch: usize,
): void {
  const lane = row & 7;
  let block = unpackOf(kind, words ? 0 : 1, w + (row >> 3) * stride, scratch, blocks);
  if (width == 0) {
    for (const end = out + (blocks << 2); out < end; out += 4) {
      store<f32>(out, load<f32>(block + (lane << 2)));
      block += 32;
    }
    return;
  }
  for (; blocks; blocks--) {
    const scale = load<f32>(block + (lane << 2));
    const least: f32 = minimum ? load<f32>(block + 32 + (lane << 2)) : 0;
    block += minimum ? 64 : 32;
    for (let k: usize = 0; k < width; k++) {
      const value = words
        ? <i32>load<i16>(block + ((k >> 1) << 5) + (lane << 2) + ((k & 1) << 1))
        : zeroPoint
          ? <i32>load<u8>(block + ((k >> 2) << 5) + (lane << 2) + (k & 3))
          : <i32>load<i8>(block + ((k >> 2) << 5) + (lane << 2) + (k & 3));
      store<f32>(out, scale * <f32>(value - zeroPoint) - least);
      out += 4;
    }
    block += words ? width << 4 : width << 3;
  }
}
