/** Is a trace read by models of every build: mixtures with dense layers, layers that mix without attention? */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel } from '../../../../src/engine/model/load';
import { Trace } from '../../../../src/engine/trace/trace';
import { cutEdits } from '../../../../src/reasoning/ablation/cut';
import { segment } from '../../../../src/reasoning/import/segment';
import { read } from '../../../../src/reasoning/reading/read';
import { Reasoner } from '../../../../src/reasoning/solve/reasoner';

describe('a trace read by any model', () => {
  for (const name of ['deepseek2', 'lfm2moe', 'nemotron_h_moe', 'qwen35']) {
    it(`has what its layers have, and nothing of what they have not: ${name}`, async () => {
      const source = new BufferSource(readFileSync(`test/fixtures/models/${name}.gguf`), name);
      const model = await loadModel(source, undefined, 'reference');
      try {
        const text = '1 + 1 = 2\n2 + 2 = 4';
        const steps = segment(text, { start: 0, end: text.length }, 'lines');
        const reasoner = new Reasoner(model, readGguf(source).metadata);
        const { reading } = await read(
          reasoner,
          { question: null, text, steps, textStart: 0, view: 0 },
          async () => {},
        );
        const { layers, shapes, experts } = model.config;
        const has = shapes.map(({ feedForward }) => feedForward.experts > 0);
        for (let step = 0; step < steps.length; step++) {
          const sums = has.map((_, layer) => {
            const at = (step * layers + layer) * experts;
            return reading.routing.subarray(at, at + experts).reduce((sum, weight) => sum + weight, 0);
          });
          assert.deepEqual(
            sums.map((sum) => sum > 0),
            has,
          );
          const size = reading.attention.length / steps.length;
          const looked = reading.attention
            .subarray(step * size, (step + 1) * size)
            .reduce((sum, share) => sum + share, 0);
          assert.ok(Math.abs(looked - 1) < 1e-3, String(looked));
        }
        const attends = shapes.map(({ mixer }) => mixer.kind === 'attention');
        assert.deepEqual(
          reading.attending.map((attending) => attending > 0),
          attends,
        );
        assert.ok(name === 'deepseek2' ? !has[0] && has[1] : attends.includes(true) && attends.includes(false));
      } finally {
        model.kernel.close();
      }
    });
  }

  for (const name of ['lfm2', 'qwen35', 'nemotron_h_moe']) {
    it(`does not know a step that is cut, where layers have no attention either: ${name}`, async () => {
      const source = new BufferSource(readFileSync(`test/fixtures/models/${name}.gguf`), name);
      const model = await loadModel(source, undefined, 'reference');
      const { config, kernel } = model;
      try {
        const after = async (step: number[]): Promise<number[]> => {
          const ids = [1, 2, 3, ...step, 9, 10, 11, 12];
          const edits = cutEdits(config, { prompt: [1, 2, 3], ranges: [{ from: 0, to: step.length }] }, 0);
          const trace = new Trace(config, kernel, ids.length, { edits });
          await forward(model, trace, ids);
          const rows = [...trace.final.f32.slice(6 * config.embedding, ids.length * config.embedding)];
          trace.release();
          return rows;
        };
        assert.ok(config.shapes.some(({ mixer }) => mixer.kind !== 'attention'));
        assert.deepEqual(await after([4, 5, 6]), await after([7, 8, 13]));
      } finally {
        kernel.close();
      }
    });
  }
});
