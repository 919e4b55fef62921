/** Patches, the two forward passes against each other, the roll-out against a product by hand, and what is blanked. */
import assert from 'node:assert/strict';
import { multiplyAdds, weightsOf } from '../../../../src/milestones/alexnet/shape';
import { tensor, useWasm } from '../../../../src/milestones/shared/train';
import { blank, chosenPatches, visionTransformer } from '../../../../src/milestones/vision-transformer/experiment';
import { look, rollout } from '../../../../src/milestones/vision-transformer/look';
import { recordedRows } from '../../../../src/milestones/vision-transformer/more';
import more from '../../../../src/milestones/vision-transformer/more.json';
import { CONVOLUTIONAL, learn, logits } from '../../../../src/milestones/vision-transformer/nets';
import { PATCHES } from '../../../../src/milestones/vision-transformer/options';
import { patchesOf, vitSize } from '../../../../src/milestones/vision-transformer/shape';
import { drawings, PIXELS, SIZE } from '../../../../src/shared/drawings';
import { seededRandom } from '../../../../src/shared/random';
import { softmax } from '../../../../src/shared/softmax';
import { runOnce } from '../../../support/runOnce';

describe('vision transformer', function () {
  this.timeout(60_000);

  it('cuts a sheet into patches, row by row', () => {
    const pixels = Float32Array.from({ length: PIXELS }, (_, at) => at);
    const patches = patchesOf(pixels, 52);
    assert.equal(patches[0], 0);
    assert.equal(patches[7], SIZE);
    assert.equal(patches[52], 7);
    assert.equal(patches[4 * 52], 7 * SIZE);
    assert.equal(patches[49], 0);
  });

  it('has as many weights and multiply-adds as the net with convolutions, within 5 %', () => {
    assert.ok(Math.abs(vitSize.weights / weightsOf(CONVOLUTIONAL) - 1) < 0.05, String(vitSize.weights));
    assert.ok(Math.abs(vitSize.multiplyAdds / multiplyAdds(CONVOLUTIONAL) - 1) < 0.05, String(vitSize.multiplyAdds));
  });

  it('plain loops and what learns give the same answer, and the weights are as many as said', async () => {
    await useWasm();
    const known = drawings(40, 5);
    const values = await learn('patches', known, { examples: 64, seed: 1, onStep: async () => {} });
    const count = Object.values(values).reduce((sum, { length }) => sum + length, 0);
    assert.equal(count - 3 * 28, vitSize.weights); // three columns of zeros in each patch
    const pixels = known.pixels.subarray(0, PIXELS);
    const weights = Object.fromEntries(
      Object.entries(values).map(([name, each]) => {
        const rows = { patch: 52, places: PATCHES, out: 28 }[name] ?? (/^(qkv|mix|up)/.test(name) ? 28 : /^down/.test(name) ? 56 : 1); // prettier-ignore
        return [name, tensor(Float32Array.from(each), rows === 1 ? [each.length] : [rows, each.length / rows])];
      }),
    );
    const theirs = (await logits(weights, tensor(patchesOf(pixels, 52), [1, PATCHES, 52])).data()) as Float32Array;
    const [ours, wanted] = [look(values, pixels).shares, softmax(Float64Array.from(theirs))];
    ours.forEach((share, kind) => assert.ok(Math.abs(share - wanted[kind]) < 1e-4, `${share}, ${wanted[kind]}`));
  });

  it('roll-out is the mean row of the layers’ product, half of each passing by', () => {
    const all = (to: number): Float64Array =>
      Float64Array.from({ length: PATCHES ** 2 }, (_, at) => Number(at % PATCHES === to));
    const even = new Float64Array(PATCHES ** 2).fill(1 / PATCHES);
    const parts = rollout([[even], [all(3), all(3)]]);
    // The last layer: half stays, half is of patch 3; the first spreads half of each evenly.
    const before = Array.from({ length: PATCHES }, (_, at) => 0.5 / PATCHES + (at === 3 ? 0.5 : 0));
    parts.forEach((part, at) => assert.ok(Math.abs(part - (before[at] / 2 + 0.5 / PATCHES)) < 1e-12));
  });

  it('blanks patches with ink only, and what it blanks is empty', () => {
    const pixels = new Float32Array(PIXELS);
    pixels[0] = 1; // patch 0
    pixels[7] = 0.5; // patch 1
    const parts = Array.from({ length: PATCHES }, (_, at) => at);
    assert.deepEqual(chosenPatches('ink', pixels, parts, seededRandom(1)), [0, 1]);
    assert.deepEqual(chosenPatches('rollout', pixels, parts, seededRandom(1)), [1, 0]);
    assert.deepEqual([...blank(pixels, [0])].filter((value) => value > 0), [0.5]); // prettier-ignore
    assert.equal(pixels[0], 1);
  });
});

describe('vision transformer: what was recorded with more drawings', () => {
  it('has both nets and the baseline at 250, 1,000 and 4,000 drawings, each by five seeds, and the nets have learned', () => {
    assert.deepEqual(more.levels.map(({ drawings: count }) => count), [250, 1000, 4000]); // prettier-ignore
    assert.equal(more.seeds, 5);
    for (const { right, known } of more.levels) {
      for (const shares of [right.convolutions, right.patches, right.nearest]) assert.equal(new Set(shares).size > 1 && shares.length, 5); // prettier-ignore
      // Of what they learned from: the distance is none of steps that are missing.
      for (const share of [...known.convolutions, ...known.patches]) assert.ok(share > 0.85, String(share));
    }
  });

  it('is a row of the card for each of them, with an interval over the seeds and the distance over pairs', () => {
    const [nearest, convolutions, patches, placeless, ahead] = recordedRows();
    const { right } = more.levels[2];
    assert.equal(convolutions.value, right.convolutions.reduce((sum, share) => sum + share / 5, 0)); // prettier-ignore
    assert.ok(Math.abs(ahead.value - (convolutions.value - patches.value)) < 1e-12);
    for (const { name, value, interval } of [nearest, convolutions, patches, placeless, ahead]) {
      assert.ok(name.startsWith('4,000 drawings, recorded: '));
      assert.ok(interval![0] < value && value < interval![1], name);
    }
  });
});

describe('visionTransformer: the experiment', function () {
  this.timeout(120_000);
  runOnce(visionTransformer, { options: { drawings: 150, examples: 64 } });
});
