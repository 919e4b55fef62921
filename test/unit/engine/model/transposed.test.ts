/** A matrix that the file holds transposed (DeepSeek's keys): the numbers that its blocks stand for, in the other order. */
import assert from 'node:assert/strict';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { dequantize } from '../../../../src/engine/formats/dequantize';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import { Loader } from '../../../../src/engine/model/loader';
import { TensorNames } from '../../../../src/engine/model/plan';
import { seededRandom } from '../../../../src/shared/random';
import { writeGguf } from '../../../support/ggufWriter';
import { quantize } from '../../../support/quantize';

const [ROWS, COLS, COUNT] = [64, 5, 3];

describe('a transposed matrix', () => {
  for (const type of [GgmlType.F32, GgmlType.Q8_0, GgmlType.Q4_0]) {
    it(`of type ${GgmlType[type]} is turned`, async () => {
      const random = seededRandom(7);
      const bytes = quantize(
        type,
        Float32Array.from({ length: ROWS * COLS * COUNT }, () => random() - 0.5),
      );
      const values = new Float32Array(ROWS * COLS * COUNT);
      dequantize(type, bytes, values);
      const metadata = { 'general.architecture': 'deepseek2' };
      const gguf = writeGguf({ metadata, tensors: [{ name: 'w', type, shape: [ROWS, COLS, COUNT], bytes }] });
      const file = readGguf(new BufferSource(new Uint8Array(gguf), 'w'));
      const kernel = createReferenceKernel();
      const planned = new TensorNames(file).transposed('w', ROWS, COLS, COUNT);
      const { part: matrix } = await new Loader(file, kernel).tree<ReturnType<typeof kernel.newMatrix>>(
        planned,
        () => {},
      );
      assert.deepEqual([matrix.rows, matrix.cols], [ROWS * COUNT, COLS]);
      const [ids, out] = [kernel.alloc(ROWS * COUNT), kernel.alloc(ROWS * COUNT * COLS)];
      ids.i32.forEach((_, i, all) => (all[i] = i));
      kernel.rows(out, matrix, ids, ROWS * COUNT);
      for (let row = 0; row < ROWS * COUNT; row++) {
        const head = Math.floor(row / ROWS);
        const expected = Array.from({ length: COLS }, (_, c) => values[(head * COLS + c) * ROWS + (row % ROWS)]);
        assert.deepEqual([...out.f32.subarray(row * COLS, (row + 1) * COLS)], expected, `row ${row}`);
      }
    });
  }
});
