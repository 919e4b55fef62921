/** Files as Ollama writes them (its llama/compat and convert/convert_qwen3next.go) open as the same model, or say what is unknown. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { Booleans, isArray, type GgufValue } from '../../../../src/engine/formats/ggufTypes';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel } from '../../../../src/engine/model/load';
import { logitsAt } from '../../../../src/engine/model/logits';
import { Trace } from '../../../../src/engine/trace/trace';
import { arrayOf, f32, T, u32, writeGguf, type MetadataValue, type TensorToWrite } from '../../../support/ggufWriter';

const IDS = Array.from({ length: 30 }, (_, i) => 5 + ((i * 37) % 200));

function typed(value: GgufValue): MetadataValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (!isArray(value)) return Number.isInteger(value) ? u32(Number(value)) : f32(Number(value));
  if (value instanceof Booleans) return arrayOf(T.Bool, Array.from(value, Boolean));
  const items = Array.from(value as ArrayLike<string | number>);
  return typeof items[0] === 'string' ? (items as string[]) : arrayOf(T.I32, items);
}

/** A fixture written again under other keys and names. */
function rewritten(
  name: string,
  keys: Record<string, MetadataValue>,
  rename: (tensor: string) => string,
  more: TensorToWrite[] = [],
): Uint8Array {
  const source = new BufferSource(new Uint8Array(readFileSync(`test/fixtures/models/${name}.gguf`)), name);
  const file = readGguf(source);
  const metadata = Object.fromEntries([...file.metadata].map(([key, value]) => [key, typed(value)]));
  const tensors = [...file.tensors.values()].map(({ name: own, type, shape, offset, byteLength }) => {
    return { name: rename(own), type, shape, bytes: source.read(offset, byteLength) };
  });
  return writeGguf({ metadata: { ...metadata, ...keys }, tensors: [...tensors, ...more] });
}

async function answer(bytes: Uint8Array): Promise<Float32Array> {
  const model = await loadModel(new BufferSource(bytes, 'blob'), undefined, 'simd');
  const trace = new Trace(model.config, model.kernel, IDS.length);
  await forward(model, trace, IDS);
  return await logitsAt(model, trace, IDS.length - 1);
}

const tensor = (name: string): TensorToWrite => ({ name, type: GgmlType.F32, shape: [4], bytes: new Uint8Array(16) });

describe('a Qwen 3.5 of Ollama', () => {
  const KEYS: Record<string, MetadataValue> = {
    'qwen35moe.attention.head_count_kv': arrayOf(T.U32, [0, 1, 0]),
    'qwen35moe.rope.dimension_sections': arrayOf(T.I32, [2, 1, 1]),
    'qwen35moe.mrope_sections': arrayOf(T.I32, [2, 1, 1]),
    'qwen35moe.rope.mrope_section': arrayOf(T.I32, [2, 1, 1]),
    'qwen35moe.rope.mrope_interleaved': true,
    'qwen35moe.ssm.v_head_reordered': true,
    'qwen35moe.norm_top_k_prob': true,
    'qwen35moe.vision.block_count': u32(27),
    'qwen35moe.vision.rope.freq_base': f32(10_000),
    'qwen35moe.image_token_id': u32(7),
    'qwen35moe.vision_start_token_id': u32(8),
    'qwen35moe.vision_end_token_id': u32(9),
  };
  const rename = (name: string): string => name.replace('ssm_dt.bias', 'ssm_dt');
  const MORE = ['v.blk.0.attn_q.weight', 'mm.0.weight', 'mtp.fc.weight', 'mtp.layers.0.attn_norm.weight'].map(tensor);

  it('is the model that it is elsewhere: heads by layer, three sections, another name, images and prediction inside', async () => {
    const theirs = rewritten('qwen35moe', KEYS, rename, MORE);
    const ours = new Uint8Array(readFileSync('test/fixtures/models/qwen35moe.gguf'));
    assert.deepEqual(await answer(theirs), await answer(ours));
  });

  it('is refused by name where it says what is not computed', async () => {
    const cases: [Record<string, MetadataValue>, TensorToWrite[], RegExp][] = [
      [{ 'qwen35moe.ssm.v_head_reordered': false }, [], /v_head_reordered/],
      [{ 'qwen35moe.rope.mrope_interleaved': false }, [], /mrope_interleaved/],
      [{ 'qwen35moe.something_new': u32(1) }, [], /something_new/],
      [{ 'qwen35moe.attention.head_count_kv': arrayOf(T.U32, [1, 0, 1]) }, [], /head_count_kv.*layer 1/],
      [{ 'qwen35moe.rope.dimension_sections': arrayOf(T.I32, [0, 0, 0]) }, [], /dimension_sections/],
      [{ 'qwen35moe.ssm.inner_size': u32(35) }, [], /inner_size/],
      [{ 'qwen35moe.ssm.group_count': u32(3) }, [], /group_count/],
      [{}, [tensor('a.blk.0.attn_q.weight')], /a\.blk\.0\.attn_q/],
    ];
    for (const [keys, more, message] of cases) {
      const bytes = rewritten('qwen35moe', { ...KEYS, ...keys }, rename, more);
      await assert.rejects(answer(bytes), (problem: Error & { code: string }) => {
        return message.test(problem.message) && /^model-(?:unsupported|invalid)$/.test(problem.code);
      });
    }
  });
});
