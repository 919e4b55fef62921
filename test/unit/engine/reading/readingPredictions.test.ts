import assert from 'node:assert/strict';
import { continuation } from '../../../../src/engine/reading/continuation';
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

  it('of nothing is refused', async () => {
    const model = await tinyModel();
    await assert.rejects(continuation(model, await run(model), 0, ''), { code: 'input-empty' });
  });
});
