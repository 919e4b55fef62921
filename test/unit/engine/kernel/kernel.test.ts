/**
 * Every operation on every kernel, against plain float64 loops. Long, because each operation is written down once and run
 * over all kernels, types and thread counts.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dequantize } from '../../../../src/engine/formats/dequantize';
import { BLOCK_LAYOUT, byteLengthOf, GgmlType, ggmlTypeName } from '../../../../src/engine/formats/ggmlTypes';
import { createKernel } from '../../../../src/engine/kernel/choose';
import { canRun } from '../../../../src/engine/kernel/instance';
import type { Buf, Kernel, TileRequest } from '../../../../src/engine/kernel/kernel';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import { WAYS } from '../../../../src/engine/kernel/assembly/kinds.mjs';
import { PLAIN } from '../../../../src/engine/kernel/pack';
import type { ThreadOptions } from '../../../../src/engine/kernel/instance';
import { nodeThreads, THREADS_WORK } from '../../../../src/engine/kernel/threads.node';
import { createWasmKernel } from '../../../../src/engine/kernel/wasm';
import { gaussian, seededRandom } from '../../../../src/shared/random';
import type { Problem } from '../../../../src/protocol/problem';
import { quantize, QUANTIZED, randomBlocks } from '../../../support/quantize';
import { assertRelativelyClose } from '../../../support/close';

/** f32 storage and sums of a few hundred products. */
const F32 = 3e-5;
/** ALiBi's slopes up to 8, by the number of heads: of a power of two, then every other one of twice as many. */
const SLOPES: Readonly<Record<number, number[]>> = {
  3: [1 / 16, 1 / 256, 1 / 4],
  5: [1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 2],
  6: [1 / 4, 1 / 16, 1 / 64, 1 / 256, 1 / 2, 1 / 8],
};
/** Activations rounded to 1/127 of each block's largest: relative error of a whole product, root mean square. */
const INT8 = 0.012;
/** exp4 in assembly/simd.ts against Math.exp, and the sums made of it. */
const EXP = 2e-6;

type Numbers = ArrayLike<number>;

const relativeError = (actual: Numbers, expected: Numbers): number => {
  let [wrong, all] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    wrong += (actual[i] - expected[i]) ** 2;
    all += expected[i] ** 2;
  }
  return Math.sqrt(wrong / all);
};

/** What goes in and what has to come out is the same on every kernel: it is made once. */
const made = new Map<string, unknown>();
function once<T>(what: string, make: () => T): T {
  if (!made.has(what)) made.set(what, make());
  return made.get(what) as T;
}

const normal = (seed: number, length: number, spread = 1): Float32Array =>
  once(`normal ${seed} ${length} ${spread}`, () => {
    const random = seededRandom(seed);
    return new Float32Array(length).map(() => spread * gaussian(random));
  });

function put(kernel: Kernel, values: ArrayLike<number>, integers = false): Buf {
  const buf = kernel.alloc(values.length);
  (integers ? buf.i32 : buf.f32).set(values);
  return buf;
}

function product(x: Float32Array, w: Float32Array, n: number, rows: number, cols: number): Float64Array {
  const out = new Float64Array(n * rows);
  for (let i = 0; i < n; i++) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < cols; c++) out[i * rows + r] += x[i * cols + c] * w[r * cols + c];
    }
  }
  return out;
}

/** Threads that share operations as small as those of tests, too. */
const dividing = (count: number): ThreadOptions => ({ ...nodeThreads(count), leastShared: 1 });

interface Variant {
  name: string;
  create: () => Promise<Kernel>;
}
const KERNELS: Variant[] = [
  { name: 'reference', create: () => Promise.resolve(createReferenceKernel()) },
  { name: 'simd', create: () => createWasmKernel('simd') },
  ...(THREADS_WORK ? [{ name: 'simd, 3 threads', create: () => createWasmKernel('simd', PLAIN, dividing(3)) }] : []),
];
if (canRun('relaxed-simd')) {
  // 7-bit weights are exact in every way of multiplying bytes that V8 has, 8-bit weights always are as 16-bit products:
  // every way can be tested here, whichever this machine's probe chooses.
  for (const small of WAYS) {
    if (small === 'words') continue;
    const arithmetic = { ...PLAIN, small };
    KERNELS.push({ name: `relaxed-simd, ${small}`, create: () => createWasmKernel('relaxed-simd', arithmetic) });
    if (!THREADS_WORK) continue;
    const threaded = (): Promise<Kernel> => createWasmKernel('relaxed-simd', arithmetic, dividing(2));
    KERNELS.push({ name: `relaxed-simd, ${small}, 2 threads`, create: threaded });
  }
  KERNELS.push({ name: 'relaxed-simd as chosen here', create: () => createKernel('relaxed-simd') });
}

const TYPES = Object.keys(BLOCK_LAYOUT).map(Number) as GgmlType[];

for (const { name, create } of KERNELS) {
  describe(`kernel ${name}`, () => {
    let kernel: Kernel;
    before(async () => {
      kernel = await create();
    });
    after(() => kernel.close());

    for (const type of TYPES) {
      describe(ggmlTypeName(type), () => {
        const isFloat = [GgmlType.F32, GgmlType.F16, GgmlType.BF16].includes(type);
        const cols = BLOCK_LAYOUT[type].weights === 256 ? 512 : isFloat ? 100 : 96;

        const matrix = (rows: number): { bytes: Uint8Array; weights: Float32Array } =>
          once(`${rows} rows of ${type}`, () => {
            const bytes = QUANTIZED.includes(type)
              ? quantize(type, normal(rows + type, rows * cols, 0.1))
              : randomBlocks(type, rows * cols, seededRandom(rows + type));
            const weights = new Float32Array(rows * cols);
            dequantize(type, bytes, weights);
            return { bytes, weights };
          });

        it('multiplies, for any number of rows and tokens', () => {
          for (const rows of [1, 7, 8, 33, 64]) {
            const { bytes, weights } = matrix(rows);
            const w = kernel.loadMatrix(type, rows, cols, bytes, 'w');
            for (const n of [1, 2, 3, 4, 5, 7, 37]) {
              const x = normal(n, n * cols);
              const [input, out] = [put(kernel, x), kernel.alloc(n * rows + 1)];
              out.f32[n * rows] = 42;
              kernel.matmul(out, input, w, n);
              const expected = once(`${n} by ${rows} rows of ${type}`, () => product(x, weights, n, rows, cols));
              const actual = out.f32.slice(0, n * rows);
              if (isFloat || name === 'reference') assertRelativelyClose(actual, expected, F32, `${rows}×${n}`);
              // One output alone may be small beside its rounding; whole products are compared.
              else if (n * rows >= 30) assert.ok(relativeError(actual, expected) < INT8, `${rows}×${n}`);
              else assertRelativelyClose(actual, expected, 0.2, `${rows}×${n}`);
              assert.equal(out.f32[n * rows], 42, 'nothing is written behind the result');
              kernel.free(input);
              kernel.free(out);
            }
            kernel.freeMatrix(w);
          }
        });

        it('is exact where the activations are whole numbers of their step', () => {
          // One ±127 per block makes the step 1: nothing is rounded away.
          const rows = 9;
          const { bytes, weights } = matrix(rows);
          const w = kernel.loadMatrix(type, rows, cols, bytes, 'w');
          const random = seededRandom(3);
          const x = Float32Array.from({ length: 5 * cols }, (_, i) =>
            i % 16 === 0 ? (random() < 0.5 ? 127 : -127) : Math.floor(random() * 255) - 127,
          );
          const [input, out] = [put(kernel, x), kernel.alloc(5 * rows)];
          kernel.matmul(out, input, w, 5);
          assertRelativelyClose(out.f32, product(x, weights, 5, rows, cols), 1e-4);
        });

        it('gives a row the same bits alone, which packed panels are read for, and among others', () => {
          const rows = 21;
          const w = kernel.loadMatrix(type, rows, cols, matrix(rows).bytes, 'w');
          const input = put(kernel, normal(9, 9 * cols));
          const [out, few] = [kernel.alloc(9 * rows), kernel.alloc(3 * rows)];
          kernel.matmul(out, input, w, 9);
          for (const [first, n] of [
            [0, 1],
            [4, 3],
            [8, 1],
          ]) {
            kernel.matmul(few, input.slice(first * cols, n * cols), w, n);
            const [alone, among] = [few.i32.slice(0, n * rows), out.i32.slice(first * rows, (first + n) * rows)];
            assert.deepEqual(alone, among);
          }
          for (const buf of [out, few, input]) kernel.free(buf);
          kernel.freeMatrix(w);
        });

        it('gives a row of large activations the same finite bits alone and among others', () => {
          const rows = 9;
          const w = kernel.loadMatrix(type, rows, cols, matrix(rows).bytes, 'w');
          for (const size of [1e3, 1e5, 1e7, 1e9]) {
            // Of one sign, so that what a minimum is multiplied by is as large as it can be; and of one that stands out.
            const alike = Float32Array.from({ length: cols }, () => size);
            const alone = Float32Array.from({ length: cols }, (_, i) => (i === 7 ? size : 1));
            const input = put(kernel, [...alike, ...alone, ...alike, ...alone]);
            const [out, one] = [kernel.alloc(4 * rows), kernel.alloc(rows)];
            kernel.matmul(out, input, w, 4);
            assert.ok(kernel.allFinite(out, 4 * rows), `${size} among others`);
            for (const row of [0, 1]) {
              kernel.matmul(one, input.slice(row * cols, cols), w, 1);
              assert.deepEqual(one.i32.slice(), out.i32.slice(row * rows, (row + 1) * rows), `${size}`);
            }
            for (const buf of [input, out, one]) kernel.free(buf);
          }
          kernel.freeMatrix(w);
        });

        it('gives the same bits where the rows were those of the multiplication before, by whatever matrix', () => {
          const w = kernel.loadMatrix(type, 21, cols, matrix(21).bytes, 'w');
          const others = [GgmlType.F32, GgmlType.Q8_0, GgmlType.Q4_K, GgmlType.Q6_K]
            .filter((other) => cols % BLOCK_LAYOUT[other].weights === 0)
            .map((other) => kernel.loadMatrix(other, 1, cols, quantize(other, normal(3, cols)), 'other'));
          const [input, out] = [put(kernel, normal(9, 5 * cols)), kernel.alloc(5 * 21)];
          for (const n of [1, 5]) {
            kernel.matmul(out, input, w, n);
            const fresh = out.i32.slice(0, n * 21);
            for (const [before, rows] of [w, ...others].flatMap((other) => [
              [other, n] as const,
              [other, 2] as const,
            ])) {
              kernel.matmul(out, input, before, rows);
              kernel.matmul(out, input, w, n, true);
              assert.deepEqual(out.i32.slice(0, n * 21), fresh);
            }
          }
          for (const matrix of [w, ...others]) kernel.freeMatrix(matrix);
          for (const buf of [input, out]) kernel.free(buf);
        });

        it('takes little more room than in its file', () => {
          const { bytes } = matrix(64);
          const w = kernel.loadMatrix(type, 64, cols, bytes, 'w');
          assert.ok(w.byteLength <= 1.1 * byteLengthOf(type, 64 * cols), `${w.byteLength} for ${bytes.length}`);
          kernel.freeMatrix(w);
        });

        it('reads single rows as they were dequantised', () => {
          const { bytes, weights } = matrix(33);
          const w = kernel.loadMatrix(type, 33, cols, bytes, 'w');
          const ids = [32, 0, 7, 8, 7];
          const out = kernel.alloc(ids.length * cols);
          kernel.rows(out, w, put(kernel, ids, true), ids.length);
          const expected = Float32Array.from(ids.flatMap((id) => [...weights.subarray(id * cols, (id + 1) * cols)]));
          assertRelativelyClose(out.f32, expected, 1e-6);
        });
      });
    }

    it('normalises rows by their root mean square', () => {
      for (const d of [6, 16, 33]) {
        const [x, weight] = [normal(1, 3 * d), normal(2, d)];
        const expected = x.map((value, i) => {
          const row = x.subarray(Math.floor(i / d) * d, Math.floor(i / d) * d + d);
          const meanSquare = row.reduce((sum, each) => sum + each * each, 0) / d;
          return (value / Math.sqrt(meanSquare + 1e-5)) * weight[i % d];
        });
        const buf = put(kernel, x);
        kernel.rmsNorm(buf, buf, put(kernel, weight), 3, d, 1e-5);
        assertRelativelyClose(buf.f32, expected, F32);
      }
    });

    it('adds, adds a bias, applies SwiGLU', () => {
      const [a, b] = [normal(1, 21, 4), normal(2, 21, 4)];
      const sum = put(kernel, a);
      kernel.add(sum, put(kernel, b), 21);
      assertRelativelyClose(
        sum.f32,
        a.map((value, i) => value + b[i]),
        F32,
      );
      const biased = put(kernel, a);
      kernel.addBias(biased, put(kernel, b.subarray(0, 7)), 3, 7);
      assertRelativelyClose(
        biased.f32,
        a.map((value, i) => value + b[i % 7]),
        F32,
      );
      const extremes = [-1000, -90, 90, 1000, 0];
      const gate = Float32Array.from([...a, ...extremes]);
      const up = Float32Array.from([...b, 1, 1, 1, 1, 1]);
      const swiglu = put(kernel, gate);
      kernel.swiglu(swiglu, put(kernel, up), gate.length);
      assertRelativelyClose(
        swiglu.f32,
        gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]),
        EXP,
      );
    });

    for (const d of [8, 21]) {
      it(`centres and scales rows of ${d} (LayerNorm), with a bias and without`, () => {
        const [n, eps] = [7, 1e-5];
        const x = normal(1, n * d, 3).map((value) => value + 2);
        const [weight, bias] = [normal(2, d), normal(3, d)];
        const expected = (shift: boolean): Float32Array =>
          x.map((value, i) => {
            const row = x.subarray(i - (i % d), i - (i % d) + d);
            const mean = row.reduce((sum, each) => sum + each, 0) / d;
            const variance = row.reduce((sum, each) => sum + (each - mean) ** 2, 0) / d;
            return ((value - mean) / Math.sqrt(variance + eps)) * weight[i % d] + (shift ? bias[i % d] : 0);
          });
        const [out, w] = [put(kernel, x), put(kernel, weight)];
        kernel.layerNorm(out, out, w, put(kernel, bias), n, d, eps);
        assertRelativelyClose(out.f32, expected(true), F32);
        const plain = kernel.alloc(n * d);
        kernel.layerNorm(plain, put(kernel, x), w, undefined, n, d, eps);
        assertRelativelyClose(plain.f32, expected(false), F32);
      });
    }

    it('applies GELU, with a gate and without, and scales', () => {
      const x = Float32Array.from([...normal(1, 9000, 3), -1000, -6, 0, 6, 1000]);
      const up = normal(2, x.length);
      const gelu = x.map((g) => 0.5 * g * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (g + 0.044715 * g ** 3))));
      const [gated, plain, scaled] = [put(kernel, x), put(kernel, x), put(kernel, x)];
      kernel.geglu(gated, put(kernel, up), x.length);
      assertRelativelyClose(gated.f32, gelu.map((value, i) => value * up[i]), 2 * EXP); // prettier-ignore
      kernel.geglu(plain, undefined, x.length);
      assertRelativelyClose(plain.f32, gelu, 2 * EXP);
      kernel.scale(scaled, -0.75, x.length - 1);
      assertRelativelyClose(scaled.f32, x.map((value, i) => (i < x.length - 1 ? value * -0.75 : value)), F32); // prettier-ignore
    });

    it('holds gates and units of a clamped SwiGLU within 7, gates from above alone', () => {
      const x = Float32Array.from([...normal(1, 9000, 6), -1000, -8, 0, 8, 1000]);
      const up = normal(2, x.length, 6);
      const expected = x.map((each, i) => {
        const g = Math.min(7, each);
        return (g / (1 + Math.exp(-1.702 * g))) * (Math.min(7, Math.max(-7, up[i])) + 1);
      });
      const gate = put(kernel, x);
      kernel.clampedSwiglu(gate, put(kernel, up), x.length);
      assertRelativelyClose(gate.f32, expected, 2 * EXP);
    });

    it('turns by tables of several rotations, with a magnitude', () => {
      const x = normal(1, 3 * 8);
      const [one, other] = [put(kernel, [1, 0.3]), put(kernel, [0.5, 0.1, 0.02, 0.01])];
      const turned = (inverse: Buf, magnitude?: number): Float32Array => {
        const buf = put(kernel, x);
        kernel.rope(buf, 3, 1, 8, 2, inverse, 'half', magnitude);
        return buf.f32.slice();
      };
      const [first, second] = [turned(one), turned(other)];
      assertRelativelyClose(turned(one, 1.5), first.map((value, i) => (i % 8 < 4 ? value * 1.5 : value)), F32); // prettier-ignore
      assert.deepEqual([turned(one), turned(other)], [first, second], 'neither table is the other’s');
    });

    for (const pairing of ['adjacent', 'half'] as const) {
      it(`rotates pairs (${pairing}) and leaves the rest of a head`, () => {
        const [n, heads, headDim, start] = [3, 2, 10, 5];
        const frequencies = Float32Array.from([1, 0.1, 0.01]);
        const x = normal(1, n * heads * headDim);
        const expected = x.slice();
        for (let row = 0; row < n * heads; row++) {
          for (let j = 0; j < 3; j++) {
            const [p, q] = pairing === 'adjacent' ? [2 * j, 2 * j + 1] : [j, j + 3];
            const angle = (start + Math.floor(row / heads)) * frequencies[j];
            const [u, v] = [x[row * headDim + p], x[row * headDim + q]];
            expected[row * headDim + p] = u * Math.cos(angle) - v * Math.sin(angle);
            expected[row * headDim + q] = u * Math.sin(angle) + v * Math.cos(angle);
          }
        }
        const buf = put(kernel, x);
        kernel.rope(buf, n, heads, headDim, start, put(kernel, frequencies), pairing);
        assertRelativelyClose(buf.f32, expected, F32);
      });
    }

    for (const [heads, kvHeads, headDim, start, n, window, softcap, sink, alibi, keyDim = headDim, both] of [
      [4, 2, 16, 30, 100, 0, 0, 0, 0, 16, 1],
      [5, 5, 8, 40, 90, 21, 0, 2, 8, 24, 1],
      [3, 1, 6, 150, 9, 33, 1.5, 0, 8, 10, 1],
      [2, 1, 8, 20, 1, 0, 0, 0, 0, 8, 1],
      [5, 5, 16, 0, 100, 0, 0, 0, 8],
      [3, 1, 10, 70, 5, 33, 1.5, 1, 4],
      [6, 2, 8, 130, 200, 70, 0, 0, 8],
      [4, 2, 16, 0, 100, 0, 0, 1],
      [4, 2, 16, 0, 100, 7, 0, 40],
      [2, 1, 6, 140, 5, 33, 0, -3],
      [2, 2, 8, 300, 1, 9, 0, 2],
      [4, 2, 16, 0, 100, 7, 0],
      [4, 2, 16, 0, 100, 0, 1.5],
      [2, 1, 8, 130, 200, 70, 2],
      [2, 1, 6, 140, 5, 33, 1],
      [2, 2, 8, 300, 1, 9, 0],
      [4, 2, 16, 0, 9],
      [3, 1, 6, 4, 2],
      [2, 2, 80, 0, 300],
      [8, 4, 32, 259, 1],
      [6, 2, 12, 140, 5],
      [4, 2, 10, 0, 300],
      [4, 4, 8, 0, 100, 0, 0, 0, 0, 24],
      [4, 2, 16, 5, 90, 7, 0, 2, 0, 8],
      [3, 3, 6, 140, 5, 0, 0, 0, 4, 10],
      [2, 2, 12, 300, 1, 0, 0, 0, 0, 7],
    ]) {
      const special = `${window ? `, window ${window}` : ''}${softcap ? `, cap ${softcap}` : ''}${sink ? `, sinks around ${sink}` : ''}${alibi ? `, ALiBi up to ${alibi}` : ''}${both ? ', both ways' : ''}`;
      it(`attends: ${heads} heads on ${kvHeads}, head size ${headDim}, keys of ${keyDim}, tokens ${start} to ${start + n - 1}${special}`, () => {
        const total = start + n;
        const scale = 1 / Math.sqrt(keyDim);
        const q = normal(1, total * heads * keyDim, 2);
        const [k, v] = [normal(2, total * kvHeads * keyDim), normal(3, total * kvHeads * headDim)];
        const bothWays = both ? total : undefined;
        const head = heads - 1;
        const what = `${heads} ${kvHeads} ${headDim} ${keyDim} ${start} ${n}${special}`;
        const { weights, expected } = once(what, () => {
          const slopes = alibi ? SLOPES[heads].map((each) => each ** (alibi / 8)) : [];
          const weights = new Float64Array(total * total); // of the head that is drawn: [query][key]
          const expected = new Float64Array(n * heads * headDim);
          for (let h = 0; h < heads; h++) {
            const kv = Math.floor(h / (heads / kvHeads));
            for (let i = h === head ? 0 : start; i < total; i++) {
              const scores = Array.from({ length: both ? total : i + 1 }, (_, t) => {
                if (window && Math.abs(i - t) >= window) return -Infinity;
                let score = 0;
                for (let c = 0; c < keyDim; c++) {
                  score += q[(i * heads + h) * keyDim + c] * k[(t * kvHeads + kv) * keyDim + c];
                }
                const capped = softcap ? softcap * Math.tanh((score * scale) / softcap) : score * scale;
                return alibi ? capped - slopes[h] * Math.abs(i - t) : capped;
              });
              const own = sink ? sink + h : -Infinity;
              const max = Math.max(...scores, own);
              const sum = scores.reduce((all, score) => all + Math.exp(score - max), Math.exp(own - max));
              scores.forEach((score, t) => {
                const weight = Math.exp(score - max) / sum;
                if (h === head) weights[i * total + t] = weight;
                if (i < start) return;
                for (let c = 0; c < headDim; c++) {
                  expected[((i - start) * heads + h) * headDim + c] += weight * v[(t * kvHeads + kv) * headDim + c];
                }
              });
            }
          }
          return { weights, expected };
        });
        const [qs, ks, vs] = [put(kernel, q), put(kernel, k), put(kernel, v)];
        const given = { window: window || undefined, softcap: softcap || undefined, alibi: alibi || undefined };
        const sinks = sink
          ? put(
              kernel,
              Float32Array.from({ length: heads }, (_, h) => sink + h),
            )
          : undefined;
        const apart = keyDim === headDim ? {} : { keyDim };
        const shape = { heads, kvHeads, headDim, ...apart, scale, ...given, sinks };
        const all = kernel.alloc(total * heads * headDim);
        const stats = kernel.alloc(total * heads * 2);
        kernel.attention(all, qs, ks, vs, stats, { ...shape, n: total, start: 0, bothWays });
        const later = kernel.alloc(n * heads * headDim);
        const tail = qs.slice(start * heads * keyDim, n * heads * keyDim);
        kernel.attention(later, tail, ks, vs, kernel.alloc(n * heads * 2), { ...shape, n, start, bothWays });
        assertRelativelyClose(later.f32, expected, F32);
        assertRelativelyClose(all.f32.subarray(start * heads * headDim), expected, F32);

        const picture = (q0: number, q1: number, k0: number, k1: number, rows: number, cols: number): TileRequest => ({
          ...shape,
          bothWays: Boolean(both),
          head,
          q0,
          q1,
          k0,
          k1,
          rows,
          cols,
          pool: 'max',
        });
        const requests = [
          picture(0, total, 0, total, total, total),
          picture(0, total, 0, total, Math.min(7, total), Math.min(5, total)),
          picture(total >> 1, total, 1, Math.max(2, total >> 1), 1, 1),
        ];
        for (const pool of ['max', 'mean'] as const) {
          for (const request of requests) {
            const { q0, q1, k0, k1, rows, cols } = request;
            const pooled = once(`${what}, ${pool} ${rows} ${cols}`, () => {
              const pooled = new Float64Array(rows * cols);
              const sizes = new Float64Array(rows * cols);
              for (let i = q0; i < q1; i++) {
                for (let t = k0; t < k1; t++) {
                  const cell =
                    Math.floor(((i - q0) * rows) / (q1 - q0)) * cols + Math.floor(((t - k0) * cols) / (k1 - k0));
                  const weight = weights[i * total + t];
                  pooled[cell] = pool === 'max' ? Math.max(pooled[cell], weight) : pooled[cell] + weight;
                  sizes[cell]++;
                }
              }
              if (pool === 'mean') sizes.forEach((size, cell) => (pooled[cell] /= size));
              return pooled;
            });
            const out = kernel.alloc(rows * cols);
            kernel.attentionTile(out, qs, ks, stats, { ...request, pool });
            assertRelativelyClose(out.f32, pooled, F32, `${pool} ${rows}×${cols}`);
          }
        }
      });
    }

    it('gives cut edges a weight of 0 and shares it out among the rest', () => {
      const [n, heads, headDim] = [150, 2, 8];
      const shape = { heads, kvHeads: 1, headDim, scale: 0.3 };
      const [q, k, v] = [normal(1, n * heads * headDim), normal(2, n * headDim), normal(3, n * headDim)];
      // Head 1: queries from 3 on do not see keys 2 … 139 (more than a block of keys); query 1 sees nothing at all.
      const cut = [1, 2, 3, n, 2, 140, 1, 2, 1, 2, 0, 2];
      const isCut = (h: number, i: number, t: number): boolean =>
        h === 1 && ((i >= 3 && t >= 2 && t < 140) || (i === 1 && t < 2));
      const expected = new Float64Array(n * heads * headDim);
      const weights = new Float64Array(n * n); // of head 1
      for (let h = 0; h < heads; h++) {
        for (let i = 0; i < n; i++) {
          const scores = Array.from({ length: i + 1 }, (_, t) => {
            if (isCut(h, i, t)) return 0;
            let score = 0;
            for (let c = 0; c < headDim; c++) score += q[(i * heads + h) * headDim + c] * k[t * headDim + c];
            return Math.exp(score * 0.3);
          });
          const sum = scores.reduce((all, score) => all + score, 0);
          scores.forEach((score, t) => {
            const weight = sum > 0 ? score / sum : 0;
            if (h === 1) weights[i * n + t] = weight;
            for (let c = 0; c < headDim; c++) expected[(i * heads + h) * headDim + c] += weight * v[t * headDim + c];
          });
        }
      }
      const [out, stats, cuts] = [
        kernel.alloc(n * heads * headDim),
        kernel.alloc(n * heads * 2),
        put(kernel, cut, true),
      ];
      const [qs, ks] = [put(kernel, q), put(kernel, k)];
      const vs = put(kernel, v);
      kernel.attention(out, qs, ks, vs, stats, { ...shape, n, start: 0, cuts });
      assertRelativelyClose(out.f32, expected, F32);
      // The last three rows by themselves: fewer than eight go row by row.
      const [few, size] = [kernel.alloc(3 * heads * headDim), heads * headDim];
      const last = qs.slice((n - 3) * size, 3 * size);
      kernel.attention(few, last, ks, vs, kernel.alloc(3 * heads * 2), { ...shape, n: 3, start: n - 3, cuts });
      assertRelativelyClose(few.f32, expected.subarray((n - 3) * size), F32);
      const picture = kernel.alloc(n * n);
      const whole = { head: 1, q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n, pool: 'max', cuts } as const;
      kernel.attentionTile(picture, qs, ks, stats, { ...shape, ...whole });
      assertRelativelyClose(picture.f32, weights, F32);
      picture.f32.forEach((weight, at) => {
        if (isCut(1, Math.floor(at / n), at % n)) assert.equal(weight, 0);
      });
      const [sinks, sunk] = [put(kernel, [0.5, 2]), kernel.alloc(n * heads * 2)];
      kernel.attention(out, qs, ks, vs, sunk, { ...shape, n, start: 0, cuts, sinks });
      const blind = (1 * heads + 1) * 2; // head 1 of query 1: the sink has all
      assert.deepEqual([...sunk.f32.subarray(blind, blind + 2)], [2, 1]);
      assert.ok(out.f32.subarray(blind * 4, blind * 4 + headDim).every((value) => value === 0));
      kernel.attentionTile(picture, qs, ks, stats, { ...shape, ...whole, rows: 1, cols: 1, pool: 'mean' });
      assertRelativelyClose([weights.reduce((sum, weight) => sum + weight, 0) / n ** 2], picture.f32.slice(0, 1), F32);
    });

    for (const [n, headDim, start, keyDim = headDim, behind] of [
      [11, 16, 70, 16, 90],
      [12, 8, 5, 8, 70],
      [3, 6, 140, 6, 2],
      [11, 16, 70],
      [90, 8, 3],
      [9, 24, 0],
      [3, 16, 200],
      [20, 6, 40],
      [11, 16, 70, 8],
      [9, 6, 20, 10],
    ]) {
      it(`attends from ${n} rows of one place, head size ${headDim}, keys of ${keyDim}, as from each behind the ${start} tokens before${behind ? ` and ${behind} after` : ''}`, () => {
        const [heads, kvHeads] = [4, 2];
        const bound = headDim === 8 ? { window: 2, softcap: 1 } : headDim === 16 ? { window: 40 } : { alibi: 8 };
        const all = start + 1 + (behind ?? 0);
        const ways = behind ? { bothWays: all } : {};
        const shape = { heads, kvHeads, headDim, keyDim, scale: 0.3, start, ...ways, ...bound };
        const [qWidth, width] = [heads * keyDim, heads * headDim];
        const kvWidths = [kvHeads * keyDim, kvHeads * headDim];
        const q = put(kernel, normal(1, n * qWidth));
        const shared = kvWidths.map((kvWidth, i) => normal(2 + i, all * kvWidth));
        const own = kvWidths.map((kvWidth, i) => normal(4 + i, n * kvWidth));
        // The second head does not see the first keys, the third not its own.
        const cutOfOwn = [1, 2, 0, start + 1, 0, Math.floor(start / 2), 2, 3, start, start + 1, start, start + 1];
        for (const cuts of [undefined, put(kernel, cutOfOwn, true)]) {
          const [k, v, ownK, ownV] = [...shared, ...own].map((values) => put(kernel, values));
          const [out, stats] = [kernel.alloc(n * width), kernel.alloc(n * heads * 2)];
          kernel.attention(out, q, k, v, stats, { ...shape, n, cuts, own: { k: ownK, v: ownV } });
          assert.deepEqual(k.f32, shared[0], 'what is shared stays');
          for (let i = 0; i < n; i++) {
            [k, v].forEach((buf, which) => {
              const kvWidth = kvWidths[which];
              buf.f32.set(own[which].subarray(i * kvWidth, (i + 1) * kvWidth), start * kvWidth);
            });
            const [one, oneStats] = [kernel.alloc(width), kernel.alloc(heads * 2)];
            kernel.attention(one, q.slice(i * qWidth, qWidth), k, v, oneStats, { ...shape, n: 1, cuts });
            assertRelativelyClose(out.f32.subarray(i * width, (i + 1) * width), one.f32, F32, `row ${i}`);
            const statsOfRow = stats.f32.subarray(i * heads * 2, (i + 1) * heads * 2);
            for (let at = 0; at < heads * 2; at++) {
              if (Number.isFinite(oneStats.f32[at])) assertRelativelyClose([statsOfRow[at]], [oneStats.f32[at]], F32);
              else assert.equal(statsOfRow[at], oneStats.f32[at]);
            }
          }
        }
      });
    }

    it('stays finite with scores far apart', () => {
      const shape = { n: 3, start: 0, heads: 1, kvHeads: 1, headDim: 4, scale: 1 };
      const q = put(kernel, [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
      const k = put(kernel, [-5000, 0, 0, 0, 5000, 0, 0, 0, -5000, 0, 0, 0]);
      const v = put(kernel, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
      const out = kernel.alloc(12);
      kernel.attention(out, q, k, v, kernel.alloc(6), shape);
      assertRelativelyClose(out.f32, Float32Array.from([1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2]), 1e-6);
    });

    it('routes to the likeliest experts, ties to the lower id', () => {
      const [n, experts, topK] = [2, 7, 3];
      const logits = [1, 3, 3, -2, 0.5, 3, 2, 0, 0, 0, 0, 0, 0, 0];
      for (const renormalize of [true, false]) {
        const [p, ids, weights] = [put(kernel, logits), kernel.alloc(n * topK), kernel.alloc(n * topK)];
        kernel.route(p, ids, weights, { n, experts, topK, renormalize });
        assert.deepEqual([...ids.i32], [1, 2, 5, 0, 1, 2]);
        const total = logits.slice(0, 7).reduce((sum, logit) => sum + Math.exp(logit), 0);
        const first = renormalize ? 1 / 3 : Math.exp(3) / total;
        const second = renormalize ? 1 / 3 : 1 / 7;
        assertRelativelyClose(weights.f32, Float32Array.from([first, first, first, second, second, second]), EXP);
        assertRelativelyClose(
          p.f32.subarray(0, 7),
          Float32Array.from(logits.slice(0, 7), (l) => Math.exp(l) / total),
          EXP,
        );
      }
    });

    it('gathers rows and puts them back scaled', () => {
      const x = normal(1, 4 * 6);
      const [rows, scales] = [put(kernel, [3, 1], true), put(kernel, [2, -1])];
      const gathered = kernel.alloc(12);
      kernel.gather(gathered, put(kernel, x), rows, 2, 6);
      assert.deepEqual([...gathered.f32], [...x.subarray(18, 24), ...x.subarray(6, 12)]);
      const out = put(kernel, x);
      kernel.scatterAdd(out, gathered, rows, scales, 2, 6);
      const factor = [1, 0, 1, 3];
      assertRelativelyClose(
        out.f32,
        x.map((value, i) => value * factor[Math.floor(i / 6)]),
        F32,
      );
    });

    it('does nothing for no tokens', () => {
      const w = kernel.loadMatrix(GgmlType.F32, 2, 4, new Uint8Array(32), 'w');
      const out = put(kernel, [7, 7]);
      kernel.matmul(out, kernel.alloc(4), w, 0);
      assert.deepEqual([...out.f32], [7, 7]);
    });

    it('keeps what was allocated apart and gives it back', () => {
      const before = kernel.bytesInUse;
      const random = seededRandom(5);
      const live = new Map<Buf, number>();
      for (let i = 0; i < 400; i++) {
        if (live.size > 0 && random() < 0.5) {
          const [buf, value] = [...live][Math.floor(random() * live.size)];
          assert.ok(buf.f32.every((each) => each === value));
          kernel.free(buf);
          live.delete(buf);
        } else {
          const buf = kernel.alloc(1 + Math.floor(random() * 3000));
          assert.ok(buf.f32.every((each) => each === 0));
          buf.f32.fill(i);
          live.set(buf, i);
        }
      }
      for (const buf of live.keys()) kernel.free(buf);
      assert.equal(kernel.bytesInUse, before);
    });

    it('says so when memory runs out, and goes on', () => {
      assert.throws(
        () => kernel.alloc(2 ** 40),
        (thrown: Problem) => thrown.code === 'out-of-memory',
      );
      if (name !== 'reference') assert.equal(kernel.reserve(2 ** 33), false);
      assert.equal(kernel.reserve(100), true);
      kernel.free(kernel.alloc(100));
    });
  });
}

describe('kernel relaxed-simd with 8-bit weights in its dot product', () => {
  for (const zeroPoint8 of [128, 0]) {
    it(`stores weights with ${zeroPoint8} added and takes it off again`, async function () {
      if (!canRun('relaxed-simd')) this.skip();
      // Machines that add pairs of products in 16 bits are exact too where one of each pair of activations is 0, and the
      // weights stay below 128 where they are taken as unsigned: the layout can be tested on all of them.
      const kernel = await createWasmKernel('relaxed-simd', { small: 'dot', large: 'dot', zeroPoint8 });
      const [rows, cols, n] = [13, 64, 5];
      const bytes = quantize(GgmlType.Q8_0, normal(4, rows * cols));
      if (process.arch === 'x64' && zeroPoint8 === 0) {
        for (let at = 0; at < bytes.length; at++) if (at % 34 >= 2) bytes[at] &= 127;
      }
      const weights = new Float32Array(rows * cols);
      dequantize(GgmlType.Q8_0, bytes, weights);
      const w = kernel.loadMatrix(GgmlType.Q8_0, rows, cols, bytes, 'w');
      const x = normal(5, n * cols).map((_, i) => (i % 2 ? 0 : i % 32 === 0 ? 127 : (i * 7) % 127));
      for (const rowsAtOnce of [n, 1]) {
        const out = kernel.alloc(rowsAtOnce * rows);
        kernel.matmul(out, put(kernel, x.subarray(0, rowsAtOnce * cols)), w, rowsAtOnce);
        assertRelativelyClose(out.f32, product(x, weights, rowsAtOnce, rows, cols), 1e-4);
      }
      const row = kernel.alloc(cols);
      kernel.rows(row, w, put(kernel, [12], true), 1);
      assertRelativelyClose(row.f32, weights.subarray(12 * cols), 1e-6);
    });
  }
});

describe('threads of a kernel', () => {
  it('are not begun where atomics lose updates', () => {
    assert.equal(nodeThreads(3).count, THREADS_WORK ? 3 : 1);
  });

  it('where none can be had, the kernel works alone', async () => {
    const kernel = await createKernel('simd', { count: 3, start: () => Promise.reject(new Error('no more threads')) });
    assert.equal(kernel.threads, 1);
    kernel.close();
  });

  if (!THREADS_WORK) return;

  it('give the same bits as one, whoever takes which part', async () => {
    const [rows, cols, n] = [520, 256, 33];
    const bytes = quantize(GgmlType.Q4_0, normal(1, rows * cols));
    const x = normal(2, n * cols);
    const results: Float32Array[] = [];
    for (const count of [1, 2, 4]) {
      const kernel = await createKernel(undefined, dividing(count));
      assert.equal(kernel.threads, count);
      const w = kernel.loadMatrix(GgmlType.Q4_0, rows, cols, bytes, 'w');
      const [input, out] = [put(kernel, x), kernel.alloc(n * rows)];
      for (let round = 0; round < 20; round++) {
        out.f32.fill(NaN);
        kernel.matmul(out, input, w, n);
        results.push(out.f32.slice());
      }
      kernel.close();
    }
    for (const result of results) assert.deepEqual(result, results[0]);
  });

  it('end when the kernel is closed', async function () {
    if (threadCount() === undefined) this.skip();
    const kernel = await createKernel('simd', dividing(3));
    const during = threadCount()!;
    kernel.close();
    // A worker's thread ends a moment after it was told to.
    while (threadCount()! > during - 2) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('grow their memory together', async () => {
    const kernel = await createKernel(undefined, dividing(2));
    for (const n of [64, 512, 4096]) {
      const shape = { n, start: 0, heads: 4, kvHeads: 4, headDim: 8, scale: 1 };
      const values = put(kernel, normal(n, n * 32));
      const [out, stats] = [kernel.alloc(n * 32), kernel.alloc(n * 8)];
      kernel.attention(out, values, values, values, stats, shape);
      assert.ok(
        out.f32.every((value) => value !== 0),
        'every part was done',
      );
      kernel.add(out, values, n * 32);
    }
    kernel.close();
  });
});

/** Threads of this process; undefined where the system does not tell. */
function threadCount(): number | undefined {
  return existsSync('/proc/self/task') ? readdirSync('/proc/self/task').length : undefined;
}
