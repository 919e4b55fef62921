/** Routers that choose by other numbers than they weigh with: a bias, groups of experts, edits of the choice. */
import assert from 'node:assert/strict';
import { createReferenceKernel } from '../../../../src/engine/kernel/reference';
import type { Edit } from '../../../../src/protocol/edit';
import type { Routing } from '../../../../src/engine/model/config';
import { reroute } from '../../../../src/engine/model/reroute';
import { routeRows, type RouterSizes } from '../../../../src/engine/model/route';
import type { RouterRows } from '../../../../src/engine/model/rows';
import { sigmoid } from '../../../../src/shared/softmax';
import { assertClose } from '../../../support/close';

const LOGITS = [2, 1, 0, -1, 0.5, 3];
const SIGMOIDS: Routing = { score: 'sigmoid', renormalize: true, scale: 2 };

function routed(sizes: RouterSizes, bias?: readonly number[]): RouterRows {
  const kernel = createReferenceKernel();
  const [probabilities, choice] = [kernel.alloc(sizes.experts), kernel.alloc(sizes.experts)];
  const [ids, weights, biases] = [kernel.alloc(sizes.topK), kernel.alloc(sizes.topK), kernel.alloc(sizes.experts)];
  probabilities.f32.set(LOGITS);
  if (bias) biases.f32.set(bias);
  const rows: RouterRows = { probabilities, ids, weights, ...((bias || sizes.routing.groups) && { choice }) };
  routeRows(kernel, rows, bias && biases, sizes, 1);
  return rows;
}

/** Of these experts, their scores' shares times 2. */
const shares = (experts: readonly number[]): number[] => {
  const own = experts.map((expert) => sigmoid(LOGITS[expert]));
  const sum = own.reduce((all, each) => all + each, 0);
  return own.map((each) => (2 * each) / sum);
};

describe('a router', () => {
  const sizes = { experts: 6, topK: 2, routing: SIGMOIDS };

  it('chooses by score and bias, and weighs by the scores of the chosen', () => {
    const { ids, weights, probabilities, choice } = routed(sizes, [0, 0, 0, 1, 0, -1]);
    assert.deepEqual([...ids.i32], [0, 3], 'the favourite by score is pushed out, the last one taken');
    assertClose(weights.f32, shares([0, 3]), 1e-6);
    assertClose(probabilities.f32, LOGITS.map(sigmoid), 1e-6);
    assertClose([choice!.f32[3], choice!.f32[5]], [sigmoid(-1) + 1, sigmoid(3) - 1], 1e-6);
  });

  it('chooses within the best groups, by the sum of their two best', () => {
    // 2, 1 | 0, −1 | 0.5, 3: of the best group alone, although the favourite stands in another.
    const { ids, choice } = routed({ ...sizes, routing: { ...SIGMOIDS, groups: { count: 3, used: 1 } } });
    assert.ok(sigmoid(2) + sigmoid(1) > sigmoid(0.5) + sigmoid(3));
    assert.deepEqual([...ids.i32], [0, 1]);
    assert.deepEqual([...choice!.f32.subarray(2)], [-Infinity, -Infinity, -Infinity, -Infinity]);
  });

  it('takes the next by its choice, not by its score, where one may not be chosen', () => {
    const rows = routed(sizes, [0, 0, 0, 1, 0, -1]);
    reroute([{ site: 'expert', do: 'route-around', layer: 0, expert: 0 }], 0, sizes, rows, 0, 1, 0);
    assert.deepEqual([...rows.ids.i32], [1, 3]);
    assertClose(rows.weights.f32, shares([1, 3]), 1e-6);
  });

  it('chooses the groups anew without an expert that may not be chosen', () => {
    const grouped = { ...sizes, routing: { ...SIGMOIDS, groups: { count: 3, used: 1 } } };
    const ban = (...banned: number[]): RouterRows => {
      const rows = routed(grouped);
      const edits = banned.map((expert): Edit => ({ site: 'expert', do: 'route-around', layer: 0, expert }));
      reroute(edits, 0, grouped, rows, 0, 1, 0);
      return rows;
    };
    // Without its 2 the first group is worth less than the last.
    const { ids, weights, choice } = ban(0);
    assert.deepEqual([...ids.i32], [5, 4]);
    assertClose(weights.f32, shares([5, 4]), 1e-6);
    assert.deepEqual([...choice!.f32.subarray(0, 4)], [-Infinity, -Infinity, -Infinity, -Infinity]);
    assert.deepEqual([...ban(0, 5).ids.i32], [2, 3]);
    assert.deepEqual([...ban(3).ids.i32], [0, 1], 'its group was not chosen anyway');
    assert.throws(() => ban(0, 2, 4), /are banned/, 'no group has two left');
  });

  it('takes the bias along where groups are chosen anew', () => {
    const grouped = { ...sizes, routing: { ...SIGMOIDS, groups: { count: 3, used: 1 } } };
    const rows = routed(grouped, [0, 0, 0.83, 0, 0, 0]);
    assert.deepEqual([...rows.ids.i32], [0, 1]);
    const bias = createReferenceKernel().alloc(6);
    bias.f32.set([0, 0, 0.83, 0, 0, 0]);
    reroute([{ site: 'expert', do: 'route-around', layer: 0, expert: 0 }], 0, { ...grouped, bias }, rows, 0, 1, 0);
    assert.deepEqual([...rows.ids.i32], [2, 3]);
  });

  it('scales the weights of a softmax', () => {
    const plain = routed({ ...sizes, routing: { score: 'softmax', renormalize: false, scale: 1 } });
    const scaled = routed({ ...sizes, routing: { score: 'softmax', renormalize: false, scale: 3 } });
    assertClose(
      scaled.weights.f32,
      [...plain.weights.f32].map((each) => 3 * each),
      1e-6,
    );
  });
});
