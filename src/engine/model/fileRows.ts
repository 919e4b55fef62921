/** A text's own rows of the token embedding, read from the file when they are needed, with the same bits as from memory. */
import { byteLengthOf } from '../formats/ggmlTypes';
import type { GgufFile } from '../formats/ggufTypes';
import type { Buf, Kernel } from '../kernel/kernel';
import type { PlannedMatrix } from './plan';
import type { Weights } from './weights';

/** Throws as Loader.tree does. */
export function tokenRowsInFile(file: GgufFile, kernel: Kernel, planned: PlannedMatrix): Weights['tokenRows'] {
  const { offset, type, name } = file.tensors.get(planned.name)!;
  const { cols, first } = planned;
  const rowBytes = byteLengthOf(type, cols);
  return (out: Buf, ids: Buf, n: number): void => {
    const { source } = file;
    source.check();
    const each = [...new Set(ids.i32.subarray(0, n))];
    const bytes = new Uint8Array(each.length * rowBytes);
    each.forEach((id, i) => bytes.set(source.read(offset + (first + id) * rowBytes, rowBytes), i * rowBytes));
    const place = new Map(each.map((id, i) => [id, i]));
    // Packed as the whole would be, so that a row is unpacked as it would be from there.
    const rows = kernel.loadMatrix(type, each.length, cols, bytes, name);
    const places = kernel.alloc(n);
    places.i32.set(ids.i32.subarray(0, n).map((id) => place.get(id)!));
    kernel.rows(out, rows, places, n);
    kernel.free(places);
    kernel.freeMatrix(rows);
  };
}
