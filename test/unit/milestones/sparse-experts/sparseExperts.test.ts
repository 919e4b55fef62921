/** The hand-written mixture against jax-js, which computes every expert and differentiates by itself. */
import assert from 'node:assert/strict';
import { nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { bundledLoad, chanceVariation } from '../../../../src/milestones/sparse-experts/bundled';
import { computeTo, lossAt } from '../../../../src/shared/learningCurve';
import { comparison, sparseExperts } from '../../../../src/milestones/sparse-experts/experiment';
import { drawFacts, learn, variation } from '../../../../src/milestones/sparse-experts/learn';
import {
  activeShare,
  freshWeights,
  multiplyAdds,
  parameters,
  Passes,
  zerosLike,
  type Sizes,
  type Weights,
} from '../../../../src/milestones/sparse-experts/net';
import type { Curve } from '../../../../src/milestones/sparse-experts/options';
import { conditional, information, topicOrToken } from '../../../../src/milestones/sparse-experts/topics';
import { seededRandom } from '../../../../src/shared/random';
import { crossEntropy, embed } from '../../../../src/milestones/shared/layers';
import { tensor, useWasm, type Tensor, type Tensors } from '../../../../src/milestones/shared/train';
import { testInputs } from '../../../support/milestoneInputs';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const sizes = (experts: number, used: number): Sizes => ({
  subjects: 5,
  relations: 5,
  objects: 7,
  width: 6,
  hidden: 4,
  experts,
  used,
});
const batch = {
  subject: Uint16Array.from({ length: 20 }, (_, at) => at % 5),
  relation: Uint16Array.from({ length: 20 }, (_, at) => (at * 3 + 1) % 5),
  object: Uint16Array.from({ length: 20 }, (_, at) => (at * at) % 7),
};
const BALANCE = 0.3;
const ids = (values: Uint16Array): Tensor => tensor(Int32Array.from(values), [values.length]);

/** The same loss, with the choice of experts as a constant mask [tokens][experts]. */
function reference(
  { experts, width, hidden, objects, subjects, relations, used }: Sizes,
  weights: Weights,
): { tensors(): Tensors; loss(parameters: Tensors): Tensor; mask: Float32Array<ArrayBuffer> } {
  const tokens = batch.object.length;
  const mask = new Float32Array(tokens * experts);
  const shapes: Record<string, number[]> = {
    subject: [subjects, width],
    relation: [relations, width],
    router: [experts, width],
    up: [experts * hidden, width],
    down: [experts, hidden, width],
    out: [objects, width],
  };
  for (let token = 0; token < tokens; token++) {
    const x = [...Array(width).keys()].map(
      (i) => weights.subject[batch.subject[token] * width + i] + weights.relation[batch.relation[token] * width + i],
    );
    const scores = [...Array(experts).keys()].map((e) =>
      x.reduce((sum, value, i) => sum + value * (weights.router[e * width + i] ?? 0), 0),
    );
    const best = [...scores.keys()].sort((a, b) => scores[b] - scores[a]).slice(0, used);
    for (const e of best) mask[token * experts + e] = 1;
  }
  const share = Float32Array.from({ length: experts }, (_, e) => {
    let count = 0;
    for (let token = 0; token < tokens; token++) count += mask[token * experts + e];
    return (BALANCE * experts * count) / (tokens * used);
  });
  return {
    mask,
    tensors: () =>
      Object.fromEntries(
        Object.entries(shapes)
          .filter(([name]) => experts > 1 || name !== 'router')
          .map(([name, shape]) => [name, tensor(Float32Array.from(weights[name as keyof Weights]), shape)]),
      ),
    loss({ subject, relation, router, up, down, out }) {
      const x = embed(ids(batch.subject), subject).add(embed(ids(batch.relation), relation));
      const p = experts > 1 ? nn.softmax(np.matmul(x.ref, router.transpose()), -1) : np.ones([tokens, 1]);
      const gates = p.ref.mul(tensor(mask, [tokens, experts]));
      // [experts][tokens][hidden] · [experts][hidden][d]
      const active = nn.relu(np.matmul(x.ref, up.transpose())).reshape([tokens, experts, hidden]).transpose([1, 0, 2]);
      const each = np.matmul(active, down).mul(gates.transpose().reshape([experts, tokens, 1]));
      const loss = crossEntropy(np.matmul(x.add(np.sum(each, 0)), out.transpose()), ids(batch.object));
      if (experts === 1) {
        p.dispose();
        return loss;
      }
      return loss.add(np.sum(np.mean(p, 0).mul(tensor(share, [experts]))));
    },
  };
}

describe('sparse experts', function () {
  this.timeout(60_000);
  before(useWasm);

  for (const [experts, used] of [
    [1, 1],
    [4, 1],
    [4, 2],
  ]) {
    it(`${experts} experts, ${used} used: loss and every gradient as jax-js computes them`, async () => {
      const weights = freshWeights(sizes(experts, used), 5);
      const gradient = zerosLike(weights);
      const { loss, load } = new Passes(sizes(experts, used)).run(weights, batch, gradient, BALANCE);
      const { tensors, loss: referenceLoss, mask } = reference(sizes(experts, used), weights);
      for (let e = 0; e < experts; e++) {
        assert.equal(
          load[e],
          mask.filter((_, at) => at % experts === e).reduce((sum, each) => sum + each, 0),
        );
      }
      const [value, slopes] = valueAndGrad(referenceLoss)(tensors()) as [Tensor, Tensors];
      if (experts === 1) assertClose(((await value.data()) as Float32Array)[0], loss, 1e-5);
      for (const name in slopes) {
        const expected = (await slopes[name].data()) as Float32Array;
        const ours = gradient[name as keyof Weights];
        const largest = Math.max(...expected.map(Math.abs));
        assert.ok(largest > 0);
        expected.forEach((slope, at) => {
          assertClose(slope, ours[at], 1e-4 * largest, `${name}[${at}]`);
        });
      }
    });
  }

  it('counts parameters and compute: only the chosen experts cost', () => {
    const [dense, mixture] = [sizes(1, 1), sizes(16, 1)];
    assert.equal(multiplyAdds(dense), 6 * (2 * 4 + 7));
    assert.equal(multiplyAdds(mixture) - multiplyAdds(dense), 16 * 6);
    const [small, large] = [dense, mixture].map((each) => freshWeights(each, 1));
    assert.equal(parameters(small), 6 * (5 + 5 + 4 + 4 + 7));
    assert.equal(parameters(large) - parameters(small), 6 * (15 * 8 + 16));
    assert.ok(activeShare(mixture, large) < activeShare(dense, small));
  });

  it('draws each pair of subject and relation once, and the same for a seed', () => {
    const { side, shown, heldOut } = drawFacts(1024, 3);
    assert.equal(side, 32);
    const pairs = [shown, heldOut].flatMap(({ subject, relation }) =>
      [...subject].map((s, at) => s * 32 + relation[at]),
    );
    assert.equal(pairs.length, 1024);
    assert.equal(new Set(pairs).size, 1024);
    assert.deepEqual(drawFacts(1024, 3), { side, shown, heldOut });
    assert.notDeepEqual(drawFacts(1024, 4).shown.object, shown.object);
  });

  it('holds out of each kind and relation one fact, which the others of the kind tell', () => {
    const { side, shown, heldOut } = drawFacts(1024, 3);
    assert.equal(heldOut.object.length, 1024 / 8);
    const object = (batch: typeof shown): Map<string, number> =>
      new Map([...batch.object].map((each, at) => [`${batch.subject[at]} ${batch.relation[at]}`, each]));
    const known = object(shown);
    // Two subjects are alike when no relation that both were shown tells them apart.
    const alike = (a: number, b: number): boolean =>
      Array.from({ length: side }, (_, r) => [known.get(`${a} ${r}`), known.get(`${b} ${r}`)]).every(
        ([x, y]) => x === undefined || y === undefined || x === y,
      );
    for (const [fact, right] of object(heldOut)) {
      const [subject, relation] = fact.split(' ').map(Number);
      const others = [...Array(side).keys()].filter((each) => each !== subject && alike(each, subject));
      assert.equal(others.length, 7);
      for (const other of others) assert.equal(known.get(`${other} ${relation}`), right);
    }
  });

  it('reads curves against each other on straight lines, and says when it cannot', () => {
    const curve = { compute: [0, 10, 20], loss: [5, 4, 1] } as unknown as Curve;
    assert.equal(lossAt(curve, 15), 2.5);
    assert.equal(computeTo(curve, 2.5), 15);
    assert.ok(Number.isNaN(lossAt(curve, 21)) && Number.isNaN(computeTo(curve, 0.5)));
  });

  it('an even load does not vary, one expert for all varies most', () => {
    assert.equal(variation([2, 2, 2, 2]), 0);
    assertClose(variation([1, 0, 0, 0]), Math.sqrt(3), 1e-12);
    assertClose(chanceVariation(1, 4, 1), Math.sqrt(3), 1e-12);
  });

  it('a net that learns long enough knows its facts', async () => {
    const facts = drawFacts(1024, 1);
    const { end } = await learn(facts, { experts: 4, used: 1, balance: 0.1, steps: 120 }, 1, async () => {});
    assert.ok(end!.rightShown > 0.95 && end!.right > 0.6, JSON.stringify(end));
  });

  it('tells topic from token where the answer is known', () => {
    const texts = Array.from({ length: 24 }, (_, at) => ({
      topic: at < 12 ? ('english' as const) : ('code' as const),
      text: '',
    }));
    // Ten tokens, each in every text; experts by token, by topic, and by lot.
    const places = texts.flatMap((_, text) => Array.from({ length: 10 }, (_, token) => ({ text, token })));
    const random = seededRandom(1);
    const told = topicOrToken(
      {
        token: places.map(({ token }) => token),
        text: places.map(({ text }) => text),
        expert: [
          places.map(({ token }) => token % 4),
          places.map(({ text }) => (text < 12 ? 0 : 1)),
          places.map(() => Math.floor(random() * 4)),
        ],
      },
      texts,
      { deals: 99 },
      1,
    );
    const [byToken, byTopic, byLot] = told.layers;
    assert.equal(told.places, 240);
    assertClose(byToken.topic, 0, 1e-9);
    assert.ok(byToken.token > 1.7 && byToken.asMuch === 1, JSON.stringify(byToken));
    assert.ok(byTopic.topic > 0.8 && byTopic.asMuch === 0.01 && byTopic.token < 0.05, JSON.stringify(byTopic));
    assert.ok(Math.abs(byLot.topic) < 0.05 && byLot.asMuch > 0.05, JSON.stringify(byLot));
    // Tokens of one topic alone say nothing of topics.
    assert.equal(topicOrToken({ token: [1, 2], text: [0, 12], expert: [[0, 1]] }, texts, { deals: 3 }, 1).places, 0);
  });

  it('information is what counting by hand gives', () => {
    assertClose(information([0, 0, 1, 1], [5, 5, 6, 6]), 1, 1e-12);
    assertClose(information([0, 0, 1, 1], [5, 6, 5, 6]), 0, 1e-12);
    // b tells a only together with c.
    assertClose(conditional([0, 1, 1, 0], [0, 1, 0, 1], [0, 0, 1, 1]), 1, 1e-12);
  });

  it('the bundled model’s load sums to one in every layer; a selection is read instead of the sample', async () => {
    const model = await (await testInputs()).model();
    const sample = (await bundledLoad(model, null))!;
    assert.equal(sample.title, null);
    assert.equal(sample.load.length, model.config.layers);
    for (const layer of sample.load)
      assertClose(
        layer.reduce((a, b) => a + b, 0),
        1,
        1e-9,
      );
    const own = (await bundledLoad(model, { title: 'a.ts', text: 'const a = 1;\n'.repeat(500) }))!;
    assert.equal(own.title, 'a.ts');
    assert.equal(own.tokens, 512);
    assert.notDeepEqual(own.load, sample.load);
    assert.equal((await bundledLoad(model, { title: 'b.ts', text: ' \n' }))!.title, null);
  });

  const ran = runOnce(sparseExperts, { options: { steps: 40, common: 0.5 } });

  it('without the balance loss the load is less even, where all inputs have a part in common', async () => {
    const { result } = await ran();
    const { ahead, savings, largest, dense } = comparison(result);
    assert.equal(ahead, dense.end!.loss - lossAt(largest, dense.compute.at(-1)!));
    assert.equal(savings.length, 2);
    assert.ok(result.unbalanced!.end!.variation > 1.5 * largest.end!.variation);
    assert.ok(result.topics!.places > 100 && result.topics!.layers.length === 6);
  });
});
