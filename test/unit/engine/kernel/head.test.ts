/** The output matrix in one pass, against sums in double over whole rows of logits. */
import assert from 'node:assert/strict';
import { GgmlType, ggmlTypeName } from '../../../../src/engine/formats/ggmlTypes';
import { createKernel } from '../../../../src/engine/kernel/choose';
import {
  HEAD,
  HEAD_RANGE,
  HEAD_TOP,
  type Buf,
  type HeadShape,
  type Kernel,
} from '../../../../src/engine/kernel/kernel';
import { nodeThreads, THREADS_WORK } from '../../../../src/engine/kernel/threads.node';
import { topIds } from '../../../../src/engine/kernel/topIds';
import { seededRandom } from '../../../../src/shared/random';
import { assertClose } from '../../../support/close';
import { isLong } from '../../../support/long';
import { KERNELS_HERE } from '../../../support/kernels';
import { randomBlocks } from '../../../support/quantize';

/** The reference unpacks every type in the same way: of these the first two are enough. LONG_TESTS=1: all. */
const TYPES = [GgmlType.F32, GgmlType.Q6_K, GgmlType.Q8_0, GgmlType.Q4_0, GgmlType.Q5_K];
/** Natural units of a log-probability and of an entropy, over as many words as any vocabulary has. */
const NATS = 1e-5;

const random = seededRandom(11);
const normal = (length: number, spread = 1): Float32Array =>
  new Float32Array(length).map(() => spread * (random() + random() + random() + random() - 2));
const put = (kernel: Kernel, values: ArrayLike<number>, integers = false): Buf => {
  const buf = kernel.alloc(values.length);
  (integers ? buf.i32 : buf.f32).set(values);
  return buf;
};

interface Asked extends Omit<HeadShape, 'bias'> {
  type: GgmlType;
  rows: number;
  cols: number;
  bytes: Uint8Array;
  x: Float32Array;
  wanted: number[];
  bias?: Float32Array;
}

function ask(what: Partial<Asked> & Pick<Asked, 'rows' | 'n'>, spread = 0.5): Asked {
  const { type = GgmlType.Q8_0, cols = 32, rows, n } = what;
  const bytes =
    type === GgmlType.F32
      ? new Uint8Array(normal(rows * cols, spread).buffer)
      : randomBlocks(type, rows * cols, random, spread);
  const wanted = Array.from({ length: n }, () => Math.floor(random() * rows));
  return { type, cols, bytes, x: normal(n * cols), wanted, ...what };
}

/** [n][HEAD.numbers], and the logits that the kernel's own product gives, before scale, bias and cap. */
function answer(
  kernel: Kernel,
  { type, rows, cols, bytes, x, wanted, bias, ...shape }: Asked,
  slice = rows,
): { out: Buf; logits: Float32Array } {
  const w = kernel.loadMatrix(type, rows, cols, bytes, 'output.weight');
  const [out, input] = [kernel.alloc(shape.n * HEAD.numbers), put(kernel, x)];
  const parts = kernel.alloc(shape.n * kernel.headNumbers(rows));
  const how = { ...shape, words: rows, bias: bias && put(kernel, bias) };
  for (let first = 0; first < rows; first += slice) {
    const some = kernel.partOf(w, first, Math.min(slice, rows - first));
    kernel.head(parts, out, input, some, put(kernel, wanted, true), { ...how, first });
  }
  kernel.headMerge(parts, out, shape.n, rows);
  const logits = kernel.alloc(shape.n * rows);
  kernel.matmul(logits, input, w, shape.n);
  kernel.freeMatrix(w);
  return { out, logits: logits.f32.slice() };
}

function check(kernel: Kernel, asked: Asked): void {
  const { n, rows, wanted, scale = 1, bias, softCap } = asked;
  const { out, logits } = answer(kernel, asked);
  for (let i = 0; i < n; i++) {
    const row = new Float64Array(logits.subarray(i * rows, (i + 1) * rows));
    row.forEach((logit, word) => {
      const shaped = logit * scale + (bias?.[word] ?? 0);
      row[word] = softCap ? softCap * Math.tanh(shaped / softCap) : shaped;
    });
    const max = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const log = max + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit - max), 0));
    const entropy = row.reduce((sum, logit) => sum - Math.exp(logit - log) * (logit - log), 0);
    const found = out.slice(i * HEAD.numbers, HEAD.numbers);
    const near = (what: string, actual: number, expected: number): void =>
      assertClose(actual, expected, NATS, `${kernel.name}, row ${i}, ${what}`);
    near('log-sum-exp', found.f32[HEAD.logSumExp], log);
    near('wanted', found.f32[HEAD.wanted], row[wanted[i]]);
    near('log-probability', found.f32[HEAD.logProbability], row[wanted[i]] - log);
    near('entropy', found.f32[HEAD.entropy], entropy);
    const rounded = Float32Array.from(row);
    const best = topIds(rounded, HEAD_TOP);
    for (let k = 0; k < HEAD_TOP; k++) {
      const id = found.i32[HEAD.ids + k];
      assert.equal(id < 0 ? -Infinity : found.f32[HEAD.top + k] - row[id] < NATS ? 0 : NaN, k < rows ? 0 : -Infinity);
      // Words whose logits differ by rounding alone may change places.
      if (k < rows) near(`likeliest ${k}`, row[id], row[best[k]]);
    }
    if (!bias && !softCap && scale === 1) {
      assert.deepEqual([...found.i32.subarray(HEAD.ids, HEAD.ids + Math.min(rows, HEAD_TOP))], best);
    }
  }
}

for (const name of KERNELS_HERE) {
  describe(`output matrix once, kernel ${name}`, () => {
    let kernel: Kernel;
    before(async () => {
      kernel = await createKernel(name);
    });

    for (const type of name === 'reference' && !isLong ? TYPES.slice(0, 2) : TYPES) {
      it(`${ggmlTypeName(type)}: any number of rows and words`, () => {
        const cols = [GgmlType.Q6_K, GgmlType.Q5_K].includes(type) ? 256 : 64;
        for (const rows of [1, 7, 8, 9, 511, 512, 513, 1030]) {
          for (const n of [1, 3, 4, 9]) check(kernel, ask({ type, rows, n, cols }));
        }
      });
    }

    it('scale, bias and soft cap come before the maximum', () => {
      const [rows, n] = [700, 5];
      const bias = normal(rows, 3);
      check(kernel, ask({ rows, n, scale: 0.25 }));
      check(kernel, ask({ rows, n, bias }));
      check(kernel, ask({ rows, n, softCap: 2 }));
      check(kernel, ask({ rows, n, scale: 2, bias, softCap: 5 }));
    });

    it('equal words stand in the order of their ids', () => {
      const { out } = answer(kernel, { ...ask({ rows: 1500, n: 4 }), x: new Float32Array(4 * 32) });
      for (let i = 0; i < 4; i++) {
        const row = out.slice(i * HEAD.numbers, HEAD.numbers);
        assert.deepEqual([...row.i32.subarray(HEAD.ids)], [0, 1, 2, 3, 4, 5, 6, 7]);
        assert.ok(Math.abs(row.f32[HEAD.entropy] - Math.log(1500)) < NATS);
      }
    });

    it('a certain word has no entropy, and words far apart weigh nothing', () => {
      const asked = ask({ type: GgmlType.F32, rows: 600, n: 1, cols: 4 });
      const w = new Float32Array(600 * 4);
      w.set([500, 0, 0, 0], 4 * 77);
      const { out } = answer(kernel, {
        ...asked,
        bytes: new Uint8Array(w.buffer),
        x: Float32Array.of(1, 0, 0, 0),
        wanted: [77],
      });
      assert.deepEqual([out.f32[HEAD.logSumExp], out.f32[HEAD.logProbability]], [500, 0]);
      assert.ok(out.f32[HEAD.entropy] < NATS);
    });

    it('a logit that is not finite makes its row NaN, and no other', () => {
      for (const bad of [NaN, Infinity]) {
        const asked = ask({ type: GgmlType.F32, rows: 1030, n: 6, cols: 4 });
        asked.x[4 * 2 + 1] = bad;
        const { out } = answer(kernel, asked);
        for (let i = 0; i < 6; i++) assert.equal(Number.isNaN(out.f32[i * HEAD.numbers + HEAD.logSumExp]), i === 2);
      }
    });

    it('the same in slices of the vocabulary', () => {
      const [rows, n] = [5003, 9];
      for (const asked of [
        ask({ rows, n }),
        ask({ type: GgmlType.Q4_0, rows, n, scale: 2, bias: normal(rows, 3), softCap: 5 }),
      ]) {
        const expected = answer(kernel, asked).out.i32.slice();
        for (const slice of [HEAD_RANGE, 4 * HEAD_RANGE])
          assert.deepEqual(answer(kernel, asked, slice).out.i32, expected);
      }
    });

    if (name === 'reference') return;

    it('256,000 words, within the tolerance', () => {
      for (const spread of [0.05, 3]) check(kernel, ask({ type: GgmlType.F32, rows: 256_000, n: 1, cols: 4 }, spread));
    });

    it('the same on any number of threads', async () => {
      if (!THREADS_WORK) return;
      const asked = ask({ type: GgmlType.Q4_0, rows: 5003, n: 9, cols: 64 });
      const expected = answer(kernel, asked).out.f32.slice();
      for (const count of [2, 3]) {
        const threaded = await createKernel(name, { ...nodeThreads(count), leastShared: 1 });
        assert.equal(threaded.threads, count);
        assert.deepEqual(answer(threaded, asked).out.f32, expected);
        threaded.close();
      }
    });
  });
}
