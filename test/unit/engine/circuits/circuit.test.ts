/** Circuits: the parts add up, what makes a value adds up to it, and predicted cuts are those of a pass with all else held. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { Trace } from '../../../../src/engine/trace/trace';
import { tinyModel } from '../../../support/tinyModel';

async function run(model: LoadedModel): Promise<Trace> {
  const ids = Array.from({ length: 14 }, (_, i) => (i * 37 + 5) % 250);
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  return trace;
}

describe('a circuit', () => {
  for (const experts of [0, 6]) {
    it(`adds up to the difference, and its cuts are what they are predicted to be (${experts} experts)`, async () => {
      const model = await tinyModel({ experts, layers: 3 });
      const trace = await run(model);
      const found = await circuit(model, trace, { nodes: 400 });
      assert.ok(Math.abs(found.completeness.remainder) < 1e-4, `remainder ${found.completeness.remainder}`);
      assert.ok(found.nodes.length > 50);
      assert.ok(found.completeness.drawnOfAll > 0.2 && found.completeness.drawnOfAll <= 1);
      assert.ok(found.edges.some(({ to }) => to !== 'D'));
      const { takenApart, drawnOfValues } = found.completeness;
      assert.equal(takenApart, 16);
      assert.ok(new Set(found.edges.flatMap(({ to }) => (to === 'D' ? [] : [to]))).size <= takenApart);
      assert.ok(drawnOfValues > 0 && drawnOfValues < 1, `${drawnOfValues}`);
      assert.equal(found.checked.length, 5);
      for (const { from, to, predicted, frozen, free } of found.checked) {
        assert.ok(
          Math.abs(predicted - frozen) < 1e-4 * Math.max(1, Math.abs(frozen)),
          `${from} → ${to}: ${predicted} against ${frozen}`,
        );
        assert.ok(Number.isFinite(free) && frozen !== 0);
      }
      trace.release();
    });
  }

  it('is refused where a model has parts that it is not written for', async () => {
    const bytes = new Uint8Array(readFileSync(path.join('test/fixtures/models', 'gemma2.gguf')));
    const model = await loadModel(new BufferSource(bytes, 'gemma2.gguf'), undefined, 'reference');
    const trace = await run(model);
    await assert.rejects(circuit(model, trace), { code: 'circuit-unlike' });
  });
});
