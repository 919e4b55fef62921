/** Encoders against llama.cpp (test/reference): token ids with [CLS] and [SEP], and the mean of what the last layer gives. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { explain } from '../../../../src/engine/explain';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import type { KernelName } from '../../../../src/engine/kernel/kernel';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel } from '../../../../src/engine/model/load';
import { edgeReadings } from '../../../../src/engine/reading/edges';
import { Trace } from '../../../../src/engine/trace/trace';
import { inFloat64 } from '../../../support/float64Attention';
import { isLong } from '../../../support/long';

interface Golden {
  texts: { name: string; text: string; ids: number[]; mean: number[] }[];
}

/** llama.cpp takes GELU from a table in half precision (bert, modern-bert, gemma-embedding). Measured: 3.8e-4 and, without it, 1.3e-6 of numbers around 1. */
const TOLERANCE: Readonly<Record<string, number>> = {
  bert: 1e-3,
  'nomic-bert': 1e-5,
  'modern-bert': 1e-3,
  eurobert: 1e-5,
  'gemma-embedding': 1e-3,
};
/** f32 through random layers against float64. Measured: 3e-6. */
const F32 = 5e-5;

/** kernel.test.ts holds SIMD to the reference, attention both ways, too. LONG_TESTS=1: both. */
const KERNELS: readonly KernelName[] = isLong ? ['reference', 'simd'] : ['simd'];

const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(path.join('test', 'fixtures', 'models', `${name}.gguf`)));

for (const name of Object.keys(TOLERANCE)) {
  describe(`the encoder ${name}`, () => {
    const bytes = bytesOf(name);
    const { texts } = JSON.parse(readFileSync(path.join('test/fixtures/goldens', `${name}.json`), 'utf8')) as Golden;

    for (const kernel of KERNELS) {
      it(`gives llama.cpp’s ids, and its mean over the tokens, on ${kernel}`, async () => {
        const model = await loadModel(new BufferSource(bytes, name), undefined, kernel);
        const { embedding: d } = model.config;
        let worst = 0;
        for (const { text, ids, mean } of texts) {
          assert.deepEqual(model.tokenizer.encode(text, { bos: true }).map(({ id }) => id), ids); // prettier-ignore
          const trace = new Trace(model.config, model.kernel, ids.length);
          await forward(model, trace, ids);
          const final = trace.final.f32;
          for (let i = 0; i < d; i++) {
            let sum = 0;
            for (let token = 0; token < ids.length; token++) sum += final[token * d + i];
            worst = Math.max(worst, Math.abs(sum / ids.length - mean[i]));
          }
          trace.release();
        }
        if (process.env.VERBOSE) console.log(`      ${name}, ${kernel}: ${worst.toExponential(1)}`);
        assert.ok(worst <= TOLERANCE[name], `differs by ${worst}`);
      });
    }

    it('gives what a float64 program gives, and its edges are as long as there, behind a norm over the stream', async () => {
      const model = await loadModel(new BufferSource(bytes, name));
      const { ids } = texts[0];
      const file = readGguf(new BufferSource(bytes, name));
      const { last, attention } = inFloat64(file, ids);
      const trace = new Trace(model.config, model.kernel, ids.length);
      const d = model.config.embedding;
      let added = new Float32Array();
      await forward(model, trace, ids, {
        taps: { mixed: (layer, update) => void (layer === 1 && (added = update.f32.slice(4 * d, 5 * d))) },
      });
      last.flat().forEach((value, i) => assert.ok(Math.abs(value - trace.final.f32[i]) < F32, `number ${i}`));

      if (!file.tensors.has('blk.0.attn_output_norm.weight')) return;
      // Token 4 in layer 1: each head's vectors, centred and divided as the norm does, and what else it adds.
      const [layer, query] = [1, 4];
      const tensor = (tensorName: string): Float32Array | undefined => {
        const found = file.tensors.get(`blk.${layer}.${tensorName}`);
        return found && new Float32Array(file.source.read(found.offset, found.byteLength).slice().buffer);
      };
      const { heads, headDim } = model.config.shapes[layer].mixer;
      const [wo, gamma, beta, bo] = ['attn_output.weight', 'attn_output_norm.weight', 'attn_output_norm.bias', 'attn_output.bias'].map(tensor); // prettier-ignore
      const { kept } = trace.attention(layer);
      const written = (head: number, key: number): number[] =>
        Array.from({ length: d }, (_, r) => {
          let sum = 0;
          for (let c = 0; c < headDim; c++) {
            sum += wo![(r * heads + head) * headDim + c] * kept.v.f32[(key * heads + head) * headDim + c];
          }
          return sum;
        });
      const stream = trace.layer(layer).residual!.f32.slice(query * d, (query + 1) * d);
      const raw = Array.from(stream, (value, i) => value + (bo?.[i] ?? 0));
      for (let head = 0; head < heads; head++) {
        ids.forEach((_, key) => {
          written(head, key).forEach((value, i) => (raw[i] += attention[layer][head].weights[query][key] * value));
        });
      }
      const middle = raw.reduce((sum, value) => sum + value, 0) / d;
      const deviation = Math.sqrt(
        raw.reduce((sum, value) => sum + (value - middle) ** 2, 0) / d + model.config.epsilon,
      );
      raw.forEach((value, i) => {
        const expected = ((value - middle) / deviation) * gamma![i] + beta![i] - stream[i];
        assert.ok(Math.abs(added[i] - expected) < F32, `added ${i}`);
      });
      const { weights, norms } = await edgeReadings(model, trace, { layer, head: 2, query });
      for (const key of [1, 4, ids.length - 1]) {
        const vector = written(2, key);
        const mean = vector.reduce((sum, value) => sum + value, 0) / d;
        const long = Math.hypot(...vector.map((value, i) => ((value - mean) / deviation) * gamma![i]));
        assert.ok(Math.abs(norms[key] - weights[key] * long) < F32, `edge from ${key}`);
      }
    });
  });
}

describe('an explained encoder', () => {
  it('has [CLS] before and [SEP] behind its tokens, which tile the text, and nothing that comes next', async () => {
    const model = await loadModel(new BufferSource(bytesOf('bert'), 'bert'));
    const text = 'Thé cat,  SAT… 世界 q';
    let tokens: { start: number; end: number; label: string }[] = [];
    const { explanation, trace } = await explain(model, text, {
      maxTokens: 100,
      top: 3,
      handle: { worker: 0, kept: 0 },
      signal: new AbortController().signal,
      progress: (step) => void (step.kind === 'tokens' && (tokens = step.tokens)),
    });
    assert.deepEqual(explanation.next, []);
    const all = new TextEncoder().encode(text).length;
    assert.deepEqual([tokens[0].label, tokens.at(-1)!.label], ['[CLS]', '[SEP]']);
    assert.deepEqual([tokens.at(-1)!.start, tokens.at(-1)!.end], [all, all]);
    const own = tokens.slice(1, -1);
    own.forEach(({ start, end }, i) => assert.equal(end, own[i + 1]?.start ?? all, `token ${i} from ${start}`));
    assert.deepEqual(own.slice(0, 4).map(({ label }) => label), [' the', ' cat', ' ,', ' sat']); // prettier-ignore
    assert.equal(own[4].label, '[UNK]');
    trace.release();
  });
});
