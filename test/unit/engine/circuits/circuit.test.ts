/** Circuits: the parts add up, what makes a value adds up to it, and predicted cuts are those of a pass with all else held. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { circuit } from '../../../../src/engine/circuits/circuit';
import { receipt } from '../../../../src/engine/receipts/receipt';
import { forward } from '../../../../src/engine/model/forward';
import { loadModel, type LoadedModel } from '../../../../src/engine/model/load';
import type { CheckedEdge } from '../../../../src/protocol/circuits';
import { Problem } from '../../../../src/protocol/problem';
import { Trace } from '../../../../src/engine/trace/trace';
import { isLong } from '../../../support/long';
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

/** Every kind of part that a circuit leads through, by a model that has it. */
const KINDS: Record<string, string> = {
  gpt2: 'LayerNorm with biases, GELU without a gate, learned places',
  'gptneox-parallel': 'attention and network from the same stream',
  'falcon-two-norms': 'likewise, each behind a norm of its own',
  phi2: 'biases on the logits',
  bloom: 'a norm of the embedding, ALiBi',
  'mpt-positions': 'queries, keys and values within bounds',
  cohere2: 'LayerNorm, gates, logits scaled, windows',
  nemotron: 'squared ReLU',
  gemma: 'gated GELU, embeddings scaled',
  gemma2: 'norms behind, caps of scores and logits',
  gemma3: 'norms behind, windows',
  'gemma4-e': 'rows of a table of their own, values that are another layer’s',
  'gemma4-experts': 'norms before and behind experts, experts scaled, a network beside them',
  glm4: 'norms behind, biases of attention',
  olmo2: 'norms behind alone',
  'gpt-oss': 'sinks, clamped gates, biases of experts',
  'qwen2-biases': 'biases of queries, keys and values',
  deepseek2: 'latents, groups, a shared expert behind a dense layer',
  'qwen2moe-shared': 'a shared expert with a gate',
  glm4moe: 'a shared expert and biases of attention',
  granitemoe: 'residuals scaled',
  qwen35: 'gated delta networks, gated attention',
  qwen3next: 'neighbours that share a key',
  granitehybrid: 'Mamba-2, residuals scaled',
  nemotron_h_moe: 'Mamba-2, layers without a network, experts',
  lfm2: 'short convolutions',
};
/** Whose parts others have, too. LONG_TESTS=1: these, as well. */
const MORE_OF_A_KIND: typeof KINDS = {
  'gptneox-serial': 'LayerNorm with biases, GELU without a gate, places that turn',
  olmo: 'LayerNorm without weights, values within bounds',
  starcoder2: 'biases of every matrix',
  gemma4: 'norms behind, values normalised, a factor behind each layer',
  'exaone4-windows': 'norms behind alone, windows',
  'deepseek2-lite': 'latents of keys alone',
  qwen35moe: 'gated delta networks with experts',
  nemotron_h: 'Mamba-2, layers without a network',
  lfm2moe: 'short convolutions with experts',
};

/** Biases add something, also those of norms and of logits; where there are none, nothing is said of them. */
const BIASES: Readonly<Record<string, boolean>> = {
  gpt2: true,
  phi2: true,
  'gpt-oss': true,
  'qwen2-biases': true,
  gemma2: false,
  olmo2: false,
  lfm2: false,
};

describe('a circuit', () => {
  for (const experts of [0, 6]) {
    it(`draws edges into the prediction and into neurons, and cuts the strongest of both (${experts} experts)`, async () => {
      const model = await tinyModel({ experts, layers: 3 });
      const trace = await run(model);
      const { nodes, edges, completeness, checked } = await circuit(model, trace, { nodes: 400 });
      assert.ok(nodes.length > 50);
      assert.ok(completeness.drawnOfAll > 0.2 && completeness.drawnOfAll <= 1);
      const { takenApart, drawnOfValues } = completeness;
      assert.equal(takenApart, 16);
      assert.ok(new Set(edges.flatMap(({ to }) => (to === 'D' ? [] : [to]))).size <= takenApart);
      assert.ok(drawnOfValues > 0 && drawnOfValues < 1, `${drawnOfValues}`);
      const named = (of: readonly { from: string; to: string }[]): string[] =>
        of.map(({ from, to }) => `${from} ${to}`);
      const strongest = [...edges].sort((a, b) => Math.abs(b.influence) - Math.abs(a.influence));
      const between = strongest.filter(({ from, to }) => from[0] === 'L' && to !== 'D');
      const wanted = new Set([...named(strongest.slice(0, 5)), ...named(between.slice(0, 5))]);
      assert.deepEqual(named(checked), [...wanted]);
      trace.release();
    });
  }

  for (const [name, parts] of Object.entries({ ...KINDS, ...(isLong && MORE_OF_A_KIND) })) {
    it(`adds up, and its cuts are what they are predicted to be: ${name} (${parts})`, async () => {
      const model = await fixture(name);
      const trace = await run(model);
      const { completeness, nodes, checked, difference } = await circuit(model, trace, { nodes: 400 });
      const { remainder, allOfDifference } = completeness;
      const all = allOfDifference * Math.abs(difference);
      if (process.env.VERBOSE) tell(name, { difference, all, remainder, checked });
      assert.ok(Math.abs(remainder) < 5e-6 * Math.max(1, all), `${remainder} of ${difference}, ${all} in all`);
      const largest = Math.max(...nodes.map(({ value }) => Math.abs(value ?? 0)));
      assert.ok(completeness.valuesRemainder < 5e-6 * Math.max(1, largest), `${completeness.valuesRemainder}`);
      const hasShared = model.config.shapes.some(({ feedForward }) => feedForward.sharedHidden > 0);
      assert.equal(
        hasShared,
        nodes.some(({ expert, id }) => expert === 'shared' && id.includes('Nshared.')),
      );
      assert.ok(checked.some(({ to }) => to === 'D') && checked.some(({ from, to }) => from[0] === 'L' && to !== 'D'));
      const hasBiases = BIASES[name];
      if (hasBiases !== undefined) assert.equal(completeness.constants !== 0, hasBiases, 'what biases add');
      for (const { from, to, predicted, frozen, floor, free } of checked) {
        const off = Math.abs(predicted - frozen);
        assert.ok(off <= floor + 1e-9, `${from} → ${to}: ${predicted} against ${frozen}, floor ${floor}`);
        assert.ok(floor < 1e-5 * Math.max(1, Math.abs(to === 'D' ? difference : frozen)), `${from} → ${to}: ${floor}`);
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
});

/** A row for bench/LOG.md. */
function tell(
  name: string,
  { difference, all, remainder, checked }: { difference: number; all: number; remainder: number; checked: readonly CheckedEdge[] }, // prettier-ignore
): void {
  const off = Math.max(...checked.map(({ predicted, frozen }) => Math.abs(predicted - frozen)));
  const floor = Math.max(...checked.map((one) => one.floor));
  const numbers = [
    difference.toFixed(2),
    all.toFixed(1),
    ...[remainder, off, floor].map((one) => one.toExponential(1)),
  ];
  console.log(`| \`${name}\` | ${numbers.join(' | ')} |`);
}
