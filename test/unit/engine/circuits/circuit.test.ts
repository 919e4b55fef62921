/** Circuits: the parts add up, what makes a value adds up to it, and predicted cuts are those of a pass with all else held. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import { Problem } from '../../../../src/protocol/problem';
import { Trace } from '../../../../src/engine/trace/trace';
import { tinyModel } from '../../../support/tinyModel';

async function run(model: LoadedModel): Promise<Trace> {
  const ids = Array.from({ length: 14 }, (_, i) => (i * 37 + 5) % 250);
  const trace = new Trace(model.config, model.kernel, ids.length);
  await forward(model, trace, ids);
  return trace;
}

const fixture = (name: string): Promise<LoadedModel> => {
  const bytes = new Uint8Array(readFileSync(path.join('test/fixtures/models', `${name}.gguf`)));
  return loadModel(new BufferSource(bytes, `${name}.gguf`), undefined, 'reference');
};

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
      for (const { from, to, predicted, frozen, floor, free } of found.checked) {
        assert.ok(floor < 1e-4, `${floor}`);
        assert.ok(
          Math.abs(predicted - frozen) < 1e-4 * Math.max(1, Math.abs(frozen)),
          `${from} → ${to}: ${predicted} against ${frozen}`,
        );
        assert.ok(Number.isFinite(free) && frozen !== 0);
      }
      trace.release();
    });
  }

  // Biases of queries, keys and values; latents, groups, a shared expert behind a dense layer; one with a gate; scaled residuals.
  for (const name of ['qwen2-biases', 'deepseek2', 'deepseek2-lite', 'qwen2moe-shared', 'glm4moe', 'granitemoe']) {
    it(`adds up and its cuts agree, shared experts, latents and biases among them: ${name}`, async () => {
      const model = await fixture(name);
      const trace = await run(model);
      const { completeness, nodes, checked, difference } = await circuit(model, trace, { nodes: 400 });
      const { remainder, constants, allOfDifference } = completeness;
      const all = allOfDifference * Math.abs(difference);
      assert.ok(Math.abs(remainder) < 1e-4 * Math.max(1, all), `${remainder} of ${difference}, ${all} in all`);
      assert.equal(constants !== 0, ['qwen2-biases', 'qwen2moe-shared', 'glm4moe'].includes(name));
      const hasShared = model.config.shapes.some(({ feedForward }) => feedForward.sharedHidden > 0);
      assert.equal(
        hasShared,
        nodes.some(({ expert, id }) => expert === 'shared' && id.includes('Nshared.')),
      );
      assert.ok(checked.length > 0);
      for (const { from, to, predicted, frozen, free } of checked) {
        const off = Math.abs(predicted - frozen);
        assert.ok(off < 1e-4 * Math.max(1, Math.abs(frozen)), `${from} → ${to}: ${predicted} against ${frozen}`);
        assert.ok(Number.isFinite(free) && frozen !== 0);
      }
      trace.release();
    });
  }

  it('a cut of a shared expert’s neuron is what is predicted, and acts in the model', async () => {
    const model = await fixture('qwen2moe-shared');
    const trace = await run(model);
    const { nodes, position } = await circuit(model, trace, { nodes: 400 });
    const node = nodes.find(({ expert, layer }) => expert === 'shared' && layer === model.config.layers - 1)!;
    assert.equal(node.position, position);
    const { neurons } = await receipt(model, trace, { position }, { controls: false });
    const own = neurons.find(
      (one) => one.layer === node.layer && one.expert === 'shared' && one.neuron === node.neuron,
    )!;
    assert.ok(Math.abs(own.value - node.value!) < 1e-5, `${own.value} against ${node.value}`);
    // In the last layer nothing is relayed: cutting takes away just what it adds.
    assert.ok(Math.abs(own.zero.direct + node.effect) < 1e-5, `${own.zero.direct} against ${node.effect}`);
    trace.release();
  });

  it('is the same with one layer unpacked at a time, and says how many tokens fit', async () => {
    const model = await tinyModel({ layers: 3 });
    const trace = await run(model);
    const asked = { position: 9 };
    const found = await circuit(model, trace, asked);
    assert.deepEqual(await circuit(model, trace, { ...asked, room: { projections: 0, run: 2 ** 30 } }), found);
    const room = { projections: 0, run: 8000 };
    const refused = await circuit(model, trace, { ...asked, room }).catch((thrown: unknown) => thrown);
    assert.ok(refused instanceof Problem && refused.code === 'circuit-large');
    const { bytes, fit } = refused.detail;
    assert.ok(bytes > room.run && fit > 1 && fit < 10, `${bytes} bytes, ${fit} tokens`);
    assert.ok((await circuit(model, trace, { position: fit - 1, room })).nodes.length > 0);
    await assert.rejects(circuit(model, trace, { position: fit, room }), { code: 'circuit-large' });
  });

  it('is refused where a model has parts that it is not written for', async () => {
    const model = await fixture('gemma2');
    const trace = await run(model);
    await assert.rejects(circuit(model, trace), { code: 'circuit-unlike' });
  });
});
