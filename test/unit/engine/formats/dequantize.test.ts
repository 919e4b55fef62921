import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dequantize, fromBf16, fromF16 } from '../../../../src/engine/formats/dequantize';
import { GgmlType, byteLengthOf } from '../../../../src/engine/formats/ggmlTypes';
import { quantize, toBf16, toF16 } from '../../../support/quantize';

/** Weights in each fixture: see test/fixtures/dequant/generate.c. */
const FIXTURE_WEIGHTS = 512;

describe('dequantize', () => {
  for (const name of Object.values(GgmlType).filter((each) => typeof each === 'string')) {
    if (name === 'F32') continue;
    it(`reads ${name} blocks to the same bits as ggml's C code`, () => {
      const file = new Uint8Array(readFileSync(`test/fixtures/dequant/${name}.bin`));
      const type = GgmlType[name as keyof typeof GgmlType];
      const blockBytes = byteLengthOf(type, FIXTURE_WEIGHTS);
      const expected = new Uint32Array(file.slice(blockBytes).buffer);
      const weights = new Float32Array(FIXTURE_WEIGHTS);
      dequantize(type, file.subarray(0, blockBytes), weights);
      assert.deepEqual(new Uint32Array(weights.buffer), expected);
    });
  }

  it('reads F32 from bytes at any address', () => {
    const weights = Float32Array.from([1.5, -0, 3e38, 1e-45]);
    const shifted = new Uint8Array(17);
    shifted.set(new Uint8Array(weights.buffer), 1);
    const out = new Float32Array(4);
    dequantize(GgmlType.F32, shifted.subarray(1), out);
    assert.deepEqual(out, weights);
  });

  it('refuses bytes that are not as many whole blocks as the weights', () => {
    assert.throws(() => dequantize(GgmlType.Q8_0, new Uint8Array(34), new Float32Array(31)), RangeError);
    assert.throws(() => dequantize(GgmlType.Q4_K, new Uint8Array(143), new Float32Array(256)), RangeError);
    dequantize(GgmlType.Q6_K, new Uint8Array(0), new Float32Array(0));
  });
});

describe('reference quantizers', () => {
  it('give every half and bfloat16 back its own bits', () => {
    for (let bits = 0; bits < 65536; bits++) {
      if (!Number.isNaN(fromF16(bits))) assert.equal(toF16(fromF16(bits)), bits);
      if (!Number.isNaN(fromBf16(bits))) assert.equal(toBf16(fromBf16(bits)), bits);
    }
  });

  it('round halves to even', () => {
    const between = (a: number, b: number): number => (fromF16(a) + fromF16(b)) / 2;
    assert.equal(toF16(between(0x3c00, 0x3c01)), 0x3c00);
    assert.equal(toF16(between(0x3c01, 0x3c02)), 0x3c02);
    assert.equal(toF16(between(0x0001, 0x0002)), 0x0002);
    assert.equal(toF16(65520), 0x7c00);
  });

  /** Largest error of a weight in −1 … 1: half a step, where steps are 2/254, 1/8 (one side clipped), about 1/7.5, 1/31. */
  const tolerance = { Q8_0: 0.005, Q4_0: 0.13, Q4_K: 0.075, Q6_K: 0.02 };
  for (const name of ['Q8_0', 'Q4_0', 'Q4_K', 'Q6_K'] as const) {
    it(`keep weights within half a step of ${name}`, () => {
      const weights = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i * i * 0.37) * (i < 512 ? 1 : 0.9));
      const out = new Float32Array(weights.length);
      dequantize(GgmlType[name], quantize(GgmlType[name], weights), out);
      const worst = weights.reduce((max, w, i) => Math.max(max, Math.abs(w - out[i])), 0);
      assert.ok(worst < tolerance[name], `largest error ${worst}`);
    });
  }
});
