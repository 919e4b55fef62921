/**
 * Sudden or gradual? One training run from scratch, whose every age was asked the same problems, and the same written
 * solutions measured in five ways: wholly right (Wei et al. 2022 report jumps of such measures), and measures that give
 * credit for less (Schaeffer et al. 2023: the jump is the measure's). *Sudden* is fixed beforehand: more than half of a
 * curve's way within one doubling of the tokens seen. And: when did each kind of head form? Nothing is trained here.
 */
import { exp, log2 } from '../../shared/elementary';
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment } from '../experiment';
import { bootstrapInterval, mean, shareInterval, type Interval } from '../../shared/statistics';
import { largestDoubling } from './doubling';
import {
  MEASURES,
  controls,
  type Curve,
  type Example,
  type MeasureName,
  type Options,
  type Result,
  type Role,
} from './options';
import { numbersOf, readRecord, rightNumbers, strongest, type RunRecord } from './record';
import { trial } from './trial';

const ROLES = ['previous', 'bracket', 'duplicate', 'induction'] as const;
/** Curves that go a shorter way than this (a share, nats, tokens or a mean weight) say nothing of suddenness. */
const LEAST = 0.02;
const LEAST_ROLE = 0.1;
const ROUNDS = 200;
const EXAMPLE_STEPS = 3;

export const suddenOrGradual: Experiment<Options, Result> = {
  id: 'sudden-or-gradual',
  controls,
  trial,
  async run({ steps }, _seed, report, _signal, inputs) {
    const record = readRecord(await inputs.file('models/sister.json'));
    // Before the first token there is no doubling to lie in.
    const checkpoints = record.checkpoints.filter(({ tokens }) => tokens > 0);
    const tokens = checkpoints.map((each) => each.tokens);
    const chosen = [...record.problems.keys()].filter(
      (at) => steps === 'all' || record.problems[at].steps <= 3 === (steps === 'short'),
    );
    // [problems][checkpoints]
    const each: Record<MeasureName, number[][]> = {
      exact: chosen.map((at) => checkpoints.map(({ problems }) => problems.exact[at])),
      product: chosen.map((at) => checkpoints.map(({ problems }) => exp(problems.logprob[at]))),
      numbers: chosen.map((at) =>
        checkpoints.map(({ problems }) => rightNumbers(record.problems[at].solution, problems.first[at])),
      ),
      distance: chosen.map((at) => checkpoints.map(({ problems }) => problems.distance[at])),
      logprob: chosen.map((at) => checkpoints.map(({ problems }) => problems.logprob[at])),
    };
    const measures = {} as Record<MeasureName, Curve>;
    for (const [done, name] of MEASURES.entries()) {
      measures[name] = curveOf(tokens, each[name]);
      await report((done + 1) / (MEASURES.length + 1), { text: '{0} checkpoints read', args: [tokens.length] });
    }
    const loss = checkpoints.map(({ loss: { code } }) => code);
    const roles = ROLES.map((name): Role => {
      const { layer, head, scores } = strongest(checkpoints.map(({ heads }) => heads[name]));
      return { name, scores, layer, head, doubling: largestDoubling(tokens, scores, LEAST_ROLE) };
    });
    const lossDoubling = largestDoubling(tokens, loss, LEAST);
    const result: Result = {
      tokens,
      problems: chosen.length,
      measures,
      loss: { values: loss, doubling: lossDoubling && { ...lossDoubling, interval: null } },
      roles,
      examples: { en: exampleOf(record, 'en'), zh: exampleOf(record, 'zh') },
    };
    await report(1, { text: '{0} checkpoints read', args: [tokens.length] }, result);
    return { result };
  },
  card,
};

/** Mean over problems, and how sudden it is, with an interval over problems drawn anew. */
function curveOf(tokens: readonly number[], problems: readonly number[][]): Curve {
  const meanOf = (drawn: readonly number[][]): number[] =>
    tokens.map((_, at) => mean(drawn.map((values) => values[at])));
  const values = meanOf(problems);
  const found = largestDoubling(tokens, values, LEAST);
  if (!found) return { values, doubling: null };
  const interval: Interval = bootstrapInterval(
    problems,
    (drawn) => largestDoubling(tokens, meanOf(drawn), 0)?.share ?? 0,
    { rounds: ROUNDS },
  );
  return { values, doubling: { ...found, interval } };
}

function exampleOf({ problems, checkpoints }: RunRecord, language: 'en' | 'zh'): Example | null {
  const at = problems.findIndex((problem) => problem.language === language && problem.steps === EXAMPLE_STEPS);
  if (at < 0) return null;
  const seen = checkpoints.filter(({ tokens }) => tokens > 0);
  return {
    question: problems[at].question,
    numbers: numbersOf(problems[at].solution),
    written: seen.map(({ problems: { first } }) => first[at]),
    logprob: seen.map(({ problems: { logprob } }) => logprob[at]),
  };
}

function card(result: Result): Card {
  const { measures, loss, roles, tokens, problems } = result;
  const last = tokens.length - 1;
  const sudden = (name: string, curve: Curve): Parameters<typeof cardRows>[0][number] => ({
    name,
    value: curve.doubling?.share,
    unit: 'share',
    ...(curve.doubling?.interval && { interval: curve.doubling.interval }),
  });
  const induction = roles.find(({ name }) => name === 'induction')?.doubling;
  const gap = Math.max(...tokens.map((_, at) => Math.abs(measures.exact.values[at] - measures.product.values[at])));
  const rows = cardRows([
    sudden('of its rise within one doubling: solutions wholly right', measures.exact),
    sudden('of its rise within one doubling: log-probability of the whole solution', measures.logprob),
    sudden('of its rise within one doubling: product of the probabilities', measures.product),
    sudden('of its rise within one doubling: numbers right where first written', measures.numbers),
    sudden('of its fall within one doubling: tokens to be changed', measures.distance),
    sudden('of its fall within one doubling: loss on code', loss),
    { name: 'of its rise within one doubling: the induction head', value: induction?.share, unit: 'share' },
    {
      name: 'the same for an even rise over all doublings',
      value: 1 / log2(tokens[last] / tokens[0]),
      unit: 'share',
    },
    {
      name: 'solutions wholly right at the end',
      value: measures.exact.values[last],
      unit: 'share',
      interval: shareInterval(measures.exact.values[last], problems),
    },
    {
      name: 'said beforehand by the product of the probabilities',
      value: measures.product.values[last],
      unit: 'share',
    },
    { name: 'furthest apart of these two along the training', value: gap, unit: 'points' },
    { name: 'numbers right where first written, at the end', value: measures.numbers.values[last], unit: 'share' },
    { name: 'tokens to be changed in a solution, at the end', value: measures.distance.values[last] },
  ]);
  return {
    paper: {
      text: 'Wei et al. 2022: abilities that are absent in smaller models and there in larger ones. Schaeffer et al. 2023: with a smooth measure, most of those jumps go away.',
    },
    rows,
    why: {
      text: 'The papers compare models of different size; this is one small model at different ages of one training, and training time is not scale. It was trained from scratch by the bundled model’s recipe, in one fixed mix, for {0} tokens only: whole solutions are still rising where it ends, and a rise that is cut off lies, so far as it is seen, in its last doubling. Where solutions are written by the likeliest token each time, more can be wholly right than the product of the probabilities says. Intervals are over the {1} problems.',
      args: [(Math.round(tokens[last] / 1e5) * 1e5).toLocaleString('en'), problems],
    },
  };
}
