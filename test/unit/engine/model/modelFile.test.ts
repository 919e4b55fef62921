/** What of a model's file is read, and what refuses it: keys and tensors that would be passed over, sizes that do not fit. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import type { GgufTexts } from '../../../../src/engine/formats/ggufTexts';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import { partOf } from '../../../../src/engine/model/mixers/parts';
import { planOf, readConfig } from '../../../../src/engine/model/describe';
import { forward } from '../../../../src/engine/model/forward';
import { inspectModel } from '../../../../src/engine/model/load';
import { openWeights } from '../../../../src/engine/model/loadWeights';
import { leavesOf } from '../../../../src/engine/model/plan';
import { skimModel } from '../../../../src/engine/model/skim';
import { Trace } from '../../../../src/engine/trace/trace';
import type { ModelCard } from '../../../../src/protocol/explanation';
import { arrayOf, f32, T, u32, writeGguf, type GgufToWrite, type TensorToWrite } from '../../../support/ggufWriter';
import { assertProblem } from '../../../support/problems';
import { tinyModelBytes, tinyModelFile } from '../../../support/tinyModel';

const inspect = (file: GgufToWrite): ModelCard => inspectModel(new BufferSource(writeGguf(file), 'tiny.gguf'));

function withKeys(metadata: GgufToWrite['metadata'], options = {}): GgufToWrite {
  const file = tinyModelFile(options);
  return { ...file, metadata: { ...file.metadata, ...metadata } };
}

function withoutTensor(name: string): GgufToWrite {
  const file = tinyModelFile();
  return { ...file, tensors: file.tensors.filter((tensor) => tensor.name !== name) };
}

const vector = (name: string, length: number): TensorToWrite => ({
  name,
  type: GgmlType.F32,
  shape: [length],
  bytes: new Uint8Array(length * 4),
});

describe('a key of the model’s metadata', () => {
  it('that nobody reads and that is not known to change nothing refuses the file, by its name', () => {
    for (const [key, value] of Object.entries({
      'qwen3.attention.sliding_window': u32(16),
      'qwen3.attn_logit_softcapping': f32(30),
      'qwen3.logit_scale': f32(8),
      'qwen3.rope.scaling.type': 'longrope',
      'qwen3.something_new': u32(1),
      'qwen3.attention.sliding_window_pattern': arrayOf(T.Bool, [true, false]),
    })) {
      const { detail } = assertProblem('model-unsupported', () => inspect(withKeys({ [key]: value })), RegExp(key));
      assert.equal(detail.subject, key);
    }
    const grouped = withKeys({ 'qwen3moe.expert_group_count': u32(4) }, { experts: 8 });
    assertProblem('model-unsupported', () => inspect(grouped), /expert_group_count/);
    const seesLater = withKeys({ 'qwen3.attention.causal': false });
    assert.equal(inspect(seesLater).bothWays, true);
  });

  it('that says what is done anyway, or only describes, is taken', () => {
    const { layers } = inspect(
      withKeys({
        'qwen3.attention.causal': true,
        'qwen3.attention.sliding_window': u32(0),
        'qwen3.expert_group_count': u32(1),
        'qwen3.vocab_size': u32(257),
        'qwen3.rope.scaling.finetuned': true,
        'llama.attention.causal': false, // another architecture's
      }),
    );
    assert.equal(layers, 2);
  });

  it('that is missing, of another type or out of range is said with its name', () => {
    const wrong = (metadata: GgufToWrite['metadata'], ...patterns: RegExp[]): void => {
      assertProblem('model-invalid', () => inspect(withKeys(metadata)), ...patterns);
    };
    wrong({ 'qwen3.block_count': 'two' }, /'qwen3\.block_count' must be a whole number/);
    wrong({ 'qwen3.block_count': u32(2000) }, /from 1 to 1024/);
    wrong({ 'qwen3.attention.head_count_kv': u32(3) }, /'qwen3\.attention\.head_count_kv' is 3/, /4 heads/);
    wrong({ 'qwen3.attention.layer_norm_rms_epsilon': f32(-1) }, /layer_norm_rms_epsilon' must be positive/);
    wrong({ 'qwen3.rope.dimension_count': u32(7) }, /rope\.dimension_count' is 7, which is odd/);
    wrong({ 'qwen3.attention.head_count': arrayOf(T.U32, [4]) }, /has 1 values; the model has 2 layers/);
    const { 'qwen3.context_length': _, ...rest } = tinyModelFile().metadata;
    assertProblem('model-invalid', () => inspect({ ...tinyModelFile(), metadata: rest }), /context_length' is missing/);
    assertProblem('model-unsupported', () => inspect(withKeys({ 'general.architecture': 'nothing' })), /“nothing”/);
  });
});

describe('a name of a megabyte', () => {
  const long = 'x'.repeat(1 << 20);
  const { metadata, tensors } = tinyModelFile();
  const named = (key: string): BufferSource =>
    new BufferSource(writeGguf({ metadata: { ...metadata, [key]: long }, tensors }));

  it('is shown by its beginning', () => {
    for (const head of [inspectModel(named('general.name')), skimModel([named('general.name')])!]) {
      assert.equal(head.name, `${'x'.repeat(200)}…`);
    }
  });

  it('in what is said of a file that is refused, too', () => {
    for (const key of ['general.architecture', 'tokenizer.ggml.model', 'tokenizer.ggml.pre']) {
      const problem = skimModel([named(key)])!.problem;
      const said = JSON.stringify(problem);
      assert.ok(said.length < 20_000, `${key}: ${said.length}`);
      assert.throws(() => inspectModel(named(key)), (thrown: Error) => thrown.message.length < 5000); // prettier-ignore
    }
  });
});

describe('a tensor of the model', () => {
  it('that is missing, misshapen or unknown refuses the file, by its name and role', () => {
    assertProblem('model-invalid', () => inspect(withoutTensor('blk.1.ffn_norm.weight')), /blk\.1\.ffn_norm\.weight/);
    assertProblem('model-invalid', () => inspect(withoutTensor('blk.0.attn_q_norm.weight')), /layers\.0\.mixer\.qNorm/);
    const file = tinyModelFile();
    const unknown = { ...file, tensors: [...file.tensors, vector('blk.0.attn_sinks.weight', 4)] };
    assertProblem('model-unsupported', () => inspect(unknown), /blk\.0\.attn_sinks\.weight/);
    const longer = vector('output_norm.weight', 17);
    const misshapen = { ...file, tensors: file.tensors.map((each) => (each.name === longer.name ? longer : each)) };
    assertProblem('model-invalid', () => inspect(misshapen), /“output_norm\.weight”.*is 17; expected 16/);
  });
});

describe('the plan of tensors', () => {
  it('names every tensor of every kind of model in the fixtures, and no other', () => {
    const folder = path.join('test', 'fixtures', 'models');
    for (const name of readdirSync(folder)) {
      const file = readGguf(new BufferSource(new Uint8Array(readFileSync(path.join(folder, name))), name));
      const vocabulary = (file.metadata.get('tokenizer.ggml.tokens') as GgufTexts).length;
      const plan = planOf(file, readConfig(file), vocabulary);
      const planned = leavesOf(plan).map((leaf) => leaf.planned.name);
      assert.deepEqual([...new Set([...planned, ...plan.ignored])].sort(), [...file.tensors.keys()].sort(), name);
      // Blocks that predict further tokens, what would make keys that are read of another layer, and nothing else.
      const further = {
        'qwen35.gguf': 'blk.5.',
        'glm4moe.gguf': 'blk.3.',
        'deepseek2.gguf': 'blk.3.',
        'gemma4-e.gguf': 'blk.4.attn_',
      }[name];
      assert.equal(plan.ignored.length > 0, further !== undefined, name);
      assert.ok(plan.ignored.every((tensor) => tensor.startsWith(further!)));
    }
  });
});

describe('attention by latents', () => {
  const reading = (changes: Record<string, number>): ReturnType<typeof readConfig> => {
    const bytes = new Uint8Array(readFileSync(path.join('test', 'fixtures', 'models', 'deepseek2.gguf')));
    const file = readGguf(new BufferSource(bytes, 'deepseek2.gguf'));
    for (const [key, value] of Object.entries(changes)) (file.metadata as Map<string, unknown>).set(key, value);
    return readConfig(file);
  };

  it('has values of another size than keys, and a key for each head', () => {
    const { mixer } = reading({}).shapes[0];
    const { heads, kvHeads, keyDim, headDim } = mixer as Extract<typeof mixer, { kind: 'attention' }>;
    assert.deepEqual({ heads, kvHeads, keyDim, headDim }, { heads: 4, kvHeads: 4, keyDim: 16, headDim: 8 });
  });

  for (const [key, value] of [
    ['rope.dimension_count', 16], // nothing of a key would come from the latent
    ['attention.kv_lora_rank', 0],
    ['attention.key_length_mla', 1e6],
    ['attention.temperature_scale', 0.1], // without the length that it goes by
  ] as const) {
    it(`is refused with a ${key} of ${value}, by a key's name`, () => {
      const named = key === 'attention.temperature_scale' ? 'attention.temperature_length' : key;
      assert.throws(() => reading({ [`deepseek2.${key}`]: value }), new RegExp(named.replaceAll('.', '\\.')));
    });
  }
});

describe('layers that differ in their heads', () => {
  it('each have their own shape, in the trace and in what is read from it', async () => {
    const options = { heads: [4, 2, 6] };
    const file = readGguf(new BufferSource(tinyModelBytes({ layers: 3, ...options }), 'tiny.gguf'));
    const config = readConfig(file);
    assert.deepEqual(
      config.shapes.map(({ mixer }) => mixer.heads),
      [4, 2, 6],
    );
    assert.equal(config.heads, 6);
    const kernel = createReferenceKernel();
    const model = { config, kernel, weights: await openWeights(file, config, kernel, 257) };
    const trace = new Trace(config, kernel, 5);
    await forward(model, trace, [1, 2, 3, 4, 5]);
    assert.deepEqual(
      trace.layers.map(({ mixer }) => partOf(mixer, 'q').length),
      [4, 2, 6].map((heads) => heads * 8 * 5),
    );
  });
});
