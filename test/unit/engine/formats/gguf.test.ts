import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BufferSource, type ByteSource } from '../../../../src/engine/formats/byteSource';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { GgufTexts } from '../../../../src/engine/formats/ggufTexts';
import { Booleans, type GgufFile } from '../../../../src/engine/formats/ggufTypes';
import { leastCpuMs } from '../../../support/cpuTime';
import { T, arrayOf, f32, f64, i32, u32, u64, u8, writeGguf, type GgufToWrite } from '../../../support/ggufWriter';
import { assertProblem } from '../../../support/problems';
import { quantize } from '../../../support/quantize';

const read = (file: GgufToWrite): GgufFile => readGguf(new BufferSource(writeGguf(file), 'test.gguf'));

/** Lists of texts as arrays of strings. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof GgufTexts ? [...value] : value;
}

describe('GGUF reader', () => {
  it('reads metadata of every type', () => {
    const { version, metadata } = read({
      metadata: {
        'general.architecture': 'llama',
        text: 'Führer \ufeff🙂',
        empty: '',
        yes: true,
        u8: u8(255),
        u32: u32(2 ** 32 - 1),
        i32: i32(-5),
        u64: u64(2 ** 53 - 1),
        huge: u64(2n ** 63n),
        f32: f32(1.5),
        f64: f64(Math.PI),
        bools: arrayOf(T.Bool, [true, false]),
        i8: arrayOf(T.I8, [-128, 127]),
        u16: arrayOf(T.U16, [65535]),
        i16: arrayOf(T.I16, [-32768]),
        i64: arrayOf(T.I64, [-1, -(2n ** 63n)]),
        texts: ['a', '', 'é'],
        nested: arrayOf(T.Array, [
          { of: T.U8, items: [1, 2] },
          { of: T.String, items: ['x'] },
        ]),
        none: arrayOf(T.F64, []),
      },
    });
    assert.equal(version, 3);
    assert.deepEqual(Object.fromEntries([...metadata].map(([key, value]) => [key, plain(value)])), {
      'general.architecture': 'llama',
      text: 'Führer \ufeff🙂',
      empty: '',
      yes: true,
      u8: 255,
      u32: 2 ** 32 - 1,
      i32: -5,
      u64: 2 ** 53 - 1,
      huge: 2n ** 63n,
      f32: 1.5,
      f64: Math.PI,
      bools: Booleans.of(1, 0),
      i8: Int8Array.of(-128, 127),
      u16: Uint16Array.of(65535),
      i16: Int16Array.of(-32768),
      i64: BigInt64Array.of(-1n, -(2n ** 63n)),
      texts: ['a', '', 'é'],
      nested: [Uint8Array.of(1, 2), ['x']],
      none: new Float64Array(0),
    });
  });

  it('says where tensors are, in the order of the file', () => {
    const weights = Float32Array.from({ length: 512 }, (_, i) => i);
    const types = [GgmlType.Q6_K, GgmlType.F32, GgmlType.F16, GgmlType.Q4_0];
    const tensors = types.map((type) => ({ name: `t${type}`, type, shape: [256, 2], bytes: quantize(type, weights) }));
    const file = read({ tensors });
    assert.deepEqual([...file.tensors.keys()], ['t14', 't0', 't1', 't2']);
    for (const { name, type, shape, bytes } of tensors) {
      const tensor = file.tensors.get(name)!;
      assert.deepEqual([tensor.type, tensor.shape, tensor.byteLength], [type, shape, bytes.length]);
      assert.equal(tensor.offset % 32, 0);
      assert.deepEqual(file.source.read(tensor.offset, tensor.byteLength), bytes);
    }
  });

  it('follows general.alignment, and version 2', () => {
    const tensors = [1, 2].map((n) => ({ name: `t${n}`, type: 0, shape: [1], bytes: new Uint8Array(4).fill(n) }));
    const file = read({ version: 2, alignment: 256, metadata: { 'general.alignment': u32(256) }, tensors });
    const offsets = [...file.tensors.values()].map(({ offset }) => offset);
    assert.equal(offsets[0] % 256, 0);
    assert.equal(offsets[1] - offsets[0], 256);
    assert.deepEqual([...file.source.read(offsets[1], 4)], [2, 2, 2, 2]);
    assert.equal(file.version, 2);
  });

  it('reads the header in bounded pieces and no tensor data', () => {
    const texts = Array.from({ length: 40_000 }, (_, i) => `token number ${i} é`);
    const bytes = writeGguf({
      metadata: { texts, long: 'x'.repeat(600_000) },
      tensors: [{ name: 't', type: 0, shape: [1 << 20], bytes: new Uint8Array(1 << 22) }],
    });
    const reads: [offset: number, length: number][] = [];
    const source: ByteSource = {
      name: 'counted.gguf',
      size: bytes.length,
      read(offset, length) {
        reads.push([offset, length]);
        return bytes.slice(offset, offset + length);
      },
      readLater: () => assert.fail('a header is read at once'),
      check() {},
      close() {},
    };
    const file = readGguf(source);
    assert.deepEqual([...(file.metadata.get('texts') as GgufTexts)], texts);
    assert.equal((file.metadata.get('long') as string).length, 600_000);
    const listed = texts.reduce((sum, text) => sum + 8 + Buffer.byteLength(text), 0);
    assert.ok(reads.every(([, length]) => length <= listed));
    assert.ok(
      Math.max(...reads.map(([offset, length]) => offset + length)) < file.tensors.get('t')!.offset + (1 << 18),
    );
  });

  it('reads a vocabulary of 150,000 tokens and merges in moments', () => {
    const tokens = Array.from({ length: 150_000 }, (_, i) => (i % 7 ? `Ġtoken${i}` : `t${i}`));
    const bytes = writeGguf({
      metadata: {
        'tokenizer.ggml.tokens': tokens,
        'tokenizer.ggml.merges': tokens.map((token) => `${token} x`),
        'tokenizer.ggml.scores': arrayOf(
          T.F32,
          tokens.map((_, i) => -i),
        ),
      },
    });
    const ms = leastCpuMs(() => readGguf(new BufferSource(bytes)), 400);
    assert.ok(ms < 400, `${ms} ms`); // 100 to 150 on an idle machine
  });

  it('names all tensor types that it cannot read, and what it can', () => {
    const tensors = [19, 19, 40, 99, 0].map((type, i) => ({
      name: `t${i}`,
      type,
      shape: [32],
      bytes: new Uint8Array(128),
    }));
    const problem = assertProblem(
      'model-unsupported',
      () => read({ tensors }),
      /IQ1_S \('t0' and 1 more\)/,
      /NVFP4/,
      /type 99/,
    );
    assert.deepEqual(
      problem.detail.supported,
      Object.values(GgmlType).filter((name) => typeof name === 'string'),
    );
    assert.equal(problem.detail.subject, 'IQ1_S, NVFP4, type 99');
    assert.equal(problem.detail.file, 'test.gguf');
  });

  it('names versions and byte orders that it cannot read', () => {
    assertProblem('model-unsupported', () => read({ version: 1 }), /version 1.*supported: versions 2 and 3/);
    assertProblem('model-unsupported', () => read({ version: 4 }), /version 4/);
    assertProblem('model-unsupported', () => read({ version: 0x03000000 }), /big-endian/);
  });
});

describe('file source', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'gguf-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('reads any range of a file, and nothing outside', () => {
    const name = path.join(folder, 'ten');
    writeFileSync(name, Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    const source = new FileSource(name);
    assert.equal(source.size, 10);
    assert.deepEqual([...source.read(7, 3)], [7, 8, 9]);
    assert.deepEqual([...source.read(10, 0)], []);
    for (const [offset, length] of [
      [8, 3],
      [-1, 2],
      [0, NaN],
      [0, -1],
    ])
      assert.throws(() => source.read(offset, length), RangeError);
    source.close();
    source.close();
    assertProblem('file-missing', () => source.read(0, 1), /closed/);
  });

  it('says that a file is missing, is a folder, or has become shorter', () => {
    const gone = path.join(folder, 'gone.gguf');
    const problem = assertProblem('file-missing', () => new FileSource(gone), /gone\.gguf.*no such file/);
    assert.equal(problem.detail.file, gone);
    assertProblem('file-missing', () => new FileSource(folder), /cannot be read/);
    const shrinking = path.join(folder, 'shrinking');
    writeFileSync(shrinking, new Uint8Array(100));
    const source = new FileSource(shrinking);
    truncateSync(shrinking, 50);
    assertProblem('file-missing', () => source.read(40, 20), /shorter/);
    source.close();
  });
});
