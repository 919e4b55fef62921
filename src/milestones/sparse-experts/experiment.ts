/**
 * Sparse mixture of experts, 2017-2024. Nets that compute equally much for a token learn facts about subjects of hidden
 * kinds, and are asked those that were never shown: a dense one, and mixtures of 4, 16, 64 or 128 experts; then the
 * largest without the balance loss; then the bundled model's experts, and whether they go by topic or by token.
 */
import type { Card, Words } from '../../protocol/milestones';
import { cardRows, type Experiment } from '../experiment';
import { computeTo, lossAt } from '../../shared/learningCurve';
import { mean } from '../../shared/statistics';
import { bundledLoad } from './bundled';
import { drawFacts, learn } from './learn';
import { controls, type Curve, type Options, type Result, type TopicLayer, type TopicOrToken } from './options';
import { readPlaces, topicOrToken, topicTexts } from './topics';
import { trial } from './trial';

const EXPERTS = [4, 16, 64, 128];
/** Of a text at most so many tokens are read; so often topics are dealt out anew. */
const TOKENS = 192;
const DEALS = 99;

export const sparseExperts: Experiment<Options, Result> = {
  id: 'sparse-experts',
  controls,
  trial,
  needs: { models: ['default'], selection: true, workspaceCharacters: 400_000 },
  async run({ mostExperts, used, balance, facts: count, common, steps, texts }, seed, report, _signal, inputs) {
    const facts = drawFacts(count, seed * 1000);
    const recipes = [
      { experts: 1, used: 1, balance: 0, common, steps },
      ...EXPERTS.filter((experts) => experts <= mostExperts).map((experts) => ({
        experts,
        used,
        balance,
        common,
        steps,
      })),
      { experts: mostExperts, used, balance: 0, common, steps },
    ];
    // Wider routers take longer; the bar moves by what is computed.
    const costs = recipes.map(({ experts }) => 1 + experts / 24);
    const readingCost = texts / 4;
    const total = costs.reduce((sum, cost) => sum + cost, readingCost);
    let before = 0;
    const finished: Curve[] = [];
    const drawn = (curves: readonly Curve[]): Result => ({
      curves: curves.slice(0, recipes.length - 1),
      unbalanced: curves[recipes.length - 1] ?? null,
      bundled: null,
      topics: null,
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
    const model = await inputs.model();
    const bundled = await bundledLoad(model, inputs.selection);
    if (!bundled) return { result: drawn(finished) };
    const sizes = { texts, tokens: TOKENS, deals: DEALS };
    const read = topicTexts(inputs.workspace, sizes, seed);
    const places = await readPlaces(model, read, TOKENS, (done) =>
      report(
        (before + done * readingCost) / total,
        { text: 'The bundled model reads texts of several topics' },
        {
          ...drawn(finished),
          bundled,
        },
      ),
    );
    return { result: { ...drawn(finished), bundled, topics: topicOrToken(places, read, sizes, seed) } };
  },
  card,
};

/** Mean over the layers. */
function ofLayers(topics: TopicOrToken | null, of: keyof TopicLayer): number | null {
  return topics ? mean(topics.layers.map((layer) => layer[of])) : null;
}

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
  const { unbalanced, bundled, topics } = result;
  const best = savings.reduce((most, each) => (each > most ? each : most), -Infinity);
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
        value: Number.isFinite(best) ? best : null,
        unit: 'times',
      },
      {
        name: 'experts of the best mixture',
        value: Number.isFinite(best) ? result.curves[1 + savings.indexOf(best)].experts : null,
        unit: 'integer',
      },
      {
        name: 'compute saved to the dense loss, most experts',
        // One that never comes to that loss saves none that could be told.
        value: Number.isFinite(savings.at(-1)) ? savings.at(-1) : null,
        unit: 'times',
      },
      { name: 'share of parameters active, most experts', value: largest.active, unit: 'share' },
      { name: 'facts never shown: right, dense', value: dense.end!.right, unit: 'share' },
      { name: 'facts never shown: right, most experts', value: largest.end!.right, unit: 'share' },
      { name: 'facts shown: right, dense', value: dense.end!.rightShown, unit: 'share' },
      { name: 'facts shown: right, most experts', value: largest.end!.rightShown, unit: 'share' },
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
        value: bundled ? mean(bundled.variation) : null,
      },
      { name: 'bundled model: what there is to tell of the expert', value: ofLayers(topics, 'expert'), unit: 'bits' },
      { name: 'bundled model: what the token tells of the expert', value: ofLayers(topics, 'token'), unit: 'bits' },
      { name: 'bundled model: what the topic tells beyond the token', value: ofLayers(topics, 'topic'), unit: 'bits' },
    ]),
    why: {
      text: 'The facts have a rule: subjects are of hidden kinds, and what belongs to one of a kind belongs to all. So a fact that was never shown can be known, and the loss is that on such facts. The gain is there where the dense net has no room for the facts; with a quarter of them (“4,096”) it has, and then it is the better one. The experts are tiny, so the router is a large part of the compute, and 64 of them may save less than 16. Compute is counted in operations, {0} of the experts for each token, balance loss {1}; the paper’s seven times is time on equal hardware. That a few experts get all the work without the balance loss shows here only where all inputs have a part in common. What topic and token tell is counted on tokens that stand in two topics or more, less what the same counts give when the labels are dealt out anew; the topics are those at hand: our stories in two languages, word problems, the workspace’s code.',
      args: [used, balance],
    },
  };
}
