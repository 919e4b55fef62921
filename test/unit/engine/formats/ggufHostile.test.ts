import assert from 'node:assert/strict';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { bytesOfEscaped } from '../../../../src/engine/formats/escapedText';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import type { GgufTexts } from '../../../../src/engine/formats/ggufTexts';
import type { GgufFile } from '../../../../src/engine/formats/ggufTypes';
import { Problem } from '../../../../src/protocol/problem';
import { cpuMs, leastCpuMs } from '../../../support/cpuTime';
import { collectGarbage } from '../../../support/garbage';
import {
  T,
  arrayOf,
  f32,
  i32,
  u32,
  writeGguf,
  type ArrayValue,
  type GgufToWrite,
  type TensorToWrite,
} from '../../../support/ggufWriter';
import { assertProblem } from '../../../support/problems';

/** Bytes on the heap and beside it, after what nobody has any more is given back. */
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const parse = (bytes: Uint8Array): GgufFile => readGguf(new BufferSource(bytes, 'bad.gguf'));
const refuses = (file: GgufToWrite, ...patterns: RegExp[]): void => {
  assertProblem('model-invalid', () => parse(writeGguf(file)), /^bad\.gguf is not a valid GGUF file: /, ...patterns);
};
const withTensor = (tensor: Partial<TensorToWrite>): GgufToWrite => ({
  tensors: [{ name: 'weights', type: GgmlType.F32, shape: [8, 4], bytes: new Uint8Array(128), ...tensor }],
});

const SMALL = writeGguf({
  metadata: {
    'general.architecture': 'llama',
    'general.alignment': u32(32),
    'llama.rope.freq_base': f32(10000),
    'tokenizer.ggml.tokens': ['<unk>', 'é', ' b'],
    'tokenizer.ggml.scores': arrayOf(T.F32, [0, -1, -2]),
    nested: arrayOf(T.Array, [{ of: T.Bool, items: [true] }]),
  },
  tensors: [
    { name: 'a.weight', type: GgmlType.F32, shape: [4, 2], bytes: new Uint8Array(32) },
    { name: 'b.weight', type: GgmlType.Q8_0, shape: [32, 1, 2], bytes: new Uint8Array(68) },
  ],
});

describe('GGUF reader and hostile files', () => {
  it('refuses what is no GGUF file', () => {
    const text = new TextEncoder().encode('<!DOCTYPE html><title>Not found</title>');
    assertProblem('model-invalid', () => parse(text), /begins with/);
    assertProblem('model-invalid', () => parse(new Uint8Array(0)), /0 bytes/);
    assertProblem('model-invalid', () => parse(SMALL.slice(0, 23)), /23 bytes/);
  });

  it('refuses a file cut anywhere before the end of its last tensor, and says where', () => {
    const file = parse(SMALL);
    const last = file.tensors.get('b.weight')!;
    const end = last.offset + last.byteLength;
    for (let size = 0; size < end; size++) {
      const { detail } = assertProblem('model-invalid', () => parse(SMALL.slice(0, size)));
      assert.ok(detail.offset! <= size, `cut at ${size}, said at ${detail.offset}`);
    }
    assert.equal(parse(SMALL.slice(0, end)).tensors.size, 2);
  });

  it('refuses counts that the file has no room for', () => {
    for (const at of [8, 16]) {
      for (const count of [2n ** 60n, 2n ** 64n - 1n, 2n ** 32n, 1000n]) {
        const bytes = SMALL.slice();
        new DataView(bytes.buffer).setBigUint64(at, count, true);
        assertProblem('model-invalid', () => parse(bytes));
      }
    }
  });

  it('refuses texts and arrays that are longer than the file, by any amount', () => {
    for (const length of [2n ** 60n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n, BigInt(SMALL.length)]) {
      for (const needle of ['general.architecture', 'llama', '<unk>']) {
        const bytes = SMALL.slice();
        new DataView(bytes.buffer).setBigUint64(Buffer.from(bytes).indexOf(needle) - 8, length, true);
        assertProblem('model-invalid', () => parse(bytes), /claims \d+ bytes of text, but only \d+ bytes are left/);
      }
      const bytes = SMALL.slice();
      const array = Buffer.from(bytes).indexOf('tokenizer.ggml.scores') + 'tokenizer.ggml.scores'.length + 8;
      new DataView(bytes.buffer).setBigUint64(array, length, true);
      assertProblem('model-invalid', () => parse(bytes), /claims \d+ array items/, /tokenizer\.ggml\.scores/);
    }
  });

  it('refuses more array items than any model has, before making them', () => {
    const bytes = new Uint8Array(20 << 20);
    bytes.set(writeGguf({ metadata: { huge: arrayOf(T.U8, []) } }));
    const count = Buffer.from(bytes.buffer, 0, 100).indexOf('huge') + 'huge'.length + 8;
    new DataView(bytes.buffer).setBigUint64(count, 18n << 20n, true);
    const ms = leastCpuMs(() => assertProblem('model-invalid', () => parse(bytes), /more than 16777216 items/), 100);
    assert.ok(ms < 100, `${ms} ms`);
  });

  it('refuses arrays in arrays beyond a few levels', () => {
    const nest = (depth: number): ArrayValue =>
      depth === 0 ? { of: T.U8, items: [1] } : { of: T.Array, items: [nest(depth - 1)] };
    assert.equal(parse(writeGguf({ metadata: { deep: arrayOf(T.Array, [nest(2)]) } })).metadata.size, 1);
    refuses({ metadata: { deep: arrayOf(T.Array, [nest(1000)]) } }, /nested more than 4 deep/, /'deep'/);
  });

  it('refuses unknown metadata types, empty and repeated keys, but no text that is not UTF-8', () => {
    refuses({ metadata: { odd: { type: T.Array, value: { of: 13 as T, items: [] } } } }, /13 is not a metadata type/);
    refuses({ metadata: { '': u32(1) } }, /key is empty/);
    const twice = writeGguf({ metadata: { aa: u32(1), ab: u32(2) } });
    twice[Buffer.from(twice).indexOf('ab') + 1] = 0x61;
    assertProblem('model-invalid', () => parse(twice), /'aa'/, /there twice/);
    for (const bad of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const bytes = writeGguf({ metadata: { key: 'x'.repeat(bad.length) } });
      bytes.set(bad, Buffer.from(bytes).lastIndexOf('x'.repeat(bad.length)));
      const { metadata } = parse(bytes);
      assert.deepEqual(bytesOfEscaped(metadata.get('key') as string), Uint8Array.from(bad));
    }
  });

  it('refuses an alignment that is no power of two', () => {
    for (const alignment of [u32(0), u32(24), i32(-32), f32(0.5), u32(2 ** 31), '32', arrayOf(T.U32, [32])]) {
      refuses({ metadata: { 'general.alignment': alignment } }, /power of two/);
    }
  });

  it('refuses tensors with impossible shapes', () => {
    refuses(withTensor({ shape: [2n ** 60n] }), /dimension 0 of 1152921504606846976 is impossible/, /'weights'/);
    refuses(withTensor({ shape: [2 ** 30, 2 ** 30, 2 ** 30, 2 ** 30] }), /impossible/);
    refuses(withTensor({ shape: [2n ** 64n - 1n, 2] }), /impossible/);
    refuses(withTensor({ shape: [8, 0] }), /dimension 1 of 0 is impossible/);
    refuses(withTensor({ shape: [] }), /0 dimensions/);
    refuses(withTensor({ shape: [1, 1, 1, 1, 1] }), /5 dimensions/);
    refuses(withTensor({ shape: [2 ** 40] }), /end after the file/);
    refuses(withTensor({ type: GgmlType.Q8_0, shape: [8, 4] }), /row of 8 weights is not whole Q8_0 blocks of 32/);
    refuses(withTensor({ type: GgmlType.Q4_K, shape: [128, 2] }), /not whole Q4_K blocks of 256/);
  });

  it('refuses tensors outside the file, unaligned, overlapping, or named alike', () => {
    refuses(withTensor({ offset: 32 }), /end after the file/);
    refuses(withTensor({ offset: 2 ** 52 }), /end after the file/);
    refuses(withTensor({ offset: 2n ** 64n - 32n }), /offset 18446744073709551584/);
    refuses(withTensor({ offset: 4 }), /offset 4 is not a multiple of 32/);
    const tensor = { type: GgmlType.F32, shape: [16], bytes: new Uint8Array(64) };
    const pair = (second: Partial<TensorToWrite>): GgufToWrite => ({
      tensors: [
        { ...tensor, name: 'first' },
        { ...tensor, name: 'second', ...second },
      ],
    });
    refuses(pair({ offset: 32 }), /overlap those of 'second'/);
    refuses(pair({ offset: 0 }), /overlap/);
    refuses(pair({ name: 'first' }), /'first'/, /there twice/);
    refuses(withTensor({ name: 'x'.repeat(64) }), /longer than 63/);
  });

  it('survives any change of a byte or a field: a file or a typed problem, quickly', () => {
    const { offset } = parse(SMALL).tensors.get('a.weight')!;
    let state = 12345;
    const below = (n: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * n);
    };
    const values = [0n, 1n, 7n, 255n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 53n, 2n ** 60n, 2n ** 63n, 2n ** 64n - 1n];
    let refused = 0;
    const ms = cpuMs(() => {
      for (let round = 0; round < 8000; round++) {
        const bytes = SMALL.slice();
        const at = below(offset - 8);
        if (round % 2) bytes[at] ^= 1 << below(8);
        else if (round % 4) new DataView(bytes.buffer).setBigUint64(at, values[below(values.length)], true);
        else new DataView(bytes.buffer).setUint32(at, Number(values[below(values.length)] & 0xffffffffn), true);
        try {
          const file = parse(bytes);
          for (const tensor of file.tensors.values()) file.source.read(tensor.offset, tensor.byteLength);
        } catch (thrown) {
          assert.ok(thrown instanceof Problem && thrown.code.startsWith('model-'), String((thrown as Error).stack));
          refused++;
        }
      }
    });
    assert.ok(refused > 4000);
    assert.ok(ms < 8000, `${ms} ms`);
  });

  it('arrays of numbers take at most twice their bytes in memory', () => {
    const [count, types] = [1 << 17, [T.U8, T.Bool, T.I16, T.F32, T.U64, T.F64] as const];
    for (const type of types) {
      const items = Array.from({ length: count }, (_, i) => i % 2);
      const bytes = writeGguf({ metadata: { many: arrayOf(type, type === T.Bool ? items.map(Boolean) : items) } });
      const before = memoryInUse();
      const file = parse(bytes);
      const grown = memoryInUse() - before;
      const { byteLength } = file.metadata.get('many') as Uint8Array;
      assert.ok(byteLength <= bytes.length, `${type}: ${byteLength} of ${bytes.length} bytes`);
      assert.ok(grown <= 2 * bytes.length + 2 ** 19, `${type}: ${grown} for ${bytes.length} bytes`);
    }
  });

  it('a quarter of a million short texts take at most twice their bytes, and are what they were', () => {
    // Of other lengths, of ASCII and not, and of nothing.
    const texts = Array.from({ length: 1 << 18 }, (_, i) => (i % 5 ? `${i & 1023}` : ['', 'ü', 'a'][i % 3]));
    const bytes = writeGguf({ metadata: { many: texts, after: 'x' } });
    const source = new BufferSource(bytes);
    const read = source.read.bind(source);
    source.read = (offset, length) => read(offset, length).slice(); // as from a file
    const before = memoryInUse();
    const { metadata } = readGguf(source);
    const grown = memoryInUse() - before;
    const many = metadata.get('many') as GgufTexts;
    assert.ok(grown <= 2 * bytes.length + 2 ** 19, `${grown} for ${bytes.length} bytes`);
    assert.ok(many.length === texts.length && texts.every((text, i) => many.at(i) === text));
    assert.throws(() => many.at(texts.length), RangeError);
    assert.deepEqual([...many.first(3)], texts.slice(0, 3));
    assert.equal(metadata.get('after'), 'x');
  });

  it('arrays in arrays are counted', () => {
    const nested = { of: T.U8, items: [] };
    refuses(
      {
        metadata: {
          deep: arrayOf(
            T.Array,
            Array.from({ length: 5000 }, () => nested),
          ),
        },
      },
      /4096 arrays in all/,
    );
  });
});
