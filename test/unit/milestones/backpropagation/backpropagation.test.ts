import assert from 'node:assert/strict';
import { seededRandom } from '../../../../src/shared/random';
import { backpropagation, isDoubling } from '../../../../src/milestones/backpropagation/experiment';
import { learner } from '../../../../src/milestones/backpropagation/learners';
import {
  backward,
  CASES,
  forward,
  freshNet,
  numericGradient,
  score,
  weightName,
} from '../../../../src/milestones/backpropagation/net';
import { METHODS } from '../../../../src/milestones/backpropagation/options';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

describe('backpropagation', () => {
  it('knows the paper’s weights: mirror places opposite, pairs as 1 : 2 : 4 in any order', () => {
    assert.ok(isDoubling([2, -4, 8.2, -8, 4.1, -2]));
    assert.ok(isDoubling([-8, 2, 4, -4, -2, 8]));
    assert.ok(!isDoubling([2, -4, 8, 8, 4, -2]), 'same sign');
    assert.ok(!isDoubling([2, -4, 4.2, -4.2, 4, -2]), '1 : 2 : 2');
    assert.ok(!isDoubling([1, -2, 4, -4, 2, -0.7]), 'mirror places differ');
  });

  it('has 64 cases, eight of them symmetric', () => {
    assert.equal(CASES.length, 64);
    assert.equal(CASES.filter(({ target }) => target === 1).length, 8);
    assert.equal(CASES.find(({ input }) => input.join('') === '101101')!.target, 1);
    assert.equal(CASES.find(({ input }) => input.join('') === '101100')!.target, 0);
  });

  it('computes the output by the formula', () => {
    const net = { hidden: 1, weights: Float64Array.of(1, 0, 0, 0, 0, -1, 0.5, 2, -1) };
    const sigma = (x: number): number => 1 / (1 + Math.exp(-x));
    const output = forward(net, [1, 0, 0, 0, 0, 0], new Float64Array(1));
    assertClose(output, sigma(2 * sigma(1.5) - 1), 1e-12);
  });

  it('gives the gradient of finite differences, with a step that is not its own', () => {
    for (const hidden of [2, 4, 8]) {
      const net = freshNet(hidden, seededRandom(hidden));
      const gradient = new Float64Array(net.weights.length);
      backward(net, gradient);
      const numeric = numericGradient(net, 1e-4);
      const largest = Math.max(...gradient.map(Math.abs));
      for (const at of gradient.keys()) assertClose(gradient[at], numeric[at], 1e-6 * largest);
    }
  });

  it('names weights by where they come from and go to', () => {
    assert.deepEqual(
      [0, 6, 7, 13, 14, 15, 16].map((at) => weightName(2, at)),
      ['x1 → h1', 'bias → h1', 'x1 → h2', 'bias → h2', 'h1 → out', 'h2 → out', 'bias → out'],
    );
  });

  it('random trials never make the error larger; teaching the output leaves the rest alone', () => {
    const net = freshNet(2, seededRandom(1));
    const trials = learner('random', net, 0.1, seededRandom(2));
    let last = score(net).error;
    for (let step = 0; step < 200; step++) {
      trials.step();
      const { error } = score(net);
      assert.ok(error <= last);
      last = error;
    }
    const other = freshNet(2, seededRandom(1));
    const before = other.weights.slice();
    learner('output only', other, 0.1, seededRandom(2)).step();
    assert.deepEqual(other.weights.slice(0, 14), before.slice(0, 14));
    assert.notDeepEqual(other.weights.slice(14), before.slice(14));
  });

  const ran = runOnce(backpropagation);

  it('learns symmetry where the others, with as many passes, do not; the weights mirror each other', async () => {
    const { result } = await ran();
    const solved = METHODS.map((method) => {
      const { solvedAfter } = result.curves.find((curve) => curve.method === method)!;
      return solvedAfter.filter((sweeps) => sweeps !== null).length;
    });
    assert.ok(solved[0] > 0 && solved[0] > Math.max(...solved.slice(1)), solved.join());
    assert.ok(result.worstCheck < 1e-7);
    const { into, solved: ended } = result.weights!;
    assert.ok(ended);
    // Nature 323, figure 1: equal in size and opposite in sign about the middle.
    for (const row of into) {
      for (let at = 0; at < 3; at++) {
        assert.ok(Math.abs(row[at] + row[5 - at]) < 0.05 * Math.max(...row.map(Math.abs)), row.join());
      }
    }
  });
});
