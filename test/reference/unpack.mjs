/** A GGUF file with the same metadata and the same weights, all of them F32. */
import { project } from './support.mjs';

const { BLOCK_LAYOUT, dequantize, GgmlType } = project;

/** Bytes of each GGUF value type; strings (8) and arrays (9) have a length of their own. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
const [STRING, ARRAY] = [8, 9];

/** Of well-formed, little-endian version 3 files only. */
export function unpacked(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  const u32 = () => view.getUint32((at += 4) - 4, true);
  const u64 = () => Number(view.getBigUint64((at += 8) - 8, true));
  const skipString = () => {
    const length = u64(); // moves `at`
    at += length;
  };
  const skipValue = (type) => {
    if (type === STRING) skipString();
    else if (type === ARRAY) for (let of = u32(), n = u64(); n > 0; n--) skipValue(of);
    else at += VALUE_BYTES[type];
  };

  const [tensorCount, metadataCount] = [u64(), u64()];
  for (let i = 0; i < metadataCount; i++) {
    skipString();
    skipValue(u32());
  }
  const tensors = [];
  for (let i = 0; i < tensorCount; i++) {
    skipString();
    const shape = Array.from({ length: u32() }, u64);
    tensors.push({ typeAt: at, weights: shape.reduce((product, n) => product * n, 1), type: u32(), offset: u64() });
  }
  const dataAt = Math.ceil(at / 32) * 32;

  const header = bytes.slice(0, dataAt);
  const headerView = new DataView(header.buffer);
  const parts = [header];
  let offset = 0;
  for (const tensor of tensors) {
    const { weights: perBlock, bytes: blockBytes } = BLOCK_LAYOUT[tensor.type];
    const from = dataAt + tensor.offset;
    const floats = new Float32Array(Math.ceil(tensor.weights / 8) * 8); // whole 32 bytes: GGUF's alignment
    const packed = bytes.subarray(from, from + (tensor.weights / perBlock) * blockBytes);
    dequantize(tensor.type, packed, floats.subarray(0, tensor.weights));
    headerView.setUint32(tensor.typeAt, GgmlType.F32, true);
    headerView.setBigUint64(tensor.typeAt + 4, BigInt(offset), true);
    parts.push(new Uint8Array(floats.buffer));
    offset += floats.byteLength;
  }
  return Buffer.concat(parts);
}
