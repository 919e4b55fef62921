/** Models on the disk: every store's layout, what is no model, and what is broken. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileSource } from '../../../src/engine/formats/fileSource.node';
import type { FoundModel, FoundModels } from '../../../src/protocol/foundModels';
import { findModels } from '../../../src/stores/find.node';
import { places } from '../../../src/stores/places.node';
import { arrayOf, T, writeGguf } from '../../support/ggufWriter';
import {
  partName,
  put,
  putEveryStore,
  putHuggingFace,
  putOllama,
  splitModel,
  surroundings,
} from '../../support/stores';
import { tinyModelBytes, tinyModelFile } from '../../support/tinyModel';

describe('models on this machine', () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), 'stores-'))));
  afterEach(() => rmSync(home, { recursive: true }));

  const find = (folders: string[] = [], env = {}, cacheFile?: string): Promise<FoundModels> =>
    findModels({ places: places(surroundings(home, env), folders), edition: 'test', cacheFile });

  it('are found in every store, each inode once, split files as one, projectors not', async () => {
    const expected = putEveryStore(home);
    const { models, unreadable } = await find([path.join(home, 'mine')]);
    assert.deepEqual(
      models.map(({ store, label }) => `${store} ${label}`),
      expected,
    );
    assert.deepEqual(unreadable, []);
    const split = models[0];
    assert.deepEqual([split.name, split.parts, split.problem], ['in parts', 3, null]);
    const whole = models.find(({ name }) => name === 'Of Jan')!;
    const { path: file, ...head } = whole;
    assert.deepEqual(head, {
      name: 'Of Jan',
      architecture: 'qwen3',
      quantization: 'F32',
      context: 64,
      problem: null,
      parameters: whole.activeParameters,
      activeParameters: whole.activeParameters,
      streams: false,
      parts: 1,
      store: 'jan',
      label: 'jan/model.gguf',
      bytes: readFileSync(file).length,
      isRead: true,
    });
    assert.equal(split.parameters, whole.parameters);
    const safetensors = models.find(({ label }) => label === 'safe:tensors')!;
    assert.match(safetensors.problem!.message, /safetensors/);
  });

  it('are where the environment says', async () => {
    putHuggingFace(path.join(home, 'elsewhere', 'hub'), 'a/b', 'm.gguf', tinyModelBytes());
    const at = async (env: object): Promise<string[]> => (await find([], env)).models.map(({ label }) => label);
    assert.deepEqual(await at({ HF_HOME: path.join(home, 'elsewhere') }), ['a/b/m.gguf']);
    assert.deepEqual(await at({ HF_HUB_CACHE: path.join(home, 'elsewhere', 'hub') }), ['a/b/m.gguf']);
    assert.deepEqual(await at({ LLAMA_CACHE: path.join(home, 'elsewhere', 'hub') }), ['a/b/m.gguf']);
    assert.deepEqual(await at({}), []);
    const [model] = (await find(['~/elsewhere'])).models;
    assert.equal(model.store, 'folder');
    assert.deepEqual((await find(['elsewhere', ''])).models, []);
  });

  it('are where LM Studio and Jan note that the person has put them', async () => {
    put(tinyModelBytes({ seed: 1 }), home, 'big disk', 'lm', 'models', 'p', 'lm.gguf');
    put(tinyModelBytes({ seed: 2 }), home, 'big disk', 'jan', 'llamacpp', 'models', 'jan.gguf');
    const [pointer, settings] = [
      path.join(home, '.lmstudio-home-pointer'),
      ['.local', 'share', 'Jan', 'settings.json'],
    ];
    put(`${path.join(home, 'big disk', 'lm')}\n`, pointer);
    put(JSON.stringify({ data_folder: path.join(home, 'big disk', 'jan') }), home, ...settings);
    const at = async (env = {}): Promise<string[]> => (await find([], env)).models.map(({ store, label }) => `${store} ${label}`); // prettier-ignore
    assert.deepEqual(await at(), ['lm-studio p/lm.gguf', 'jan jan.gguf']);
    for (const broken of ['{', 'null', '[]', '{"data_folder":7}', '{"data_folder":"relative"}', 'x'.repeat(1 << 17)]) {
      put(broken, home, ...settings);
      put(broken, pointer);
      assert.deepEqual(await at(), []);
    }
    assert.deepEqual(await at({ JAN_DATA_FOLDER: path.join(home, 'big disk', 'jan') }), ['jan jan.gguf']);
  });

  for (const [platform, env, jan, gpt4all, llamaCpp] of [
    ['darwin', {}, 'Library/Application Support/Jan/data/llamacpp/models', 'Library/Application Support/nomic.ai/GPT4All', 'Library/Caches/llama.cpp'], // prettier-ignore
    ['win32', {}, 'AppData/Roaming/Jan/data/llamacpp/models', 'AppData/Local/nomic.ai/GPT4All', 'AppData/Local/llama.cpp'], // prettier-ignore
    ['linux', {}, '.local/share/Jan/data/llamacpp/models', '.local/share/nomic.ai/GPT4All', '.cache/llama.cpp'],
    ['linux', { XDG_DATA_HOME: '/home/it/d', XDG_CACHE_HOME: '/home/it/c' }, 'd/Jan/data/llamacpp/models', 'd/nomic.ai/GPT4All', 'c/llama.cpp'], // prettier-ignore
  ] as const) {
    it(`are looked for on ${platform}${Object.keys(env).length > 0 ? ' with folders of the environment' : ''} where each tool keeps them`, () => {
      const all = places({ ...surroundings('/home/it', env), platform }, []).map(({ folder }) => folder);
      for (const folder of [jan, gpt4all, llamaCpp, '.lmstudio/models', '.ollama/models', '.docker/models'])
        assert.ok(all.includes(path.join('/home/it', folder)), `${folder}: ${all.join()}`);
    });
  }

  it('that are mixtures have fewer active parameters than parameters', async () => {
    put(tinyModelBytes({ experts: 8 }), home, 'm.gguf');
    const [{ parameters, activeParameters, architecture }] = (await find([home])).models;
    assert.equal(architecture, 'qwen3moe');
    assert.ok(activeParameters! < parameters!);
  });

  it('that are not supported say exactly why, with what is known of them', async () => {
    const { metadata, tensors } = tinyModelFile();
    const put1 = (name: string, change: object, types = tensors): string =>
      put(writeGguf({ metadata: { ...metadata, ...change }, tensors: types }), home, name);
    put1('a-architecture.gguf', { 'general.architecture': 'mamba', 'mamba.context_length': { type: T.U32, value: 9 } });
    put1('b-key.gguf', { 'qwen3.new_trick': true });
    put1('c-tokenizer.gguf', { 'tokenizer.ggml.model': 'plamo2' });
    put1('d-pre.gguf', { 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'unheard-of' });
    put1('e-type.gguf', {}, tensors.map((tensor) => ({ ...tensor, type: 16 }))); // prettier-ignore
    put1('f-tensor.gguf', {}, [...tensors, { ...tensors[0], name: 'v.patch_embd.weight' }]);
    put('GGUF and no more', home, 'g-cut.gguf');
    put('<html>not a model</html>', home, 'h-page.gguf');
    put('', home, 'i-empty.gguf');
    const { models } = await find([home]);
    const told = models.map(({ problem }) => [problem!.code, (problem!.detail as { subject?: string }).subject]);
    assert.deepEqual(told, [
      ['model-unsupported', 'mamba'],
      ['model-unsupported', 'qwen3.new_trick'],
      ['model-unsupported', "tokenizer 'plamo2'"],
      ['model-unsupported', "pre-tokenizer 'unheard-of'"],
      ['model-unsupported', 'IQ2_XXS'],
      ['model-unsupported', 'v.patch_embd.weight'],
      ['model-invalid', 'header'],
      ['model-invalid', 'header'],
      ['model-invalid', 'header'],
    ]);
    assert.deepEqual([models[0].context, models[0].parameters! > 0, models[4].quantization], [9, true, 'IQ2_XXS']);
  });

  it('in parts of which some are missing say which', async () => {
    const parts = splitModel(4);
    for (const part of [0, 2]) put(parts[part], home, partName('big', part, 4));
    put(tinyModelBytes(), home, 'name-00001-of-99999.gguf');
    const { models } = await find([home]);
    assert.deepEqual([models[0].parts, models[0].problem!.code], [4, 'model-invalid']);
    assert.match(models[0].problem!.message, /part 2, 4 of 4 is not there/);
    assert.equal(models[1].problem!.code, 'model-invalid');
  });

  it('adapters are none', async () => {
    const { metadata, tensors } = tinyModelFile();
    put(writeGguf({ metadata: { ...metadata, 'general.type': 'adapter' }, tensors }), home, 'lora.gguf');
    put(writeGguf({ metadata: { 'general.architecture': 'clip' }, tensors: [] }), home, 'vision.gguf');
    assert.deepEqual((await find([home])).models, []);
  });

  it('broken manifests and blobs without one keep nothing else out', async () => {
    const ollama = path.join(home, '.ollama', 'models');
    putOllama(home, 'good:1', tinyModelBytes({ seed: 1 }));
    rmSync(putOllama(home, 'gone:1', tinyModelBytes({ seed: 2 })));
    const library = path.join(ollama, 'manifests', 'registry.ollama.ai', 'library');
    put('{', library, 'broken', '1');
    put('[]', library, 'list', '1');
    put('{"layers":[null,{"mediaType":7}]}', library, 'odd', '1');
    put(JSON.stringify({ layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: 'sha256:../../../etc/passwd' }] }), library, 'out', '1'); // prettier-ignore
    put('x'.repeat(2 ** 21), library, 'long', '1');
    put('', path.join(ollama, 'manifests'), '.DS_Store');
    put(tinyModelBytes({ seed: 3 }), ollama, 'blobs', `sha256-${'a'.repeat(64)}`);
    put('{{ .Prompt }}', ollama, 'blobs', `sha256-${'b'.repeat(64)}`);
    put(tinyModelBytes({ seed: 4 }), ollama, 'blobs', `sha256-${'c'.repeat(64)}-partial`);
    put('{"models":[{"tags":[7],"files":["sha256:zz",null]}, null]}', home, '.docker', 'models', 'models.json');
    const { models, unreadable } = await find();
    assert.deepEqual(
      models.map(({ label }) => label),
      ['good:1', 'sha256-aaaaaaaaaaaa'],
    );
    assert.deepEqual(
      unreadable.map(({ path: at, why }) => `${path.basename(path.dirname(at))} ${why}`),
      ['broken manifest', 'gone manifest', 'list manifest', 'long manifest', 'out manifest'],
    );
  });

  it('a folder without permission, a link in a circle, a link to nowhere and a folder called .gguf', async function () {
    put(tinyModelBytes(), home, 'open', 'm.gguf');
    put(tinyModelBytes(), home, 'closed', 'm.gguf');
    put(tinyModelBytes({ seed: 2 }), home, 'folder.gguf', 'inside.gguf');
    symlinkSync(home, path.join(home, 'open', 'circle'));
    symlinkSync(path.join(home, 'nowhere'), path.join(home, 'open', 'lost.gguf'));
    chmodSync(path.join(home, 'closed'), 0);
    const { models, unreadable } = await find([home]).finally(() => chmodSync(path.join(home, 'closed'), 0o700));
    assert.deepEqual(models.slice(0, 1).map(({ label }) => label.split('/').pop()), ['m.gguf']); // prettier-ignore
    if (process.getuid?.() === 0) return; // root may read everything
    assert.deepEqual(unreadable.map(({ path: at, why }) => [path.basename(at), why]), [['closed', 'folder']]); // prettier-ignore
  });

  it('hostile names stay what they are, as text', async () => {
    const name = '$(zap) [x](command:evil) \u202e\u001b[2J';
    put(tinyModelBytes({ name }), home, `${name.replaceAll('/', '')}.gguf`);
    const [model] = (await find([home])).models;
    assert.deepEqual([model.name, model.label], [name, `${name}.gguf`]);
  });

  it('are read once: their heads are kept until size or time changes, and only for this edition', async () => {
    const cacheFile = path.join(home, 'kept', 'heads.json');
    const file = put(tinyModelBytes({ name: 'before' }), home, 'models', 'm.gguf');
    put(tinyModelBytes({ name: 'other' }), home, 'models', 'n.gguf');
    const at = new Date('2026-01-01');
    utimesSync(file, at, at);
    const names = async (edition = 'test'): Promise<(string | null)[]> => {
      const options = { places: places(surroundings(home), [path.join(home, 'models')]), edition, cacheFile };
      return (await findModels(options)).models.map(({ name }) => name);
    };
    assert.deepEqual(await names(), ['before', 'other']);
    writeFileSync(file, tinyModelBytes({ name: 'behind' }));
    utimesSync(file, at, at);
    assert.deepEqual(await names(), ['before', 'other'], 'the same path, size and time are the same file');
    assert.deepEqual(await names('another'), ['behind', 'other']);
    utimesSync(file, new Date(), new Date());
    rmSync(path.join(home, 'models', 'n.gguf'));
    assert.deepEqual(await names(), ['behind']);
    writeFileSync(cacheFile, '{"edition":"test","heads":[[1,2],"x"]');
    assert.deepEqual(await names(), ['behind']);
  });

  describe('on a slow disk', () => {
    const { read } = FileSource.prototype;
    let reads = 0;
    before(() => {
      FileSource.prototype.read = function (...args) {
        reads++;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
        return read.apply(this, args);
      };
    });
    after(() => void (FileSource.prototype.read = read));

    it('a thousand are told bit by bit, and the search is left at once when it is cancelled', async () => {
      const bytes = tinyModelBytes();
      for (let n = 0; n < 1000; n++) put(bytes, home, 'slow', `model-${n}.gguf`);
      const control = new AbortController();
      reads = 0;
      let [atFirst, atCancel] = [0, 0];
      const search = findModels({
        places: places(surroundings(home), [path.join(home, 'slow')]),
        edition: 'test',
        signal: control.signal,
        onFound: (some) => {
          if (atFirst === 0) {
            atFirst = reads;
            assert.ok(some.length < 200, `${some.length} at once`);
          } else if (atCancel === 0) {
            atCancel = reads;
            control.abort();
          }
        },
      });
      await assert.rejects(search, { code: 'cancelled' });
      assert.ok(atFirst < 200, `${atFirst} reads before the first was told`);
      assert.ok(reads - atCancel < 100, `${reads - atCancel} reads after it was cancelled`);
    });

    it('what goes away, shrinks or comes while it lasts keeps nothing else out', async () => {
      const file = (name: string): string => path.join(home, 'busy', name);
      for (let n = 0; n < 40; n++)
        put(tinyModelBytes({ seed: n }), home, 'busy', `model-${String(n).padStart(2, '0')}.gguf`);
      let changed = false;
      const { models } = await findModels({
        places: places(surroundings(home), [path.join(home, 'busy')]),
        edition: 'test',
        onFound: () => {
          if (changed) return;
          changed = true;
          rmSync(file('model-38.gguf'));
          truncateSync(file('model-39.gguf'), 100);
          put(tinyModelBytes({ seed: 99 }), home, 'busy', 'model-99.gguf');
        },
      });
      const sound = models.filter(({ problem }) => !problem).map(({ label }) => path.basename(label));
      assert.ok(changed);
      for (let n = 0; n < 38; n++)
        assert.ok(sound.includes(`model-${String(n).padStart(2, '0')}.gguf`), `${n}: ${sound.join()}`);
      assert.ok(!sound.includes('model-38.gguf') && !sound.includes('model-39.gguf'), sound.join());
      // The next search has what came.
      const later = (await find([path.join(home, 'busy')])).models.map(({ label }) => path.basename(label));
      assert.ok(later.includes('model-99.gguf') && !later.includes('model-38.gguf'));
    });
  });

  it('200 with vocabularies of 50,000 tokens: all by name first, then what their heads say, the next time at once', async function () {
    this.timeout(120_000);
    const { metadata, tensors } = tinyModelFile();
    const tokens = Array.from({ length: 50_000 }, (_, id) => `token${id}`);
    const scores = arrayOf(T.F32, tokens.map(() => 0)); // prettier-ignore
    const bytes = writeGguf({
      metadata: { ...metadata, 'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.scores': scores },
      tensors: tensors.map((tensor) =>
        tensor.name === 'token_embd.weight' ? { ...tensor, shape: [16, 257] } : tensor,
      ),
    });
    for (let i = 0; i < 200; i++) put(bytes, home, 'models', `m${i}.gguf`);
    const cacheFile = path.join(home, 'heads.json');
    const told: FoundModel[] = [];
    const options = { places: places(surroundings(home), [path.join(home, 'models')]), edition: '', cacheFile };
    const { models } = await findModels({ ...options, onFound: (some) => told.push(...some) });
    assert.equal(models.length, 200);
    assert.ok(
      told.slice(0, 200).every(({ isRead, name, parameters }) => !isRead && name !== null && parameters === null),
    );
    assert.ok(told.length > 200, 'those that are read are told before the last is');
    assert.deepEqual(told.slice(200), models.slice(0, told.length - 200));
    assert.ok(models.every(({ isRead, parameters }) => isRead && parameters! > 0));
    // What was read is kept: the next time no file is read, so each is told once, with what is in it.
    const again: FoundModel[] = [];
    assert.deepEqual((await findModels({ ...options, onFound: (some) => again.push(...some) })).models, models);
    assert.ok(again.length === 200 && again.every(({ isRead }) => isRead));
    const control = new AbortController();
    control.abort();
    rmSync(cacheFile);
    await assert.rejects(findModels({ ...options, signal: control.signal }), { code: 'cancelled' });
  });
});
