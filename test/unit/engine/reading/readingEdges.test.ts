import assert from 'node:assert/strict';
import { edgeReadings, edgeStages } from '../../../../src/engine/reading/edges';
import { lens, rankOf } from '../../../../src/engine/reading/lens';
import { activeNeurons } from '../../../../src/engine/reading/neurons';
import { replay } from '../../../../src/engine/reading/replay';
import { partOf } from '../../../../src/engine/model/mixers/parts';
import { forward } from '../../../../src/engine/model/forward';
import type { LoadedModel } from '../../../../src/engine/model/load';
import { candidates, logitsAt } from '../../../../src/engine/model/logits';
import { Trace } from '../../../../src/engine/trace/trace';
import { plainRun, type PlainRun } from '../../../support/plainModel';
import { tinyModel, tinyModelBytes } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

const IDS = [256, 72, 101, 108, 108, 111, 44, 32, 72, 101, 108, 108, 111];
/** The engine computes in f32, the plain program in f64; the tiny model's numbers are of the order of 1 to 10. */
const F32 = 2e-4;

for (const experts of [0, 6]) {
  describe(`one edge and one token, ${experts ? 'mixture of experts' : 'dense'}, against a plain float64 program`, () => {
    let model: LoadedModel;
    let trace: Trace;
    let plain: PlainRun;
    before(async () => {
      model = await tinyModel({ experts });
      trace = new Trace(model.config, model.kernel, IDS.length);
      await forward(model, trace, IDS);
      plain = plainRun(tinyModelBytes({ experts }), IDS);
    });

    it('the residual stream of every layer, without changing the trace', async () => {
      const before = partOf(trace.layer(1).mixer, 'k').f32.slice();
      for (const position of [0, 6, 12]) {
        const { residuals } = await replay(model, trace, position);
        residuals.forEach((residual, depth) =>
          assertClose(residual, plain.residuals[depth][position], F32, `depth ${depth}`),
        );
      }
      assert.deepEqual(partOf(trace.layer(1).mixer, 'k').f32.slice(), before);
    });

    it('weight, value-weighted norm and direct logit attribution of every key', async () => {
      const [layer, head, query] = [1, 3, 9];
      const { weights, norms, logits, target } = await edgeReadings(model, trace, { layer, head, query });
      assert.equal(target!.id, IDS[query + 1]);
      assertClose([target!.logit], [plain.logits[query][IDS[query + 1]]], F32, 'the target’s logit');
      const alpha = plain.weights[layer][head][query];
      const vectors = plain.outputs[layer][head].slice(0, query + 1);
      assertClose(weights, alpha, F32, 'weights');
      assertClose(norms, vectors.map((vector, key) => alpha[key] * Math.hypot(...vector)), F32, 'norms'); // prettier-ignore
      // Adding the edge's vector to the last residual stream, norm held fixed, moves the logit by this much.
      const last = plain.residuals.at(-1)![query];
      const rms = Math.sqrt(last.reduce((sum, x) => sum + x * x, 0) / last.length + 1e-6);
      const unembedding = plain.outputRow(target!.id);
      const moved = vectors.map((vector, key) =>
        vector.reduce((sum, x, i) => sum + ((alpha[key] * x) / rms) * plain.outputNorm[i] * unembedding[i], 0),
      );
      assertClose(logits, moved, F32, 'attribution');
    });

    it('after the last token the attribution is to the likeliest next one', async () => {
      const { target } = await edgeReadings(model, trace, { layer: 0, head: 0, query: 12 });
      const logits = plain.logits[12];
      assert.equal(target!.id, logits.indexOf(Math.max(...logits)));
      const asked = await edgeReadings(model, trace, { layer: 0, head: 0, query: 12, target: 66 });
      assert.equal(asked.target!.id, 66);
      assertClose([asked.target!.logit], [logits[66]], F32, 'the asked one’s logit');
    });

    it('the stages of one weight', () => {
      const [layer, head, query, key] = [1, 2, 8, 3];
      const stages = edgeStages(trace, { layer, head, query, key });
      const [q, k] = [plain.q[layer][query][head], plain.k[layer][key][1]];
      assertClose(stages.q, q, F32, 'q');
      assertClose(stages.k, k, F32, 'k');
      const dot = q.reduce((sum, x, i) => sum + x * k[i], 0);
      assertClose([stages.dot, stages.score!], [dot, dot / Math.sqrt(8)], F32, 'score');
      assertClose([stages.weight], [plain.weights[layer][head][query][key]], F32, 'weight');
      assertClose(Math.exp(stages.score! - stages.rowMax) / stages.rowSum, stages.weight, 1e-6);
      const masked = edgeStages(trace, { layer, head, query: 3, key: 8 });
      assert.deepEqual([masked.score, masked.weight], [null, 0]);
    });

    it('the lens reads every depth through the last norm, and ends with the model’s own answer', async () => {
      for (const position of [3, 12]) {
        const { answer, depths, lead } = await lens(model, trace, { position, top: 3 });
        const [own] = candidates(await logitsAt(model, trace, position), model.tokenizer, 1);
        assert.equal(answer.id, own.id);
        const ranks = plain.residuals.map((layer, depth) => {
          const logits = plain.unembed(layer[position]);
          const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
          assertClose([depths[depth].probability], [Math.exp(logits[answer.id]) / sum], F32, `depth ${depth}`);
          return 1 + logits.filter((logit) => logit > logits[answer.id]).length;
        });
        assert.deepEqual(depths.map(({ rank }) => rank), ranks); // prettier-ignore
        assert.equal(ranks.at(-1), 1);
        let first = ranks.length - 1;
        while (first > 0 && ranks[first - 1] === 1) first--;
        assert.equal(lead, first);
        // Followed by name, as beside another run: the same to the last bit, and any other token by the same law.
        assert.deepEqual((await lens(model, trace, { position, top: 3, answer: own.id })).depths, depths);
        const other = (own.id + 7) % model.weights.output.words;
        const followed = await lens(model, trace, { position, top: 3, answer: other });
        const last = plain.unembed(plain.residuals.at(-1)![position]);
        const sum = last.reduce((total, logit) => total + Math.exp(logit), 0);
        assertClose([followed.answer.probability], [Math.exp(last[other]) / sum], F32, 'another answer');
        assertClose([followed.depths.at(-1)!.probability], [followed.answer.probability], F32, 'at the end');
        assert.equal(followed.lead, ranks.length, 'it never leads');
      }
    });

    it('the most active neurons', async () => {
      const found = await activeNeurons(model, trace, { position: 5, top: 4 });
      if (experts) return assert.deepEqual(found, []);
      const all = plain.hidden.flatMap((layer, l) => layer[5].map((activation, neuron) => ({ l, neuron, activation })));
      all.sort((a, b) => Math.abs(b.activation) - Math.abs(a.activation));
      assert.deepEqual(
        found.map(({ layer, neuron }) => [layer, neuron]),
        all.slice(0, 4).map(({ l, neuron }) => [l, neuron]),
      );
      assertClose(found.map(({ activation }) => activation), all.slice(0, 4).map(({ activation }) => activation), F32, 'activation'); // prettier-ignore
      const named = [...found].reverse().map(({ layer, neuron }) => ({ layer, neuron }));
      assert.deepEqual(await activeNeurons(model, trace, { position: 5, top: 0, of: named }), [...found].reverse());
    });
  });
}

describe('ranks', () => {
  it('count what is larger; equal ones by their place', () => {
    const logits = Float32Array.of(1, 3, 3, 0);
    assert.deepEqual([0, 1, 2, 3].map((id) => rankOf(logits, id)), [3, 1, 2, 4]); // prettier-ignore
  });
});

describe('questions about what is not there', () => {
  it('are refused by name', async () => {
    const model = await tinyModel();
    const trace = new Trace(model.config, model.kernel, 3);
    await forward(model, trace, [256, 65, 66]);
    await assert.rejects(replay(model, trace, 3), /no token 3/);
    await assert.rejects(edgeReadings(model, trace, { layer: 0, head: 4, query: 1 }), /no head 4/);
    await assert.rejects(edgeReadings(model, trace, { layer: 0, head: 0, query: 1, target: 1e9 }), /id 1000000000/);
    await assert.rejects(lens(model, trace, { position: 1, top: 1, answer: -1 }), /id -1/);
    const unit = { layer: 9, neuron: 0 };
    await assert.rejects(activeNeurons(model, trace, { position: 1, top: 1, of: [unit] }), /no neuron 0 in layer 9/);
    assert.throws(() => edgeStages(trace, { layer: 2, head: 0, query: 1, key: 0 }), /no layer 2/);
    assert.throws(() => edgeStages(trace, { layer: 0, head: 0, query: 1, key: 9 }), /no token 9/);
    trace.release();
    assert.throws(() => edgeStages(trace, { layer: 0, head: 0, query: 1, key: 0 }), { code: 'trace-gone' });
  });
});
