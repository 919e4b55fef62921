/** In which reads do tensors come from a file? In the file's order, what lies side by side together, no read longer than a slice. */
import { Problem } from '../../protocol/problem';
import type { ByteSource } from '../formats/byteSource';
import { BLOCK_LAYOUT, byteLengthOf } from '../formats/ggmlTypes';
import type { GgufFile, GgufTensor } from '../formats/ggufTypes';
import { ROWS_TOGETHER } from '../kernel/kernel';
import type { PlannedMatrix, PlannedVector } from './plan';

/** Bytes of a file that are read and packed at a time. */
const SLICE = 8 * 1024 * 1024;
/** What is skipped by reading it: alignment between tensors. */
const GAP = 4096;

/** A whole vector, or rows of a matrix from `first` on. */
export interface Piece {
  planned: PlannedMatrix | PlannedVector;
  tensor: GgufTensor;
  first: number;
  offset: number;
  length: number;
}

export interface Read {
  offset: number;
  length: number;
  pieces: Piece[];
}

/** Throws Problem model-invalid for a matrix whose rows are not whole blocks. */
export function readsOf(file: GgufFile, parts: readonly (PlannedMatrix | PlannedVector)[]): Read[] {
  const pieces = parts.flatMap((planned) => piecesOf(file, planned));
  pieces.sort((a, b) => a.offset - b.offset);
  const reads: Read[] = [];
  for (const piece of pieces) {
    const last = reads.at(-1);
    const end = piece.offset + piece.length;
    if (last && piece.offset - (last.offset + last.length) <= GAP && end - last.offset <= SLICE) {
      last.length = Math.max(last.length, end - last.offset);
      last.pieces.push(piece);
    } else reads.push({ offset: piece.offset, length: piece.length, pieces: [piece] });
  }
  return reads;
}

function piecesOf(file: GgufFile, planned: PlannedMatrix | PlannedVector): Piece[] {
  const tensor = file.tensors.get(planned.name)!;
  if (planned.kind === 'vector') {
    const size = tensor.byteLength / planned.whole;
    const offset = tensor.offset + planned.first * size;
    return [{ planned, tensor, first: 0, offset, length: planned.length * size }];
  }
  const { rows, cols, dealt, transposed } = planned;
  const block = BLOCK_LAYOUT[tensor.type].weights;
  const inFile = planned.shape[0];
  if (inFile % block !== 0) {
    throw new Problem('model-invalid', `Tensor “${tensor.name}”: rows of ${inFile} are not whole blocks of ${block}.`, {
      file: file.source.name,
      subject: tensor.name,
      offset: tensor.offset,
    });
  }
  if (transposed) return [{ planned, tensor, first: 0, offset: tensor.offset, length: tensor.byteLength }];
  const rowBytes = byteLengthOf(tensor.type, cols);
  // Matrices whose rows take turns are to come in one read, although they do not begin together.
  const span = dealt ? (2 * rowBytes * dealt.of) / dealt.rows : rowBytes;
  const atOnce = Math.max(1, Math.floor(SLICE / (span * ROWS_TOGETHER))) * ROWS_TOGETHER;
  const pieces: Piece[] = [];
  for (let row = 0; row < rows; row += atOnce) {
    const from = rowInTensor(planned, row);
    const end = rowInTensor(planned, Math.min(row + atOnce, rows) - 1) + 1;
    const offset = tensor.offset + from * rowBytes;
    pieces.push({ planned, tensor, first: row, offset, length: (end - from) * rowBytes });
  }
  return pieces;
}

/** Memory that slices are read into, again and again: fresh memory costs as much as the reading. */
export class Rooms {
  private readonly free: Uint8Array[] = [];

  take(length: number): Uint8Array {
    return length > SLICE ? new Uint8Array(length) : (this.free.pop() ?? new Uint8Array(SLICE));
  }

  give(room: Uint8Array): void {
    if (room.length === SLICE) this.free.push(room);
  }

  clear(): void {
    this.free.length = 0;
  }
}

/** Where a row of a planned matrix is among the rows of its tensor. */
function rowInTensor({ first, dealt }: PlannedMatrix, row: number): number {
  if (!dealt) return first + row;
  return first + Math.floor(row / dealt.rows) * dealt.of + (row % dealt.rows);
}

/** The piece's own rows of its bytes: without those of other matrices between them. */
export function ownRows({ planned, tensor, first, length }: Piece, bytes: Uint8Array): Uint8Array {
  const all = bytes.subarray(0, length);
  if (planned.kind === 'vector' || !planned.dealt) return all;
  const rowBytes = byteLengthOf(tensor.type, planned.cols);
  const from = rowInTensor(planned, first);
  const rows: Uint8Array[] = [];
  for (let row = first; row < planned.rows; row++) {
    const at = (rowInTensor(planned, row) - from) * rowBytes;
    if (at >= length) break;
    rows.push(all.subarray(at, at + rowBytes));
  }
  const own = new Uint8Array(rows.length * rowBytes);
  rows.forEach((row, i) => own.set(row, i * rowBytes));
  return own;
}

/** Reads of a file in their order; some are under way before they are asked for. */
export class ReadAhead {
  private readonly begun: { bytes: Promise<Uint8Array>; room: Uint8Array }[] = [];

  /** `ahead`: how many. */
  constructor(
    private readonly source: ByteSource,
    readonly reads: readonly Read[],
    private readonly ahead: number,
    private readonly rooms: Rooms,
  ) {
    this.begin(ahead);
  }

  /** Bytes of that read, until `done`. Rejects as ByteSource.readLater. */
  bytes(index: number): Promise<Uint8Array> {
    this.begin(index + 1 + this.ahead);
    return this.begun[index].bytes;
  }

  /** Its bytes are needed no longer. */
  done(index: number): void {
    this.rooms.give(this.begun[index].room);
    delete this.begun[index];
  }

  private begin(count: number): void {
    while (this.begun.length < Math.min(count, this.reads.length)) {
      const { offset, length } = this.reads[this.begun.length];
      const room = this.rooms.take(length);
      const bytes = this.source.readLater(offset, length, room);
      bytes.catch(() => {}); // whoever asks for it hears
      this.begun.push({ bytes, room });
    }
  }
}
