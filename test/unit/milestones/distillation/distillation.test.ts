/** The net that names drawings against plain formulas, and that soft targets help. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../../../src/shared/random';
import { distillation, permuteOthers, smoothAlike } from '../../../../src/milestones/distillation/experiment';
import { Net } from '../../../../src/milestones/shared/softNet';
import type { Answer } from '../../../../src/milestones/distillation/options';
import { drawingOf, KINDS } from '../../../../src/shared/drawings';
import { assertClose } from '../../../support/close';
import { softmax } from '../../../../src/shared/softmax';
import { runOnce } from '../../../support/runOnce';

const [INPUTS, HIDDEN, CLASSES] = [6, 4, 3];

/** Logits by the formula, in double precision. */
function logitsBy(weights: ArrayLike<number>, x: ArrayLike<number>): number[] {
  const bias = INPUTS * HIDDEN;
  const out = bias + HIDDEN;
  const hidden = Array.from({ length: HIDDEN }, (_, unit) => {
    let sum = weights[bias + unit];
    for (let i = 0; i < INPUTS; i++) sum += x[i] * weights[i * HIDDEN + unit];
    return Math.max(0, sum);
  });
  return Array.from({ length: CLASSES }, (_, c) =>
    hidden.reduce(
      (sum, value, unit) => sum + value * weights[out + unit * CLASSES + c],
      weights[out + HIDDEN * CLASSES + c],
    ),
  );
}

function lossBy(weights: ArrayLike<number>, x: ArrayLike<number>, target: number[], temperature: number): number {
  const logits = logitsBy(weights, x).map((logit) => logit / temperature);
  const normalizer = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return temperature ** 2 * target.reduce((sum, share, c) => sum + share * (normalizer - logits[c]), 0);
}

describe('distillation: the net', () => {
  const make = (): { net: Net; x: Float32Array } => {
    const random = seededRandom(4);
    const net = new Net(INPUTS, HIDDEN, CLASSES, random);
    for (let at = 0; at < net.weights.length; at++) net.weights[at] = random() * 2 - 1;
    return { net, x: Float32Array.from([0.5, 0, 1, 0.3, 0, 0.8]) };
  };

  it('softens as the formula does: flatter with temperature, in the same order', () => {
    const logits = Float32Array.from([2, 0, -1]);
    const total = Math.exp(1) + Math.exp(0) + Math.exp(-0.5);
    softmax(logits.slice(), 2).forEach((share, c) => assertClose(share, Math.exp([1, 0, -0.5][c]) / total, 1e-6));
    assert.ok(softmax(logits.slice(), 4)[0] < softmax(logits)[0]);
    assertClose(softmax(Float32Array.from([1000, 0, 0]))[0], 1, 1e-6);
  });

  for (const [name, target, temperature] of [
    ['hard', [0, 1, 0], 1],
    ['soft', [0.5, 0.2, 0.3], 3],
  ] as const) {
    it(`${name} targets: loss by the formula, gradient by finite differences`, () => {
      const { net, x } = make();
      assertClose(net.learn(x, target, temperature), lossBy(net.weights, x, [...target], temperature), 1e-5);
      const gradient = net.gathered;
      const weights = Float64Array.from(net.weights);
      const step = 1e-5;
      for (let at = 0; at < gradient.length; at++) {
        const value = weights[at];
        weights[at] = value + step;
        const above = lossBy(weights, x, [...target], temperature);
        weights[at] = value - step;
        const below = lossBy(weights, x, [...target], temperature);
        weights[at] = value;
        assertClose(gradient[at], (above - below) / (2 * step), 1e-4);
      }
    });
  }

  it('learns what it is taught', () => {
    const { net, x } = make();
    for (let step = 0; step < 200; step++) {
      net.learn(x, [0.2, 0.2, 0.6]);
      net.step(1, 0.02);
    }
    [0.2, 0.2, 0.6].forEach((share, c) => assertClose(softmax(net.logits(x))[c], share, 0.01));
  });
});

describe('distillation: the experiment', function () {
  this.timeout(60_000);

  it('controls are as soft as the teacher on the mean, and know less', () => {
    const kinds = Uint8Array.from([0, 2]);
    const targets = (): Map<number, Float32Array> =>
      new Map([
        [0, Float32Array.from([0.6, 0.3, 0.1])],
        [1, Float32Array.from([0.05, 0.15, 0.8])],
      ]);
    const smoothed = targets();
    smoothAlike(smoothed, kinds);
    for (const [id, target] of smoothed) {
      assertClose(target[kinds[id]], 0.7, 1e-6);
      for (const [kind, share] of target.entries()) if (kind !== kinds[id]) assertClose(share, 0.15, 1e-6);
    }
    const orders = new Set<string>();
    for (let seed = 1; seed <= 8; seed++) {
      const permuted = targets();
      permuteOthers(permuted, kinds, seededRandom(seed));
      for (const [id, target] of permuted) {
        assert.equal(target[kinds[id]], targets().get(id)![kinds[id]]);
        assert.deepEqual([...target].sort(), [...targets().get(id)!].sort());
      }
      orders.add([...permuted.get(0)!].join());
    }
    assert.equal(orders.size, 2);
  });

  const options = { subsets: 2, share: 0.03, temperature: 8, drawings: 800, steps: 60 };
  const ran = runOnce(distillation, { options, seed: 2 });

  it('a part of the data teaches less than all of it, and soft targets more than hard ones', async () => {
    const { signal } = new AbortController();
    const { result, answer } = await ran();
    const { all, hard, soft, teacher } = result;
    assert.equal(result.drawings.part, 24);
    assert.ok(teacher.right! > 0.8, String(teacher.right));
    assert.ok(all.right! > hard.right! + 0.05, `${all.right} ${hard.right}`);
    assert.ok(soft.find(({ temperature }) => temperature === 8)!.right > hard.right!, JSON.stringify(soft));
    const said = (await answer!({ pixels: drawingOf('house', 77) }, signal)) as Answer;
    for (const shares of Object.values(said) as number[][])
      assertClose(
        shares.reduce((a, b) => a + b),
        1,
        1e-5,
      );
    assert.equal(said.teacher.indexOf(Math.max(...said.teacher)), KINDS.indexOf('house'));
    assert.ok(Math.max(...said.softened) < Math.max(...said.teacher));
  });
});
