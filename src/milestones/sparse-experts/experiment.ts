/**
 * Sparse mixture of experts, 2017-2024. Nets that compute equally much for a token store facts drawn by lot: a dense one,
 * and mixtures of 4, 16, 64 or 128 experts; then the largest without the balance loss; then the bundled model's experts.
 */
import type { Card, Words } from '../../protocol/milestones';
import { cardRows, type Experiment } from '../experiment';
import { bundledLoad } from './bundled';
import { computeTo, lossAt } from '../../shared/learningCurve';
import { drawFacts, learn } from './learn';
import { controls, type Curve, type Options, type Result } from './options';
import { trial } from './trial';

const EXPERTS = [4, 16, 64, 128];

export const sparseExperts: Experiment<Options, Result> = {
  id: 'sparse-experts',
  controls,
  trial,
  needs: { models: ['default'], selection: true },
  async run({ mostExperts, used, balance, facts: count, steps }, seed, report, _signal, inputs) {
    const facts = drawFacts(count, seed * 1000);
    const recipes = [
      { experts: 1, used: 1, balance: 0, steps },
      ...EXPERTS.filter((experts) => experts <= mostExperts).map((experts) => ({ experts, used, balance, steps })),
      { experts: mostExperts, used, balance: 0, steps },
    ];
    // Wider routers take longer; the bar moves by what is computed.
    const costs = recipes.map(({ experts }) => 1 + experts / 24);
    const total = costs.reduce((sum, cost) => sum + cost, 0);
    let before = 0;
    const finished: Curve[] = [];
    const drawn = (curves: readonly Curve[]): Result => ({
      curves: curves.slice(0, recipes.length - 1),
      unbalanced: curves[recipes.length - 1] ?? null,
      bundled: null,
    });
    for (const [number, recipe] of recipes.entries()) {
      const curve = await learn(facts, recipe, seed * 1000 + 1, async (step, soFar) => {
        const done = (before + (costs[number] * step) / steps) / total;
        const note = noteOf(recipe);
        // Copied, because the curve grows while the page draws.
        const copy = { ...soFar, compute: [...soFar.compute], loss: [...soFar.loss] };
        await report(done, note, soFar.loss.length > 0 ? drawn([...finished, copy]) : undefined);
      });
      before += costs[number];
      finished.push(curve);
    }
    const bundled = await bundledLoad(await inputs.model(), inputs.selection);
    return { result: { ...drawn(finished), bundled } };
  },
  card,
};

function noteOf({ experts, balance }: { experts: number; balance: number }): Words {
  if (experts === 1) return { text: 'The dense net learns' };
  if (balance > 0) return { text: '{0} experts learn', args: [experts] };
  return { text: '{0} experts learn without balance', args: [experts] };
}

/** Numbers of a finished result. */
export function comparison({ curves, unbalanced }: Result): {
  dense: Curve;
  largest: Curve;
  /** Bits that the largest mixture is ahead when the dense net's compute is spent. */
  ahead: number;
  /** [mixtures]: the dense net's compute over theirs, at its last loss; NaN for one that does not come to it. */
  savings: number[];
  /** Bits by which the balance loss lowers the last loss. */
  balanceGain: number;
} {
  const [dense, ...mixtures] = curves;
  const largest = mixtures.at(-1)!;
  const spent = dense.compute.at(-1)!;
  const denseLoss = dense.end!.loss;
  return {
    dense,
    largest,
    ahead: denseLoss - lossAt(largest, spent),
    savings: mixtures.map((mixture) => spent / computeTo(mixture, denseLoss)),
    balanceGain: unbalanced!.end!.loss - largest.end!.loss,
  };
}

function card(result: Result, { balance, used }: Options): Card {
  const { dense, largest, ahead, savings, balanceGain } = comparison(result);
  const { unbalanced, bundled } = result;
  const most = savings.filter((each) => Number.isFinite(each));
  return {
    paper: {
      text: 'Switch: the quality of T5-Base up to 7 times sooner, at the same compute for each token; Shazeer and others: more than 1,000 times the capacity',
    },
    rows: cardRows([
      { name: 'loss of the dense net', value: dense.end!.loss, unit: 'bits' },
      { name: 'loss of the most experts at equal compute', value: dense.end!.loss - ahead, unit: 'bits' },
      { name: 'ahead at equal compute', value: ahead, unit: 'bits' },
      {
        name: 'compute saved to the dense loss, best mixture',
        value: most.length > 0 ? Math.max(...most) : null,
        unit: 'times',
      },
      { name: 'compute saved to the dense loss, most experts', value: savings.at(-1)!, unit: 'times' },
      { name: 'share of parameters active, most experts', value: largest.active, unit: 'share' },
      { name: 'facts right, dense', value: dense.end!.right, unit: 'share' },
      { name: 'facts right, most experts', value: largest.end!.right, unit: 'share' },
      { name: 'variation of load with balance', value: largest.end!.variation },
      { name: 'variation of load without', value: unbalanced!.end!.variation },
      { name: 'variation that balance takes away', value: unbalanced!.end!.variation - largest.end!.variation },
      { name: 'loss that balance takes away', value: balanceGain, unit: 'bits' },
      {
        name: 'share of experts used, bundled model',
        value: bundled ? bundled.used / bundled.experts : null,
        unit: 'share',
      },
      {
        name: 'variation of load, bundled model',
        value: bundled ? bundled.variation.reduce((a, b) => a + b, 0) / bundled.variation.length : null,
      },
    ]),
    why: {
      text: 'The task here is pure storage: facts drawn by lot, asked again as they were learnt. That is where more parameters help most, so the gain is no forecast for language. The experts are tiny, so the router is a large part of the compute, and 64 of them may save less than 16. Compute is counted in operations, {0} of the experts for each token, balance loss {1}; the paper’s seven times is time on equal hardware. The tables share a common part at the start, as activations in deep nets do; without that, facts drawn by lot spread by themselves and the balance loss changes little.',
      args: [used, balance],
    },
  };
}
