/** In what pieces do weights come, how many are held at once, and does whoever waits hear of each? */
import assert from 'node:assert/strict';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import type { Matrix } from '../../../../src/engine/kernel/kernel';
import { Loader } from '../../../../src/engine/model/loader';
import type { PlannedMatrix } from '../../../../src/engine/model/plan';
import { writeGguf } from '../../../support/ggufWriter';

const SLICE = 8 * 1024 * 1024;
const [COLS, ROWS] = [1024, 9000];

/** Remembers what was read, into whose memory. */
class Watched extends BufferSource {
  readonly reads_: { offset: number; length: number; room: ArrayBufferLike }[] = [];

  override async readLater(offset: number, length: number, room?: Uint8Array): Promise<Uint8Array> {
    this.reads_.push({ offset, length, room: room!.buffer });
    room!.set(await super.readLater(offset, length));
    return room!.subarray(0, length);
  }
}

const matrix = (name: string): PlannedMatrix => ({
  kind: 'matrix',
  name,
  rows: ROWS,
  cols: COLS,
  shape: [COLS, ROWS],
  first: 0,
});

describe('a matrix of many slices', () => {
  const values = Float32Array.from({ length: ROWS * COLS }, (_, i) => i % 1013);
  const tensor = { name: 'w', type: GgmlType.F32, shape: [COLS, ROWS], bytes: new Uint8Array(values.buffer) };
  const bytes = writeGguf({ metadata: { 'general.architecture': 'llama' }, tensors: [tensor] });

  it('is read once, from its beginning to its end, 8 MB at a time into the same three pieces of memory', async () => {
    const source = new Watched(bytes, 'many.gguf');
    const file = readGguf(source);
    const kernel = createReferenceKernel();
    const heard: number[] = [];
    const { part, free } = await new Loader(file, kernel).tree<Matrix>(matrix('w'), (more) => void heard.push(more));
    const { offset, byteLength } = file.tensors.get('w')!;
    assert.ok(source.reads_.length > 4);
    let at = offset;
    for (const read of source.reads_) {
      assert.equal(read.offset, at);
      assert.ok(read.length <= SLICE, `${read.length} at once`);
      at += read.length;
    }
    assert.equal(at, offset + byteLength);
    assert.ok(new Set(source.reads_.map(({ room }) => room)).size <= 3);
    const ids = kernel.alloc(1);
    ids.i32[0] = ROWS - 1;
    const row = kernel.alloc(COLS);
    kernel.rows(row, part, ids, 1);
    assert.deepEqual(row.f32.slice(), values.slice(-COLS));
    // What is told after each adds up to the whole.
    const told = heard.filter((more) => more > 0);
    assert.equal(told.length, source.reads_.length);
    assert.equal(
      told.reduce((sum, more) => sum + more, 0),
      byteLength,
    );
    free();
    assert.equal(kernel.bytesInUse, 4 + COLS * 4);
  });

  it('gives its memory back at once where it is given up after some slices', async () => {
    const kernel = createReferenceKernel();
    let come = 0;
    const stop = (more: number): void => {
      come += more;
      if (come > 2 * SLICE) throw new Error('stop');
    };
    await assert.rejects(
      new Loader(readGguf(new BufferSource(bytes, 'many.gguf')), kernel).tree<Matrix>(matrix('w'), stop),
      /stop/,
    );
    assert.equal(kernel.bytesInUse, 0);
  });
});
