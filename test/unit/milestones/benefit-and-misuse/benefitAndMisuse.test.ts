/** Watermarks: what chance gives without the key, what the tournament leaves on average, and what wears a mark away. */
import assert from 'node:assert/strict';
import { benefitAndMisuse, detect } from '../../../../src/milestones/benefit-and-misuse/experiment';
import type { TextRow } from '../../../../src/milestones/benefit-and-misuse/options';
import {
  CONTEXT,
  GAMMA,
  isGreen,
  ROUNDS,
  coins,
  score,
  throughTournament,
  towardsGreen,
} from '../../../../src/milestones/benefit-and-misuse/watermark';
import { renameIdentifiers, substitute } from '../../../../src/milestones/benefit-and-misuse/wear';
import { defaults } from '../../../../src/milestones/experiment';
import { seededRandom } from '../../../../src/shared/random';
import { mean, standardDeviation } from '../../../../src/shared/statistics';
import { assertClose } from '../../../support/close';
import { testInputs } from '../../../support/milestoneInputs';
import { runOnce } from '../../../support/runOnce';

const randomIds = (seed: number, length: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length }, () => Math.floor(random() * 6000));
};

describe('benefit and misuse', function () {
  this.timeout(60_000);

  it('without the key a text scores as chance has it: mean 0, deviation 1', () => {
    for (const scheme of ['green', 'tournament'] as const) {
      const scores = Array.from({ length: 400 }, (_, seed) => score(scheme, 77, randomIds(seed, 120)));
      assertClose(mean(scores), 0, 0.2, scheme);
      assertClose(standardDeviation(scores), 1, 0.15, scheme);
    }
  });

  it('a quarter of the tokens is green, another quarter with another key or context', () => {
    const ids = Array.from({ length: 20_000 }, (_, id) => id);
    const green = (key: number, before: number): boolean[] => ids.map((id) => isGreen(key, [before], id));
    const share = (of: boolean[]): number => mean(of.map(Number));
    const first = green(1, 5);
    assertClose(share(first), GAMMA, 0.02);
    for (const other of [green(2, 5), green(1, 6)]) {
      const both = share(first.map((each, at) => each && other[at]));
      assertClose(both, GAMMA ** 2, 0.01);
    }
  });

  it('the green list multiplies by e^δ and divides again; the tournament is the same as two draws, round by round', () => {
    const p = Float64Array.from([0.5, 0.3, 0.2]);
    const ids = [10, 20, 30];
    const pushed = towardsGreen(p, ids, { key: 3, context: [1], delta: 2 });
    const weights = ids.map((id, i) => p[i] * (isGreen(3, [1], id) ? Math.exp(2) : 1));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    assertClose(
      pushed,
      weights.map((weight) => weight / total),
      1e-12,
    );

    // Two draws from p meet; who has heads wins, a tie goes to the first: summed over all pairs, for each round.
    const context = [1, 2, 3, 4];
    let expected = [...p];
    for (let round = 0; round < ROUNDS; round++) {
      const heads = ids.map((id) => (coins(3, context, id) >>> round) & 1);
      const next = [0, 0, 0];
      expected.forEach((a, i) => expected.forEach((b, j) => (next[heads[j] > heads[i] ? j : i] += a * b)));
      expected = next;
    }
    const left = throughTournament(p, ids, { key: 3, context });
    assertClose(left, expected, 1e-12);
  });

  it('over many keys the tournament leaves the distribution as it was', () => {
    const p = Float64Array.from([0.5, 0.3, 0.2]);
    const sums = [0, 0, 0];
    for (let key = 0; key < 4000; key++) {
      throughTournament(p, [10, 20, 30], { key, context: [1, 2, 3, 4] }).forEach((each, i) => (sums[i] += each / 4000));
    }
    assertClose(sums, p, 0.03);
  });

  it('a pair of context and token counts once', () => {
    const once = randomIds(4, 40);
    const z = score('green', 9, once);
    assert.equal(score('green', 9, [...once, ...once.slice(CONTEXT.green - 1)].slice(0, 40)), z);
    const repeated = Array.from({ length: 200 }, (_, at) => once[at % 2]);
    assert.ok(Math.abs(score('green', 9, repeated)) < 3, 'two pairs cannot be sure of anything');
  });

  it('substitution changes the share it says; renaming is the same everywhere and leaves keywords', () => {
    const ids = randomIds(1, 100);
    const changed = substitute(ids, 0.3, [-1], seededRandom(2));
    assert.equal(changed.filter((id) => id === -1).length, 30);
    assert.equal(
      renameIdentifiers('const total = count(items); return total + x;'),
      'const name1 = name2(name3); return name1 + x;',
    );
  });

  it('the threshold comes from one half of the texts, the counts from the other', () => {
    const row = (unmarked: number, marked: number): TextRow => ({
      kind: 'code',
      marked: { green: [marked], tournament: [marked] },
      unmarked: { green: [unmarked], tournament: [unmarked] },
      wrongKey: { green: [0], tournament: [0] },
      edited: { green: [], tournament: [] },
      renamed: null,
      bits: { green: 0, tournament: 0, unmarked: 0 },
    });
    const setting = [row(1, 9), row(2, 9), row(0, 9)];
    const judged = [row(3, 1), row(0, 4), row(1, 8)];
    assert.equal(detect(setting), null);
    const detection = { threshold: 2, found: 2, falseAlarms: 1, asked: 3 };
    assert.deepEqual(detect([...setting, ...judged])!.green, detection);
  });

  const ran = runOnce(benefitAndMisuse);

  it('marked texts score above the controls; another seed writes others', async () => {
    const options = { ...defaults(benefitAndMisuse.controls, true), tokens: 12, texts: 1 };
    const { signal } = new AbortController();
    const inputs = await testInputs();
    const { result } = await ran();
    const last = (of: (row: TextRow) => number[]): number => mean(result.rows.map((row) => of(row).at(-1)!));
    for (const scheme of ['green', 'tournament'] as const) {
      const marked = last((row) => row.marked[scheme]);
      assert.ok(marked > last((row) => row.unmarked[scheme]) + 1, scheme);
      assert.ok(marked > last((row) => row.wrongKey[scheme]) + 1, scheme);
    }
    const other = await benefitAndMisuse.run(options, 2, async () => {}, signal, inputs);
    assert.notDeepEqual(other.result.rows, result.rows);
  });
});
