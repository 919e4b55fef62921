/**
 * A kernel that rounds activations before each product with a quantised matrix as llama.cpp's CPU backend does
 * (ggml-cpu.c, type_traits_cpu[].vec_dot_type), so that what remains between the two is the order of sums.
 */
import { fromBf16, fromF16 } from '../../src/engine/formats/dequantize';
import { GgmlType } from '../../src/engine/formats/ggmlTypes';
import type { Buf, Kernel, Matrix } from '../../src/engine/kernel/kernel';
import { toBf16, toF16 } from './quantize';

export function withRoundedActivations(kernel: Kernel): Kernel {
  const matmul = (out: Buf, x: Buf, w: Matrix, n: number): void => {
    const round = ROUND[w.type];
    if (!round) return kernel.matmul(out, x, w, n);
    const rounded = kernel.alloc(n * w.cols);
    try {
      rounded.f32.set(x.f32.subarray(0, n * w.cols));
      round(rounded.f32);
      kernel.matmul(out, rounded, w, n);
    } finally {
      kernel.free(rounded);
    }
  };
  return new Proxy(kernel, {
    get(target, name) {
      if (name === 'matmul') return matmul;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

type Round = (x: Float32Array) => void;

const each =
  (round: (value: number) => number): Round =>
  (x) => {
    for (let i = 0; i < x.length; i++) x[i] = round(x[i]);
  };

const ROUND: Partial<Record<GgmlType, Round>> = {
  [GgmlType.F16]: each((value) => fromF16(toF16(value))),
  [GgmlType.BF16]: each((value) => fromBf16(toBf16(value))),
  [GgmlType.Q8_0]: roundQ8_0,
  [GgmlType.Q4_0]: roundQ8_0,
  [GgmlType.Q5_0]: roundQ8_0,
  // Q8_1, which rounds as Q8_0 does.
  [GgmlType.Q4_1]: roundQ8_0,
  [GgmlType.Q5_1]: roundQ8_0,
  [GgmlType.IQ4_NL]: roundQ8_0,
  [GgmlType.MXFP4]: roundQ8_0,
  [GgmlType.Q2_K]: roundQ8_K,
  [GgmlType.Q3_K]: roundQ8_K,
  [GgmlType.Q4_K]: roundQ8_K,
  [GgmlType.Q5_K]: roundQ8_K,
  [GgmlType.Q6_K]: roundQ8_K,
  [GgmlType.IQ4_XS]: roundQ8_K,
};

const f32 = Math.fround;

/** quantize_row_q8_0: 32 values share a scale, kept as f16. */
function roundQ8_0(x: Float32Array): void {
  for (let at = 0; at < x.length; at += 32) {
    const block = x.subarray(at, at + 32);
    const largest = block.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const scale = fromF16(toF16(f32(largest / 127)));
    const inverse = largest === 0 ? 0 : f32(127 / largest);
    block.forEach((value, i) => (block[i] = f32(scale * halfToEven(f32(value * inverse)))));
  }
}

/** quantize_row_q8_K: 256 values share a scale, kept as f32; the largest, with its sign, becomes −127. */
function roundQ8_K(x: Float32Array): void {
  for (let at = 0; at < x.length; at += 256) {
    const block = x.subarray(at, at + 256);
    const extreme = block.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0);
    if (extreme === 0) continue;
    const inverse = f32(-127 / extreme);
    const scale = f32(1 / inverse);
    block.forEach((value, i) => (block[i] = f32(scale * Math.min(127, halfToEven(f32(inverse * value))))));
  }
}

function halfToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}
