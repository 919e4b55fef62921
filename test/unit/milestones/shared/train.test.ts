/** Gradients of the layers against finite differences, and Adam against a hand-written one. */
import assert from 'node:assert/strict';
import { nn, numpy as np } from '@jax-js/jax';
import { seededRandom } from '../../../../src/shared/random';
import { causalAttention, crossEntropy, embed, layerNorm } from '../../../../src/milestones/shared/layers';
import { initialValues, refs, tensor, Trainer, useWasm, type Tensors } from '../../../../src/milestones/shared/train';
import { checkGradient, weighted } from '../../../support/gradients';
import { assertClose } from '../../../support/close';

describe('training in the worker', function () {
  this.timeout(60_000);
  before(useWasm);

  it('an embedding’s gradient falls on the rows that were read', () =>
    checkGradient({ table: [4, 3] }, ({ table }) => weighted(embed(np.array([2, 0, 2], { dtype: np.int32 }), table))));

  it('layer norm’s gradient is that of finite differences', () =>
    checkGradient({ x: [2, 5], gain: [5] }, ({ x, gain }) => weighted(layerNorm(x, gain))));

  it('cross-entropy’s gradient is that of finite differences, its value is that of the formula', async () => {
    const targets = (): np.Array => np.array([1, 0], { dtype: np.int32 });
    await checkGradient({ logits: [2, 3] }, ({ logits }) => crossEntropy(logits, targets()));
    const loss = crossEntropy(tensor(Float32Array.of(1, 2, 3, 0, 0, 0), [2, 3]), targets());
    const expected = (Math.log(Math.exp(-1) + 1 + Math.E) + Math.log(3)) / 2;
    assertClose(((await loss.data()) as Float32Array)[0], expected, 1e-6);
  });

  it('causal attention’s gradient is that of finite differences', () =>
    checkGradient({ x: [1, 3, 4], qkv: [4, 12], out: [4, 4] }, ({ x, qkv, out }) =>
      weighted(causalAttention(x, qkv, out, 2)),
    ));

  it('causal attention does not see what comes later', async () => {
    const random = seededRandom(3);
    const values = initialValues({ shape: [1, 4, 4], scale: 1 }, random);
    const [qkv, out] = [
      [4, 12],
      [4, 4],
    ].map((shape) => initialValues({ shape, scale: 1 }, random));
    const rows = async (): Promise<Float32Array> =>
      (await causalAttention(
        tensor(values.slice(), [1, 4, 4]),
        tensor(qkv.slice(), [4, 12]),
        tensor(out.slice(), [4, 4]),
        2,
      ).data()) as Float32Array;
    const before = (await rows()).slice(0, 12);
    values[15] += 1;
    assert.deepEqual((await rows()).slice(0, 12), before);
  });

  it('activations’ gradients are those of finite differences', async () => {
    for (const activation of [np.tanh, nn.gelu, nn.silu, nn.sigmoid]) {
      await checkGradient({ x: [7] }, ({ x }) => weighted(activation(x)));
    }
  });

  /** Loss (w − 3)²: what Adam does with it can be written down. */
  async function quadratic(steps: number): Promise<number[]> {
    const trainer = new Trainer({ w: { shape: [1], scale: 0 } }, ({ w }) => np.sum(np.square(w.sub(3))), 1, {
      learningRate: 0.1,
    });
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) losses.push(await trainer.step({}));
    trainer.dispose();
    return losses;
  }

  it('Adam takes the steps of Kingma & Ba’s algorithm 1', async () => {
    const expected: number[] = [];
    let [w, m, v] = [0, 0, 0];
    for (let step = 1; step <= 20; step++) {
      expected.push((w - 3) ** 2);
      const slope = 2 * (w - 3);
      m = 0.9 * m + 0.1 * slope;
      v = 0.999 * v + 0.001 * slope ** 2;
      w -= (0.1 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
    }
    for (const [at, loss] of (await quadratic(20)).entries()) assertClose(loss, expected[at], 1e-3);
  });

  it('is the same for the same seed, and another for another', async () => {
    const train = async (seed: number): Promise<number[]> => {
      const shapes = { into: { shape: [3, 8], scale: 0.5 }, out: { shape: [8, 1], scale: 0.5 } };
      const loss = ({ into, out }: Tensors, { x }: Tensors): np.Array =>
        np.mean(np.square(np.matmul(np.tanh(np.matmul(x.ref, into)), out).sub(np.sum(x, 1, { keepdims: true }))));
      const trainer = new Trainer(shapes, loss, seed, { learningRate: 0.02 });
      const losses: number[] = [];
      const random = seededRandom(seed);
      for (let step = 0; step < 30; step++) {
        losses.push(await trainer.step({ x: tensor(initialValues({ shape: [16, 3], scale: 1 }, random), [16, 3]) }));
      }
      trainer.dispose();
      return losses;
    };
    const first = await train(1);
    assert.deepEqual(await train(1), first);
    assert.notDeepEqual(await train(2), first);
    assert.ok(first.at(-1)! < first[0] / 4, `${first[0]} → ${first.at(-1)}`);
  });

  it('refs keep what they are given', async () => {
    const kept: Tensors = { x: np.array([1, 2]) };
    np.sum(refs(kept).x).dispose();
    assert.deepEqual([...((await kept.x.data()) as Float32Array)], [1, 2]);
  });
});
