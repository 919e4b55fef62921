/** Files as Ollama's converter wrote them, made of llama.cpp's: they compute the same. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { Booleans, isArray, type GgufArray, type GgufFile } from '../../../../src/engine/formats/ggufTypes';
import { GgufTexts } from '../../../../src/engine/formats/ggufTexts';
import { asLlamaCpp } from '../../../../src/engine/formats/ollamaVariants';
import { forward } from '../../../../src/engine/model/forward';
import { inspectModel, loadModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import { skimModel } from '../../../../src/engine/model/skim';
import { Trace } from '../../../../src/engine/trace/trace';
import {
  arrayOf,
  f32,
  T,
  u32,
  writeGguf,
  type ArrayValue,
  type MetadataValue,
  type TensorToWrite,
} from '../../../support/ggufWriter';
import { tinyModelFile } from '../../../support/tinyModel';

type Metadata = Record<string, MetadataValue>;

/** Of the items, as they are in the file. */
function typeOf(list: GgufArray): T {
  if (list instanceof GgufTexts) return T.String;
  if (list instanceof Booleans) return T.Bool;
  return list instanceof Float32Array ? T.F32 : list instanceof Uint32Array ? T.U32 : T.I32;
}

/** A fixture's metadata, typed again as it was written, and its tensors. */
function open(name: string): { metadata: Metadata; tensors: TensorToWrite[] } {
  const bytes = new Uint8Array(readFileSync(`test/fixtures/models/${name}.gguf`));
  const file = readGguf(new BufferSource(bytes));
  const metadata: Metadata = {};
  for (const [key, value] of file.metadata) {
    if (isArray(value)) {
      metadata[key] = arrayOf(typeOf(value), Array.from(value as Iterable<number>));
    } else if (typeof value === 'number') {
      metadata[key] =
        Number.isInteger(value) && !/epsilon|freq|scale|factor/.test(key) ? u32(value) : { type: T.F32, value };
    } else metadata[key] = value as MetadataValue;
  }
  const tensors = [...file.tensors.values()].map(({ name: tensor, type, shape, offset, byteLength }) => ({
    name: tensor,
    type,
    shape,
    bytes: bytes.subarray(offset, offset + byteLength),
  }));
  return { metadata, tensors };
}

const renamedKeys = (metadata: Metadata, from: string, to: string): Metadata =>
  Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.startsWith(`${from}.`) ? to + key.slice(from.length) : key, value])); // prettier-ignore

async function sameAs(
  name: string,
  change: (file: { metadata: Metadata; tensors: TensorToWrite[] }) => void,
): Promise<void> {
  const [plain, theirs] = [open(name), open(name)];
  // What Ollama leaves out is what all published models have.
  for (const { metadata } of [plain, theirs]) {
    const key = `${name}.attention.layer_norm_rms_epsilon`;
    if (key in metadata) metadata[key] = f32(1e-6);
  }
  change(theirs);
  const [one, other] = [plain, theirs].map((file) => new BufferSource(writeGguf(file)));
  assert.equal(skimModel([other])!.problem, null);
  const models = [await loadModel(one, undefined, 'reference'), await loadModel(other, undefined, 'reference')];
  const logits = await Promise.all(
    models.map(async (model) => {
      const ids = model.tokenizer.encode('def f(x):\n  return').map(({ id }) => id);
      const trace = new Trace(model.config, model.kernel, ids.length);
      await forward(model, trace, ids);
      return (await logitsAt(model, trace, ids.length - 1)).slice();
    }),
  );
  assert.equal(Math.max(...logits[0].map((logit, id) => Math.abs(logit - logits[1][id]))), 0);
  for (const { kernel } of models) kernel.close();
}

describe('models as Ollama writes them', () => {
  it('gemma3 with its eyes inside, other names for the rotation, no epsilon and tokens for images', async () => {
    await sameAs('gemma3', ({ metadata, tensors }) => {
      const take = (key: string): MetadataValue => {
        const value = metadata[key];
        delete metadata[key];
        return value;
      };
      if ('gemma3.rope.freq_base' in metadata) metadata['gemma3.rope.global.freq_base'] = take('gemma3.rope.freq_base');
      if ('gemma3.rope.freq_base_swa' in metadata) metadata['gemma3.rope.local.freq_base'] = take('gemma3.rope.freq_base_swa'); // prettier-ignore
      take('gemma3.attention.layer_norm_rms_epsilon');
      metadata['gemma3.mm.tokens_per_image'] = u32(256);
      metadata['gemma3.vision.block_count'] = u32(27);
      const { value } = metadata['tokenizer.ggml.tokens'] as { value: ArrayValue };
      metadata['tokenizer.ggml.tokens'] = arrayOf(T.String, [...value.items, '<image_soft_token>']);
      tensors.push({ ...tensors[0], name: 'v.patch_embedding.weight' }, { ...tensors[0], name: 'mm.input.weight' });
    });
  });

  it('olmo3 under its own name', async () => {
    await sameAs('olmo3', (file) => {
      file.metadata = { ...renamedKeys(file.metadata, 'olmo2', 'olmo3'), 'general.architecture': 'olmo3' };
    });
  });

  it('gptoss becomes gpt-oss, key by key and tensor by tensor', () => {
    const { tensors } = tinyModelFile({ experts: 2 });
    const names = ['blk.0.attn_sinks', 'blk.0.attn_out.weight', 'blk.0.attn_out.bias', 'blk.0.ffn_norm.weight', 'blk.0.attn_norm.weight']; // prettier-ignore
    const bytes = writeGguf({
      metadata: { 'general.architecture': 'gptoss', 'gptoss.block_count': u32(1), 'tokenizer.ggml.pre': 'gpt-4o-old' },
      tensors: [
        ...names.map((name) => ({ ...tensors[0], name })),
        { ...tensors[0], name: 'blk.0.ffn_gate_exps.weight' },
      ],
    });
    const file: GgufFile = asLlamaCpp(readGguf(new BufferSource(bytes)));
    assert.deepEqual(Object.fromEntries(file.metadata), {
      'general.architecture': 'gpt-oss',
      'gpt-oss.block_count': 1,
      'gpt-oss.expert_feed_forward_length': tensors[0].shape[1],
      'gpt-oss.rope.scaling.type': 'yarn',
      'tokenizer.ggml.pre': 'gpt-4o',
    });
    assert.deepEqual([...file.tensors.keys()].sort(), [
      'blk.0.attn_norm.weight',
      'blk.0.attn_output.bias',
      'blk.0.attn_output.weight',
      'blk.0.attn_sinks.weight',
      'blk.0.ffn_gate_exps.weight',
      'blk.0.post_attention_norm.weight',
    ]);
  });

  it('what is unknown even so is named', () => {
    const { metadata, tensors } = open('gemma3');
    metadata['gemma3.new_trick'] = u32(3);
    const source = new BufferSource(
      writeGguf({ metadata, tensors: [...tensors, { ...tensors[0], name: 'v.eye.weight' }] }),
    );
    assert.throws(() => inspectModel(source), { code: 'model-unsupported', detail: { file: '(memory)', subject: 'gemma3.new_trick' } }); // prettier-ignore
    // llama.cpp's own file with a tensor too many is no variant of Ollama's.
    const other = new BufferSource(writeGguf({ ...open('gemma3'), tensors: [...tensors, { ...tensors[0], name: 'odd.weight' }] })); // prettier-ignore
    assert.throws(() => inspectModel(other), { code: 'model-unsupported', detail: { file: '(memory)', subject: 'odd.weight' } }); // prettier-ignore
  });
});
