/** What `--npz` writes, read back by the zip's and numpy's own rules; and patching on the command line. */
import Ajv from 'ajv';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { Patching } from '../../../src/protocol/patching';
import { runHere as run, type Outcome } from '../../support/commandLine';
import { tinyModelBytes } from '../../support/tinyModel';
import schema from '../../../src/protocol/patch.schema.json';

interface Read {
  shape: number[];
  values: Float32Array | Int32Array | string[];
}

/** By the directory at its end, as every reader of zips does; each entry's header says the same. */
function readNpz(file: string): Map<string, Read> {
  const bytes = readFileSync(file);
  const end = bytes.length - 22;
  assert.equal(bytes.readUInt32LE(end), 0x06054b50);
  const found = new Map<string, Read>();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < bytes.readUInt16LE(end + 10); i++) {
    assert.equal(bytes.readUInt32LE(at), 0x02014b50);
    const [crc, size, length] = [bytes.readUInt32LE(at + 16), bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28)];
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + length);
    assert.equal(bytes.readUInt32LE(local), 0x04034b50);
    assert.equal(bytes.readUInt32LE(local + 14), crc);
    assert.equal(bytes.toString('utf8', local + 30, local + 30 + length), name);
    const body = bytes.subarray(local + 30 + length, local + 30 + length + size);
    assert.equal(crc32(body), crc, name);
    assert.equal(body.toString('latin1', 1, 6), 'NUMPY');
    const header = body.toString('latin1', 10, 10 + body.readUInt16LE(8));
    assert.equal((10 + header.length) % 64, 0);
    const [, type, tuple] =
      /^\{'descr': '(<f4|<i4|<U\d+)', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$/.exec(header)!;
    const shape = tuple
      .split(',')
      .filter((size) => size.trim() !== '')
      .map(Number);
    const data = new Uint8Array(body.subarray(10 + header.length)).buffer;
    const texts = (): string[] => {
      const width = Number(type.slice(2));
      const points = new Uint32Array(data);
      return Array.from({ length: shape[0] }, (_, i) =>
        String.fromCodePoint(...points.subarray(i * width, (i + 1) * width)).replace(/\0+$/, ''),
      );
    };
    const values = type === '<f4' ? new Float32Array(data) : type === '<i4' ? new Int32Array(data) : texts();
    found.set(name, { shape, values });
    at += 46 + length;
  }
  return found;
}

describe('command line: activations and patching', function () {
  this.timeout(60_000);
  let folder: string;
  let model: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-npz-'));
    model = path.join(folder, 'tiny.gguf');
    writeFileSync(model, tinyModelBytes({ experts: 6 }));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('--npz writes what a run computed, edited as it was, under TransformerLens’ names', async () => {
    const file = path.join(folder, 'run.npz');
    const of = async (...edits: string[]): Promise<Map<string, Read>> => {
      const { status, stderr } = await run(
        'explain',
        '--model',
        model,
        '--text',
        'Hello',
        '--npz',
        file,
        ...edits.flatMap((edit) => ['--edit', edit]),
        '--json',
      );
      assert.equal(status, 0, stderr);
      const arrays = readNpz(file);
      assert.ok(stderr.includes(`${arrays.size} arrays are written to ${file}.`), stderr);
      return arrays;
    };
    const clean = await of();
    for (const [name, shape] of [
      ['tokens', [1, 6]],
      ['blocks.0.hook_resid_pre', [1, 6, 16]],
      ['blocks.1.hook_resid_post', [1, 6, 16]],
      ['blocks.1.attn.hook_z', [1, 6, 4, 8]],
      ['blocks.1.attn.hook_v', [1, 6, 2, 8]],
      ['blocks.1.attn.hook_pattern', [1, 4, 6, 6]],
      ['blocks.0.mlp.router.hook_expert_indices', [1, 6, 2]],
      ['ln_final.hook_normalized', [1, 6, 16]],
      ['logits', [1, 6, 257]],
    ] as const) {
      assert.deepEqual(clean.get(`${name}.npy`)?.shape, [...shape], name);
    }
    const values = (name: string): Float32Array => clean.get(`${name}.npy`)!.values as Float32Array;
    // Streams are what came before plus what was added.
    const sum = values('blocks.0.hook_resid_pre').map(
      (value, i) => value + values('blocks.0.hook_attn_out')[i] + values('blocks.0.hook_mlp_out')[i],
    );
    sum.forEach((value, i) => assert.ok(Math.abs(value - values('blocks.0.hook_resid_post')[i]) < 1e-5));
    const pattern = values('blocks.1.attn.hook_pattern');
    for (let row = 0; row < 24; row++) {
      const weights = pattern.subarray(row * 6, (row + 1) * 6);
      assert.ok(Math.abs(weights.reduce((total, weight) => total + weight, 0) - 1) < 1e-5);
    }
    assert.equal(clean.get('interventions.npy'), undefined);
    const edited = await of('L1H2 = zero', 'tokens[2] = "z"');
    assert.deepEqual(edited.get('interventions.npy')!.values, [
      'blocks.1.attn.hook_z[head=2,pos=*] = zero',
      'tokens[2] = "z"',
    ]);
    const cut = edited.get('blocks.1.attn.hook_z.npy')!.values as Float32Array;
    for (let token = 0; token < 6; token++) {
      assert.ok(cut.subarray((token * 4 + 2) * 8, (token * 4 + 3) * 8).every((value) => value === 0));
    }
  });

  it('--npz writes all that layers without attention have, and says which have none', async () => {
    const file = path.join(folder, 'hybrid.npz');
    for (const [name, without] of [
      ['qwen35', 'Layers 0, 1, 2, 4 have'],
      ['lfm2', 'Layers 0, 1, 3 have'],
    ]) {
      const hybrid = path.join('test', 'fixtures', 'models', `${name}.gguf`);
      const { status, stderr } = await run('explain', '--model', hybrid, '--text', 'Once', '--npz', file);
      assert.equal(status, 0, stderr);
      assert.ok(stderr.includes(`${without} no attention: no queries, keys, values or patterns are written`), stderr);
      const names = [...readNpz(file).keys()];
      const layersWith = (hook: string): string[] =>
        names.flatMap((each) => new RegExp(`^blocks\\.(\\d+)\\.${hook}\\.npy$`).exec(each)?.[1] ?? []);
      const all = layersWith('hook_resid_post');
      for (const hook of ['attn\\.hook_z', 'hook_attn_out', 'hook_mlp_out'])
        assert.deepEqual(layersWith(hook).sort(), [...all].sort(), hook);
      const attentive = all.filter((layer) => !without.includes(layer)).sort();
      assert.ok(attentive.length > 0);
      for (const hook of ['hook_rot_q', 'hook_rot_k', 'hook_v', 'hook_pattern'])
        assert.deepEqual(layersWith(`attn\\.${hook}`).sort(), attentive, hook);
    }
  });

  it('patch: the clean stream before the layer of everything brings all of it back, and nothing none', async () => {
    const patch = (...args: string[]): Promise<Outcome> => run('patch', '--model', model, ...args);
    const { stdout, stderr, status } = await patch(
      '--json',
      '--clean',
      'Hello you',
      '--corrupted',
      'Hellx you',
      '--target',
      'a',
      '--foil',
      '#98',
    );
    assert.equal(status, 0, stderr);
    const found = JSON.parse(stdout) as Patching;
    const validate = new Ajv({ strict: false }).compile(schema);
    assert.ok(validate(found), JSON.stringify(validate.errors));
    assert.equal(found.firstDifference, 5);
    assert.equal(found.sites.length, 2 * 5);
    // The first layer sees the token itself: there it is the whole difference. The others are the same in both runs.
    const at = (position: number): number =>
      found.sites.findIndex((site) => site.layer === 0 && site.position === position);
    const { denoising, noising } = found.patched;
    assert.ok(Math.abs(denoising[at(5)] - found.clean) < 1e-3);
    assert.ok(Math.abs(noising[at(5)] - found.corrupted) < 1e-3);
    assert.ok(Math.abs(denoising[at(7)] - found.corrupted) < 1e-3);
    assert.equal(found.sites[0].edit, 'blocks.0.hook_resid_pre[pos=5] = from("clean",pos=5)');
    assert.match(
      (await patch('--clean', 'Hello', '--corrupted', 'Hellx', '--site', 'z')).stdout,
      /^[^\n]+: \w+, F32\n[^]*L1H3/,
    );
    const misaligned = await patch('--clean', 'Hello', '--corrupted', 'Hi');
    assert.equal(misaligned.status, 2);
    assert.match(misaligned.stderr, /do not align: 6 tokens against 3/);
    assert.match((await patch('--clean', 'Hello', '--corrupted', 'Hello')).stderr, /same tokens/);
    assert.equal((await patch('--clean', 'Hello', '--corrupted', 'Hellx', '--site', 'qqq')).status, 2);
  });
});
