/** Haystacks, the two ways of computing attention, and the kept prefix against what learns. */
import assert from 'node:assert/strict';
import { longContext } from '../../../../src/milestones/long-context/experiment';
import { around, HALVES, haystack, KEYS } from '../../../../src/milestones/long-context/haystack';
import { HEAD, streamed, whole } from '../../../../src/milestones/long-context/memory';
import { loss } from '../../../../src/milestones/long-context/nets';
import { GATE, LEARNED, SCALINGS, THINGS } from '../../../../src/milestones/long-context/options';
import { answered, Recall } from '../../../../src/milestones/long-context/recall';
import { learnSums, summed } from '../../../../src/milestones/long-context/sums';
import { frequenciesOf, turnedLoss, turnOf } from '../../../../src/milestones/long-context/turned';
import turnedRecord from '../../../../src/milestones/long-context/turned.json';
import { tensor, useWasm } from '../../../../src/milestones/shared/train';
import { seededRandom } from '../../../../src/shared/random';
import { runOnce } from '../../../support/runOnce';

const shapes: Record<string, number[]> = {
  first: [HALVES, 8],
  second: [HALVES, 8],
  things: [THINGS, 8],
  gain: [8],
  query: [8, 8],
  key: [8, 8],
  value: [8, 8],
  out: [8, THINGS],
};

describe('long context', function () {
  this.timeout(60_000);

  it('a haystack says each key once, up to all of them', () => {
    for (const length of [64, KEYS]) {
      assert.equal(new Set(haystack(length, seededRandom(1)).keys).size, length);
    }
    assert.throws(() => haystack(KEYS + 1, seededRandom(1)), RangeError);
  });

  it('turns queries and keys by their places where it is asked to: only distances count then', () => {
    const random = seededRandom(3);
    const weights = Object.fromEntries(
      Object.entries(shapes).map(([name, [rows, columns = 1]]) => [
        name,
        Float32Array.from({ length: rows * columns }, () => random() - 0.5),
      ]),
    );
    const turnedFrom = (first: number) => (x: Float64Array, place: number) => {
      const [c, s] = [Math.cos((place + first) / 3), Math.sin((place + first) / 3)];
      [x[0], x[1]] = [x[0] * c - x[1] * s, x[0] * s + x[1] * c];
    };
    const hay = haystack(12, random);
    const attended = (turn?: (x: Float64Array, place: number) => void): Float64Array => new Recall(weights, hay, turn).ask(hay.keys[4]).attention; // prettier-ignore
    const [plain, turned, later] = [attended(), attended(turnedFrom(0)), attended(turnedFrom(100))];
    assert.ok(turned.every((share, at) => Math.abs(share - later[at]) < 1e-12));
    assert.ok(turned.some((share, at) => Math.abs(share - plain[at]) > 1e-3));
  });

  it('what was recorded of turning places has every length and seed, and passed the gate where it is scaled', () => {
    const { lengths, seeds, found } = turnedRecord;
    for (const shares of Object.values(found)) {
      assert.deepEqual(shares.map((each) => each.length), lengths.map(() => seeds)); // prettier-ignore
      assert.ok(shares.flat().every((share) => share >= 0 && share <= 1));
    }
    const gate = lengths.indexOf(GATE.length);
    assert.ok(found.linear[gate].every((share) => share >= GATE.share));
  });

  it('puts all look-alikes around a needle, or none', () => {
    const sharing = (near: number): number => {
      const { keys } = around(5 * HALVES + 7, near, 400, seededRandom(2));
      assert.equal(keys[0], 5 * HALVES + 7);
      assert.equal(new Set(keys).size, 400);
      return [...keys].filter((key) => Math.floor(key / HALVES) === 5 || key % HALVES === 7).length - 1;
    };
    assert.equal(sharing(0), 0);
    assert.equal(sharing(Infinity), 2 * (HALVES - 1));
  });

  it('streamed attention is the same attention, in memory that does not grow', () => {
    const random = seededRandom(3);
    const of = (tokens: number) => [0, 1, 2].map(() => Float32Array.from({ length: tokens * HEAD }, () => 4 * random() - 2)); // prettier-ignore
    for (const tokens of [1, 63, 130]) {
      const [q, k, v] = of(tokens);
      const [a, b] = [whole(q, k, v), streamed(q, k, v)];
      a.out.forEach((value, i) => assert.ok(Math.abs(value - b.out[i]) < 1e-5));
      assert.equal(a.bytes, 4 * tokens * tokens);
      assert.equal(b.bytes, streamed(q, k, v).bytes);
      assert.ok(b.bytes < 1000);
    }
  });

  for (const turns of [false, true]) {
    it(`answers from what was kept as the net that learns does${turns ? ', where places turn' : ''}; attention adds up to one`, async () => {
      await useWasm();
      const random = seededRandom(4);
      const weights = Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [
          name,
          Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 2 * random() - 1),
        ]),
      );
      const hay = haystack(LEARNED, random);
      const turn = turns ? turnOf(frequenciesOf('none', 8, 1)) : undefined;
      const found = new Recall(weights, hay, turn).ask(hay.keys[3]);
      assert.ok(Math.abs(found.attention.reduce((a, b) => a + b, 0) - 1) < 1e-12);
      const tensors = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tensor(Float32Array.from(weights[name]), shape)])); // prettier-ignore
      const ids = (values: ArrayLike<number>) => tensor(Int32Array.from(values), [1, values.length]);
      const thing = answered(found);
      const theirs = (turns ? turnedLoss : loss)(tensors, {
        first: ids([...hay.keys].map((key) => Math.floor(key / HALVES))),
        second: ids([...hay.keys].map((key) => key % HALVES)),
        thing: ids(hay.things),
        askedFirst: ids([Math.floor(hay.keys[3] / HALVES)]),
        askedSecond: ids([hay.keys[3] % HALVES]),
        answer: ids([thing]),
      });
      const value = ((await theirs.data()) as Float32Array)[0];
      assert.ok(Math.abs(value + Math.log(found.shares[thing])) < 1e-4, `${value}, ${-Math.log(found.shares[thing])}`);
    });
  }

  it('adds what two needles say: more sums are right after its lessons, and the answer is one that two things can have', async () => {
    await useWasm();
    // A net that needs no lessons: keys in the first half of its numbers, things in the second, which is what it brings.
    const random = seededRandom(5);
    const width = 2 * THINGS;
    const matrix = (rows: number, of: (row: number, column: number) => number): Float32Array => Float32Array.from({ length: rows * width }, (_, at) => of(Math.floor(at / width), at % width)); // prettier-ignore
    const half = (): Float32Array => matrix(HALVES, (_, column) => (column < THINGS ? random() - 0.5 : 0));
    const values = {
      first: half(),
      second: half(),
      things: matrix(THINGS, (thing, column) => Number(column === THINGS + thing)),
      gain: new Float32Array(width).fill(1),
      query: matrix(width, (row, column) => (row === column && row < THINGS ? 8 : 0)),
      key: matrix(width, (row, column) => (row === column && row < THINGS ? 8 : 0)),
      value: matrix(width, (row, column) => Number(row === column && row >= THINGS)),
      out: Float32Array.from({ length: width * THINGS }, (_, at) =>
        Math.floor(at / THINGS) === THINGS + (at % THINGS) ? 6 : 0,
      ),
    };
    const hay = haystack(LEARNED, seededRandom(6));
    const recall = new Recall(values, hay);
    const right = async (steps: number): Promise<number> => {
      const adding = await learnSums(values, { steps, seed: 3 }, async () => {});
      const said = [...hay.keys.keys()].map((place) => summed(adding, recall, hay, [place, LEARNED - 1 - place]));
      assert.ok(said.every((sum) => sum >= 0 && sum <= 2 * (THINGS - 1)));
      return said.filter((sum, place) => sum === hay.things[place] + hay.things[LEARNED - 1 - place]).length;
    };
    const [before, after] = [await right(0), await right(300)];
    assert.ok(before < 16 && after > 48, `${before}, ${after} of ${LEARNED}`);
  });

  it('scaling leaves the places of the learning as they are, and turns longer haystacks no further', () => {
    for (const scaling of SCALINGS) {
      const [usual, long] = [1, 32].map((times) => frequenciesOf(scaling, 32, times));
      assert.deepEqual(usual, frequenciesOf('none', 32, 1), scaling);
      const slowest = long.at(-1)! / usual.at(-1)!;
      if (scaling === 'none') assert.equal(slowest, 1);
      else assert.ok(Math.abs(slowest - 1 / 32) < 1e-5, `${scaling}: ${slowest}`);
    }
  });
});

describe('longContext: the experiment', function () {
  this.timeout(120_000);
  const run = runOnce(longContext);

  it('asks where places turn with each scaling, at every length up to the longest', async () => {
    const { result } = await run();
    assert.deepEqual(result.turned.map(({ scaling }) => scaling), [...SCALINGS]); // prettier-ignore
    for (const { found } of result.turned) {
      assert.equal(found.length, 3);
      assert.ok(found.every((share) => share >= 0 && share <= 1));
    }
    // As long as in the learning, nothing is scaled.
    assert.equal(new Set(result.turned.map(({ found }) => found[0])).size, 1);
  });
});
