import assert from 'node:assert/strict';
import { continuation } from '../../../../src/engine/reading/continuation';
import { editedRun } from '../../../../src/engine/interventions';
import { logProbabilities } from '../../../../src/engine/model/logits';
import { goOn } from '../../../../src/engine/reading/goOn';
import { wholeWord } from '../../../../src/engine/reading/wholeWord';
import type { Edit } from '../../../../src/protocol/edit';
import { expectations } from '../../../../src/engine/reading/expectations';
import { forward } from '../../../../src/engine/model/forward';
import type { LoadedModel } from '../../../../src/engine/model/load';
import { Trace } from '../../../../src/engine/trace/trace';
import { plainRun } from '../../../support/plainModel';
import { tinyModel, tinyModelBytes } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

const IDS = [256, ...Buffer.from('let x = f(x);')];

async function run(model: LoadedModel): Promise<Trace> {
  const trace = new Trace(model.config, model.kernel, IDS.length);
  await forward(model, trace, IDS);
  return trace;
}

const softmax = (logits: number[]): number[] => {
  const exps = logits.map((logit) => Math.exp(logit));
  const sum = exps.reduce((a, b) => a + b, 0);
  return exps.map((value) => value / sum);
};

describe('expectations', () => {
  it('are the likeliest tokens and the entropy in bits after every token, as a plain program has them', async () => {
    const model = await tinyModel();
    const { entropy, ids, probabilities, labels, top } = await expectations(model, await run(model), 3);
    assert.equal(top, 3);
    plainRun(tinyModelBytes(), IDS).logits.forEach((logits, position) => {
      const p = softmax(logits);
      const order = [...p.keys()].sort((a, b) => p[b] - p[a]).slice(0, 3);
      assert.deepEqual([...ids.slice(position * 3, position * 3 + 3)], order);
      order.forEach((id, k) => assertClose(probabilities[position * 3 + k], p[id], 1e-4));
      const bits = -p.reduce((sum, value) => sum + value * Math.log2(value), 0);
      assertClose(entropy[position], bits, 1e-3);
      assert.ok(labels[order[0]].length > 0);
    });
  });

  it('stop when they are no longer wanted', async () => {
    const model = await tinyModel();
    const trace = await run(model);
    const before = model.kernel.bytesInUse;
    const pause = (): never => { throw new Error('stop'); }; // prettier-ignore
    await assert.rejects(expectations(model, trace, 3, pause), /stop/);
    assert.equal(model.kernel.bytesInUse, before);
  });
});

describe('a typed continuation', () => {
  it('has the probability that the whole text gives it, token by token', async () => {
    const model = await tinyModel({ experts: 6 });
    const trace = await run(model);
    const before = model.kernel.bytesInUse;
    const answer = await continuation(model, trace, 4, 'abc');
    assert.equal(model.kernel.bytesInUse, before);
    const whole = [...IDS.slice(0, 5), ...Buffer.from('abc')];
    const { logits } = plainRun(tinyModelBytes({ experts: 6 }), whole);
    const expected = [4, 5, 6].map((at) => Math.log(softmax(logits[at])[whole[at + 1]]));
    answer.tokens.forEach(({ logprob, rank }, i) => {
      assertClose(logprob, expected[i], 1e-3);
      assert.equal(rank, 1 + logits[4 + i].filter((one) => one > logits[4 + i][whole[5 + i]]).length);
    });
    assertClose(
      answer.logprob,
      expected.reduce((a, b) => a + b, 0),
      3e-3,
    );
  });

  it('goes on under what was put in the place of vectors, taken from the text that is continued', async () => {
    const model = await tinyModel({ experts: 6 });
    const later = { from: 3, to: Infinity };
    const patch: Edit = { site: 'attn_out', layer: 1, pos: later, do: 'from', source: 'other', sourcePos: 2 };
    const edits: Edit[] = [
      { site: 'z', layer: 1, head: 2, do: 'mean' },
      { site: 'pattern', do: 'swap', layer: 0, head: 1, dst: later, src: { from: 2, to: 4 } },
      { site: 'mlp_out', layer: 0, do: 'resample', seed: 3 },
      patch,
    ];
    const longer = [...IDS, ...Buffer.from('let y = x;')];
    const sources = { byName: () => longer };
    const trace = await editedRun(model, IDS, edits, { sources });
    const before = model.kernel.bytesInUse;
    const last = IDS.length - 1;
    const drawn = trace.donors.get(edits[2])!;
    assert.equal(drawn(last + 1, 0).length, model.config.embedding, 'behind the text, too, one of its tokens is drawn');
    for (const position of [4, last]) {
      const ids = [...IDS.slice(0, position + 1), ...Buffer.from('abcd')];
      const whole = new Trace(model.config, model.kernel, ids.length, { edits, donors: trace.donors });
      await forward(model, whole, ids);
      const logprobs = await logProbabilities(model, whole);
      whole.release();
      const { tokens } = await continuation(model, trace, position, 'abcd');
      tokens.forEach(({ logprob }, i) => assertClose(logprob, logprobs[position + 1 + i], 1e-4));
    }
    assert.equal(model.kernel.bytesInUse, before);
    const sampling = { temperature: 1, topK: 0, topP: 1, seed: 5 };
    assert.equal((await goOn(model, trace, { position: last, count: 4, sampling }, () => {})).tokens.length, 4);

    // Where the other run has ended there is nothing to put there: that is said, and a word is left as far as it was found.
    const patched = await editedRun(model, IDS, [{ ...patch, sourcePos: 3 }], { sources: { byName: () => IDS } });
    const ended = { code: 'edit-invalid', message: /reads token 14 of a text that has 14/ };
    await assert.rejects(continuation(model, patched, last, 'ab'), ended);
    const first = { id: 97, text: 'a', probability: 0.9 };
    assert.deepEqual(await wholeWord(model, patched, last, first), { text: 'a…', probability: 0.9 });
  });

  it('of nothing is refused', async () => {
    const model = await tinyModel();
    await assert.rejects(continuation(model, await run(model), 0, ''), { code: 'input-empty' });
  });
});
