import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { agesAmong, agesOffered } from '../../../src/models/ages';
import { readBundledModels } from '../../../src/models/bundledModels';
import { ModelHashes, type Store } from '../../../src/models/modelHashes';

let folder: string;

function inTemporaryFolder(): void {
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), 'models-'))));
  afterEach(() => rm(folder, { recursive: true }));
}

describe('the index of bundled models', () => {
  inTemporaryFolder();
  const entry = { file: 'a.gguf', name: 'A', sha256: 'a'.repeat(64), trainedOn: { en: 'code' }, context: 512 };
  const write = (index: unknown): Promise<void> =>
    writeFile(path.join(folder, 'index.json'), typeof index === 'string' ? index : JSON.stringify(index));

  it('names the default and where each file is', async () => {
    await write({ default: 'b.gguf', reasoner: 'a.gguf', models: [entry, { ...entry, file: 'b.gguf', name: 'B' }] });
    const index = await readBundledModels(folder);
    assert.equal(index.default.name, 'B');
    assert.equal(index.models[0].path, path.join(folder, 'a.gguf'));
  });

  it('that is missing is a missing file', async () => {
    await assert.rejects(readBundledModels(folder), { code: 'file-missing' });
  });

  const whole = { default: 'a.gguf', reasoner: 'a.gguf', models: [entry] };
  it('that is whole is read', async () => {
    await write(whole);
    assert.equal((await readBundledModels(folder)).models.length, 1);
  });

  for (const [what, index] of [
    ['not JSON', '{'],
    ['a list', []],
    ['an unknown default', { ...whole, default: 'x.gguf' }],
    ['a path out of the folder', { ...whole, models: [entry, { ...entry, file: '../a.gguf' }] }],
    ['an age that is none', { ...whole, models: [{ ...entry, age: '1.3M' }] }],
    ['a hash that is none', { ...whole, models: [{ ...entry, sha256: 'abc' }] }],
  ] as const) {
    it(`with ${what} is refused`, async () => {
      await write(index);
      await assert.rejects(readBundledModels(folder), { code: 'model-invalid' });
    });
  }
});

describe('the ages of a model', () => {
  const model = (name: string, age?: number) => ({ path: `/${name}`, name, ...(age !== undefined && { age }) });
  const family = agesAmong([model('other'), model('old', 9), model('young', 1)]);

  it('are those of the bundled models that have one, youngest first', () => {
    assert.deepEqual(family, [model('young', 1), model('old', 9)]);
  });

  it('are offered where one of them explains, and for a text that is about them', () => {
    assert.deepEqual(agesOffered(family, '/old', false), { all: [1, 9], at: 9 });
    assert.equal(agesOffered(family, '/other', false), undefined);
    assert.deepEqual(agesOffered(family, '/other', true), { all: [1, 9], at: null });
    assert.equal(agesOffered([], '/other', true), undefined);
  });
});

describe('ModelHashes', () => {
  inTemporaryFolder();

  function memory(): Store & { writes: number } {
    const values = new Map<string, unknown>();
    return {
      writes: 0,
      get: <T>(key: string) => values.get(key) as T | undefined,
      async update(key, value) {
        this.writes++;
        values.set(key, value);
      },
    };
  }

  it('hashes a file once, until it changes', async () => {
    const file = path.join(folder, 'model.gguf');
    const bytes = Buffer.alloc(700_000, 7);
    await writeFile(file, bytes);
    const store = memory();
    const hashes = new ModelHashes(store);
    const [first, second] = await Promise.all([hashes.of(file), hashes.of(file)]);
    assert.equal(first, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(second, first);
    assert.equal(await new ModelHashes(store).of(file), first);
    assert.equal(store.writes, 1);
    await writeFile(file, 'other');
    assert.notEqual(await hashes.of(file), first);
    assert.equal(store.writes, 2);
  });

  it('leaves the event loop free while it reads', async () => {
    const file = path.join(folder, 'model.gguf');
    await writeFile(file, Buffer.alloc(32_000_000, 1));
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await new ModelHashes(memory()).of(file);
    clearInterval(timer);
    // About 120 pieces; hashed in one go, the timer would not run at all.
    assert.ok(turns >= 5, `the loop turned ${turns} times`);
  });

  it('rejects for a file that is not there', async () => {
    await assert.rejects(new ModelHashes(memory()).of(path.join(folder, 'none')));
  });
});
