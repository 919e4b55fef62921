/**
 * Every attention weight of one text against an independent float64 program, for each way of attending: windows, caps, sinks,
 * ALiBi, norms behind and on queries and keys, partial rotation, factors, YaRN, both residual forms, gates, latents, gated delta
 * networks or short convolutions in the layers between. VERBOSE=1 prints the differences.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { GgmlType } from '../../../../src/engine/formats/ggmlTypes';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel } from '../../../../src/engine/model/load';
import { Trace } from '../../../../src/engine/trace/trace';
import { tileWeights } from '../../../../src/engine/trace/weights';
import { attentionInFloat64 } from '../../../support/float64Attention';
import { KERNELS_HERE } from '../../../support/kernels';
import { isLong } from '../../../support/long';

/**
 * Whose attention is another's: experts instead of a network, or all of it through 64 layers, of which deep.test.ts tells the
 * logits. LONG_TESTS=1: these, too.
 */
const ATTEND_AS_OTHERS = /^(qwen3moe|qwen2moe|mixtral|lfm2moe|granitemoe|nemotron_h_moe|qwen35moe|exaone4-windows)/;
/** Of every kind of model in the fixtures; where weights are packed, activations are rounded. */
const FILES = readdirSync(path.join('test', 'fixtures', 'models'))
  .filter((name) => isLong || !ATTEND_AS_OTHERS.test(name))
  .map((name) =>
    readGguf(new BufferSource(new Uint8Array(readFileSync(path.join('test', 'fixtures', 'models', name))), name)),
  )
  .filter(({ tensors }) => [...tensors.values()].every(({ type }) => type === GgmlType.F32));
const IDS = Array.from({ length: 40 }, (_, i) => 5 + ((i * 37) % 200));
/** kernel.test.ts holds SIMD to the reference, so what is right on the one is right on the other; LONG_TESTS=1: both. */
const KERNELS = KERNELS_HERE.filter((name) => isLong || name !== 'reference');
/** f32 through random weights. Measured: 7e-6 through up to seven layers; through 64 of them 5e-5, by relaxed SIMD 1.3e-4. */
const [F32, DEEP] = [1e-4, 3e-4];
const DEEP_LAYERS = 64;

describe('every attention weight is the one of a float64 program:', () => {
  for (const file of FILES) {
    const { name } = file.source;
    it(name, async () => {
      const expected = attentionInFloat64(file, IDS);
      const n = IDS.length;
      for (const kernelName of KERNELS) {
        const model = await loadModel(file.source, undefined, kernelName);
        const trace = new Trace(model.config, model.kernel, n);
        await forward(model, trace, IDS);
        let worst = 0;
        expected.forEach((heads, layer) => {
          if (heads.length === 0) return assert.notEqual(model.config.shapes[layer].mixer.kind, 'attention');
          const { sink } = trace.attention(layer).kept;
          heads.forEach(({ weights, sink: sinks }, head) => {
            const range = { q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n };
            const found = tileWeights(model.kernel, trace, { layer, head, ...range, pool: 'max' });
            for (let at = 0; at < n * n; at++) {
              const [query, key] = [Math.floor(at / n), at % n];
              worst = Math.max(worst, Math.abs(found[at] - (weights[query][key] ?? 0)));
            }
            sinks.forEach((mass, query) => {
              worst = Math.max(worst, Math.abs((sink?.f32[query * heads.length + head] ?? 0) - mass));
            });
          });
        });
        if (process.env.VERBOSE) console.log(`      ${name}, ${model.kernel.name}: ${worst.toExponential(1)}`);
        assert.ok(worst <= (expected.length >= DEEP_LAYERS ? DEEP : F32), `${kernelName}: weights differ by ${worst}`);
      }
    });
  }
});
