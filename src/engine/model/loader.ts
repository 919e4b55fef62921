/** Brings parts of a model's plan from its file into a kernel's memory; the next slice is being read while one is packed. */
import { Problem } from '../../protocol/problem';
import { dequantize } from '../formats/dequantize';
import { GgmlType } from '../formats/ggmlTypes';
import type { GgufFile, GgufTensor } from '../formats/ggufTypes';
import type { Buf, Kernel, Matrix } from '../kernel/kernel';
import { ownRows, readsOf, ReadAhead, Rooms, type Piece } from './pieces';
import { leavesOf, mapPlan, type Plan, type PlannedMatrix, type PlannedVector } from './plan';

/** Awaited between slices, with how many bytes have come; may throw to stop. */
export type LoaderPause = (bytes: number) => Promise<void> | void;

/** Slices that are read ahead of the one that is packed. */
const AHEAD = 2;
/** And of a layer that is wanted next, half a gigabyte at most: the disk works while another layer computes. */
const MOST_AHEAD = 64;
/** How often a reader that waits for the disk looks whether it is still wanted, in ms. */
const PATIENCE_MS = 100;
/** A disk that has brought nothing of a slice for so long is given up, in ms. */
const STALLED_MS = 60_000;

export interface InMemory<Part> {
  part: Part;
  /** Gives all of its memory back. */
  free(): void;
}

type Loaded = Map<PlannedMatrix | PlannedVector, Matrix | Buf>;

export class Loader {
  private readonly rooms = new Rooms();

  constructor(
    private readonly file: GgufFile,
    private readonly kernel: Kernel,
    private readonly stalledMs = STALLED_MS,
  ) {}

  /** Begins to read what `tree` will be asked for. Never throws. */
  ahead(plan: unknown): ReadAhead | undefined {
    try {
      return this.reading(plan, MOST_AHEAD);
    } catch {
      return undefined; // `tree` says why
    }
  }

  /**
   * All of a part of the plan; nothing when something throws. Throws Problem file-missing for a file that is not what it
   * was or a disk that does not answer, model-invalid, out-of-memory, and weights-broken where a weight is NaN or infinite.
   */
  async tree<Part>(plan: Plan<Part>, pause: LoaderPause, begun?: ReadAhead): Promise<InMemory<Part>> {
    this.file.source.check();
    const loaded: Loaded = new Map();
    try {
      const reading = begun ?? this.reading(plan, AHEAD);
      for (let i = 0; i < reading.reads.length; i++) {
        const { offset, length, pieces } = reading.reads[i];
        await pause(0);
        const bytes = await this.patiently(reading.bytes(i), () => pause(0));
        for (const piece of pieces) this.put(loaded, piece, bytes.subarray(piece.offset - offset));
        reading.done(i);
        await pause(length);
      }
      this.file.source.check(); // what was read is what was checked
      const part = mapPlan(plan, (planned) => loaded.get(planned) ?? this.ones(loaded, planned)) as Part;
      return { part, free: () => this.free(loaded) };
    } catch (thrown) {
      this.free(loaded);
      if (thrown instanceof Problem && thrown.code === 'weights-broken') thrown.detail.file = this.file.source.name;
      throw thrown;
    }
  }

  /** Waits for the disk, but not deaf, since `pause` may throw meanwhile, and not for ever. */
  private async patiently<Result>(waited: Promise<Result>, pause: () => Promise<void> | void): Promise<Result> {
    const started = performance.now();
    for (;;) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), PATIENCE_MS)));
      const result = await Promise.race([waited, late]).finally(() => clearTimeout(timer));
      if (result !== undefined) return result;
      await pause();
      if (performance.now() - started < this.stalledMs) continue;
      const { name } = this.file.source;
      const seconds = Math.round(this.stalledMs / 1000);
      throw new Problem('file-missing', `${name}: the disk has not answered for ${seconds} s.`, {
        file: name,
        what: 'disk-stalled',
      });
    }
  }

  /** Nothing more will be read. */
  close(): void {
    this.rooms.clear();
  }

  private reading(plan: unknown, ahead: number): ReadAhead {
    // A matrix that serves twice is read once.
    const leaves = [...new Set(leavesOf(plan).map(({ planned }) => planned))];
    return new ReadAhead(this.file.source, readsOf(this.file, leaves), ahead, this.rooms);
  }

  private put(loaded: Loaded, piece: Piece, from: Uint8Array): void {
    const { planned, tensor, first } = piece;
    const bytes = ownRows(piece, from);
    if (planned.kind === 'vector') {
      loaded.set(planned, this.kernel.loadVector(tensor.type, planned.length, bytes, tensor.name));
      return;
    }
    let matrix = loaded.get(planned) as Matrix | undefined;
    if (!matrix)
      loaded.set(planned, (matrix = this.kernel.newMatrix(packedType(planned, tensor), planned.rows, planned.cols)));
    this.kernel.packRows(matrix, first, planned.transposed ? turnedRows(planned, tensor, bytes) : bytes, tensor.name);
  }

  /** What no file has: a vector of ones. */
  private ones(loaded: Loaded, planned: PlannedMatrix | PlannedVector): Buf {
    const { length } = planned as PlannedVector;
    const buf = this.kernel.alloc(length);
    buf.f32.fill(1);
    loaded.set(planned, buf);
    return buf;
  }

  private free(loaded: Loaded): void {
    for (const [{ kind }, part] of loaded) {
      if (kind === 'matrix') this.kernel.freeMatrix(part as Matrix);
      else this.kernel.free(part as Buf);
    }
  }
}

/** What a matrix is packed as: one that the file holds transposed as the numbers that it stands for, as blocks run along rows. */
export const packedType = ({ transposed }: PlannedMatrix, { type }: GgufTensor): GgmlType =>
  transposed ? GgmlType.F32 : type;

/** The rows, as F32, of a matrix that is in the file as several, each transposed. */
function turnedRows(
  { rows, cols, transposed = 1 }: PlannedMatrix,
  { type }: GgufTensor,
  bytes: Uint8Array,
): Uint8Array {
  const values = new Float32Array(rows * cols);
  dequantize(type, bytes, values);
  const out = new Float32Array(rows * cols);
  const each = rows / transposed;
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / each) * each * cols + (row % each);
    for (let c = 0; c < cols; c++) out[row * cols + c] = values[from + c * each];
  }
  return new Uint8Array(out.buffer);
}
