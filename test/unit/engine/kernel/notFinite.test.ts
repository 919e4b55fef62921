/** NaN and infinity in weights and in what is computed from them: told, never shown. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { dequantize } from '../../../../src/engine/formats/dequantize';
import { firstNotFinite } from '../../../../src/engine/formats/finite';
import { BLOCK_LAYOUT, byteLengthOf, ggmlTypeName, type GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { generate } from '../../../../src/engine/generate';
import { createKernel } from '../../../../src/engine/kernel/choose';
import type { Buf, Kernel } from '../../../../src/engine/kernel/kernel';
import { loadModel } from '../../../../src/engine/model/load';
import { seededRandom } from '../../../../src/shared/random';
import { KERNELS_HERE } from '../../../support/kernels';
import { assertProblem } from '../../../support/problems';
import { quantize, QUANTIZED, randomBlocks } from '../../../support/quantize';
import { type tinyModel, tinyModelBytes } from '../../../support/tinyModel';

const TYPES = Object.keys(BLOCK_LAYOUT).map(Number) as GgmlType[];

function finiteBlocks(type: GgmlType, weights: number): Uint8Array {
  if (!QUANTIZED.includes(type)) return randomBlocks(type, weights, seededRandom(type));
  return quantize(
    type,
    Float32Array.from({ length: weights }, (_, i) => Math.sin(i)),
  );
}

/** Blocks of random bytes; about every second number in them with an exponent of ones. */
function strangeBlocks(type: GgmlType, blocks: number, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const size = BLOCK_LAYOUT[type].bytes;
  return Uint8Array.from({ length: blocks * size }, () => {
    const byte = Math.floor(random() * 256);
    return random() < 0.3 ? 0x7c | (byte & 0x83) : byte;
  });
}

describe('weights that are not finite', () => {
  for (const type of TYPES) {
    it(`are found in ${ggmlTypeName(type)} exactly where dequantising gives some`, () => {
      const { weights: size, bytes: blockBytes } = BLOCK_LAYOUT[type];
      const all = strangeBlocks(type, 3000, type + 1);
      let broken = 0;
      for (let at = 0; at < all.length; at += blockBytes) {
        const block = all.subarray(at, at + blockBytes);
        const values = new Float32Array(size);
        dequantize(type, block, values);
        const finite = values.every(Number.isFinite);
        assert.equal(firstNotFinite(type, block) === undefined, finite, block.join());
        if (!finite) broken++;
      }
      assert.ok(broken > 5 && broken < 2995, `${broken} of 3000 blocks`);
    });
  }

  for (const name of KERNELS_HERE) {
    it(`are refused by the kernel ${name}, wherever they stand, with the tensor's name`, async () => {
      const kernel = await createKernel(name);
      for (const type of TYPES) {
        const [rows, cols] = [9, 512];
        const good = finiteBlocks(type, rows * cols);
        const before = kernel.bytesInUse;
        kernel.freeMatrix(kernel.loadMatrix(type, rows, cols, good, 'good'));
        for (const row of [0, 4, 8]) {
          const bad = good.slice();
          // The row's last block that is broken on its own, put in the place of the row's last block.
          const { bytes: size, weights } = BLOCK_LAYOUT[type];
          const broken = brokenBlock(type);
          bad.set(broken, byteLengthOf(type, (row + 1) * cols) - size);
          const { detail } = assertProblem(
            'weights-broken',
            () => kernel.loadMatrix(type, rows, cols, bad, 'blk.3.x'),
            /blk\.3\.x/,
          );
          assert.deepEqual(detail, { tensor: 'blk.3.x' });
          const vector = bad.subarray(byteLengthOf(type, row * cols), byteLengthOf(type, (row + 1) * cols));
          assertProblem(
            'weights-broken',
            () => kernel.loadVector(type, cols, vector, 'norm'),
            /“norm”/,
            new RegExp(`weight ${cols - weights}`),
          );
        }
        assert.equal(kernel.bytesInUse, before, 'nothing is kept of a refused tensor');
      }
      kernel.close();
    });
  }

  for (const experts of [0, 3]) {
    it(`refuse the model and name the tensor, for every tensor of a ${experts ? 'mixture' : 'dense model'}`, async () => {
      const bytes = tinyModelBytes({ experts, layers: 1 });
      for (const tensor of readGguf(new BufferSource(bytes)).tensors.values()) {
        const bad = bytes.slice();
        new DataView(bad.buffer).setUint32(tensor.offset + tensor.byteLength - 4, 0x7fc00000, true);
        await assert.rejects(loadModel(new BufferSource(bad, 'bad.gguf')), (thrown: Error) => {
          assertProblem(
            'weights-broken',
            () => {
              throw thrown;
            },
            new RegExp(tensor.name.replaceAll('.', '\\.')),
          );
          return true;
        });
      }
    });
  }

  it('end the command line with 1 and nothing but the message', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'attention-nan-'));
    const file = path.join(folder, 'nan.gguf');
    const bytes = tinyModelBytes();
    const tensor = readGguf(new BufferSource(bytes)).tensors.get('blk.1.attn_norm.weight')!;
    new DataView(bytes.buffer).setFloat32(tensor.offset, Infinity, true);
    writeFileSync(file, bytes);
    const run = spawnSync(process.execPath, ['dist/cli.js', 'explain', '--model', file, '--text', 'abc'], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    assert.deepEqual([run.status, run.stdout], [1, '']);
    assert.match(run.stderr, /blk\.1\.attn_norm\.weight/);
  });
});

/** A block of which a weight is not finite. */
function brokenBlock(type: GgmlType): Uint8Array {
  const { weights: size, bytes } = BLOCK_LAYOUT[type];
  for (let seed = 0; ; seed++) {
    const block = strangeBlocks(type, 1, seed).subarray(0, bytes);
    const values = new Float32Array(size);
    dequantize(type, block, values);
    if (!values.every(Number.isFinite)) return block;
  }
}

describe('a computation that leaves the finite numbers', () => {
  /** Finite weights, so large that layer 1 cannot be computed. */
  async function overflowing(tensor: string): ReturnType<typeof tinyModel> {
    const bytes = tinyModelBytes();
    const { offset, byteLength } = readGguf(new BufferSource(bytes)).tensors.get(tensor)!;
    new Float32Array(bytes.buffer, offset, byteLength / 4).fill(3e38);
    return loadModel(new BufferSource(bytes, 'large.gguf'));
  }

  it('is told before the layer is shown', async () => {
    const model = await overflowing('blk.1.ffn_down.weight');
    const shown: number[] = [];
    await assert.rejects(
      explain(model, 'some text', {
        maxTokens: 20,
        top: 3,
        handle: { worker: 1, kept: 1 },

        signal: new AbortController().signal,
        progress: (report) => {
          if (report.kind === 'layer') shown.push(report.maps.layer);
        },
      }),
      { code: 'weights-broken', message: /layer 1/ },
    );
    assert.deepEqual(shown, [0]);
    await assert.rejects(generate(model, [1, 2, 3], { maxTokens: 2 }), { code: 'weights-broken' });
    model.kernel.close();
  });

  it('is told at the first logits', async () => {
    const model = await overflowing('token_embd.weight');
    await assert.rejects(generate(model, [1, 2, 3], { maxTokens: 2 }), { code: 'weights-broken' });
    model.kernel.close();
    const tied = await overflowing('output_norm.weight');
    await assert.rejects(generate(tied, [1, 2, 3], { maxTokens: 2 }), { code: 'weights-broken', message: /logits/ });
    tied.kernel.close();
  });
});

describe('kernels on numbers that are not finite', () => {
  const finite = (values: ArrayLike<number>): boolean[] => Array.from(values, Number.isFinite);
  const put = (kernel: Kernel, values: ArrayLike<number>): Buf => {
    const buf = kernel.alloc(values.length);
    buf.f32.set(values);
    return buf;
  };
  const sine = (length: number, step = 1): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin(1 + i * step));
  let reference: Kernel;
  let others: Kernel[];
  before(async () => {
    reference = await createKernel('reference');
    others = await Promise.all(KERNELS_HERE.slice(1).map((name) => createKernel(name)));
  });

  /** The same places are finite in every kernel as in the reference. */
  function agree(what: string, run: (kernel: Kernel) => ArrayLike<number>): void {
    const expected = finite(run(reference));
    for (const kernel of others) assert.deepEqual(finite(run(kernel)), expected, `${what}, ${kernel.name}`);
  }

  /** Where blocks of eight queries share their keys, 0 · ∞ of a key that an earlier query must not see reaches it too. */
  function covers(what: string, run: (kernel: Kernel) => ArrayLike<number>): void {
    const expected = finite(run(reference));
    for (const kernel of others) {
      const actual = finite(run(kernel));
      assert.ok(
        expected.every((isFinite, at) => isFinite || !actual[at]),
        `${what}, ${kernel.name}`,
      );
    }
  }

  for (const value of [NaN, Infinity, -Infinity]) {
    it(`multiply ${value} with every type`, () => {
      for (const type of TYPES) {
        const [rows, cols] = [9, 256];
        const bytes = finiteBlocks(type, rows * cols);
        for (const n of [1, 5]) {
          const x = sine(n * cols);
          x[(n - 1) * cols + 37] = value;
          agree(ggmlTypeName(type), (kernel) => {
            const w = kernel.loadMatrix(type, rows, cols, bytes, 'w');
            const out = kernel.alloc(n * rows);
            kernel.matmul(out, put(kernel, x), w, n);
            return out.f32;
          });
        }
      }
    });

    it(`normalise, add and gate ${value}`, () => {
      const x = sine(40);
      x[13] = value;
      agree('norm', (kernel) => {
        const out = put(kernel, x);
        kernel.rmsNorm(out, out, put(kernel, sine(10)), 4, 10, 1e-6);
        return out.f32;
      });
      for (const [gate, up] of [
        [x, sine(40)],
        [sine(40), x],
      ]) {
        agree('swiglu', (kernel) => {
          const out = put(kernel, gate);
          kernel.swiglu(out, put(kernel, up), 40);
          return out.f32;
        });
      }
    });

    it(`attend to ${value}, and draw it`, () => {
      const shape = { heads: 2, kvHeads: 1, headDim: 8, scale: 0.3 };
      for (const n of [3, 12]) {
        for (const which of ['q', 'k', 'v'] as const) {
          const values = { q: sine(n * 16), k: sine(n * 8, 0.3), v: sine(n * 8, 0.9) };
          values[which][which === 'q' ? 2 * 16 + 3 : 2 * 8 + 3] = value;
          const run = (kernel: Kernel, picture: boolean): ArrayLike<number> => {
            const [q, k, v] = [put(kernel, values.q), put(kernel, values.k), put(kernel, values.v)];
            const [out, stats, tile] = [kernel.alloc(n * 16), kernel.alloc(n * 4), kernel.alloc(n * n)];
            kernel.attention(out, q, k, v, stats, { ...shape, n, start: 0 });
            if (!picture) return out.f32;
            const whole = { head: 0, q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n, pool: 'max' } as const;
            kernel.attentionTile(tile, q, k, stats, { ...shape, ...whole });
            return Array.from(tile.f32, (weight, at) => (at % n > Math.floor(at / n) ? 0 : weight));
          };
          if (which !== 'v' || n < 8) agree(`attention, ${which}, ${n}`, (kernel) => run(kernel, false));
          else covers(`attention, ${which}, ${n}`, (kernel) => run(kernel, false));
          agree(`picture, ${which}, ${n}`, (kernel) => run(kernel, true));
        }
      }
    });

    it(`route by ${value}`, () => {
      const logits = sine(14);
      logits[9] = value;
      agree('weights', (kernel) => {
        const [p, ids, weights] = [put(kernel, logits), kernel.alloc(6), kernel.alloc(6)];
        kernel.route(p, ids, weights, { n: 2, experts: 7, topK: 3, renormalize: true });
        assert.equal(new Set(ids.i32.subarray(3)).size, 3, 'every expert once');
        return [...p.f32, ...weights.f32];
      });
    });

    it(`find ${value} at any place`, () => {
      for (const kernel of [reference, ...others]) {
        for (let at = 0; at < 19; at++) {
          const x = put(kernel, sine(20));
          assert.ok(kernel.allFinite(x, 19));
          x.f32[at] = value;
          assert.ok(!kernel.allFinite(x, 19), `${at}`);
          assert.ok(kernel.allFinite(x, at), 'beyond the length');
        }
      }
    });
  }

  it('normalise rows whose squares are beyond f32', () => {
    for (const kernel of [reference, ...others]) {
      const x = put(
        kernel,
        sine(10).map((value) => value * 1e30),
      );
      kernel.rmsNorm(x, x, put(kernel, new Float32Array(10).fill(1)), 1, 10, 1e-6);
      const meanSquare = x.f32.reduce((sum, value) => sum + value * value, 0) / 10;
      assert.ok(Math.abs(meanSquare - 1) < 1e-5, kernel.name);
    }
  });
});
