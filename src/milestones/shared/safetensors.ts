/** Reads the small weights of experiments: safetensors (8-byte length, JSON header, tensors). */
import { Problem } from '../../protocol/problem';

export interface Tensors {
  metadata: Record<string, string>;
  tensors: Record<string, { dtype: string; shape: number[]; bytes: Uint8Array }>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** `name` is said in errors. Throws Problem model-invalid where the header does not fit the file. */
export function readSafetensors(file: Uint8Array, name: string): Tensors {
  const broken = (what: string): Problem =>
    new Problem('model-invalid', `“${name}” is damaged: ${what}.`, { file: name });
  if (file.length < 8) throw broken('no header');
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (length > file.length - 8) throw broken('the header is longer than the file');
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<string, unknown>;
  } catch {
    throw broken('the header cannot be read');
  }
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors: Tensors['tensors'] = {};
  for (const [key, entry] of Object.entries(entries as Record<string, Entry>)) {
    const [begin, end] = entry.data_offsets;
    if (!(begin >= 0 && begin <= end && end <= file.length - 8 - length))
      throw broken(`“${key}” lies outside the file`);
    // A copy: aligned for typed arrays of wider numbers.
    tensors[key] = { dtype: entry.dtype, shape: entry.shape, bytes: file.slice(8 + length + begin, 8 + length + end) };
  }
  return { metadata: metadata as Record<string, string>, tensors };
}
