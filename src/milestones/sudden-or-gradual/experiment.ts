/**
 * Sudden or gradual? One training run, looked at through two measures: whole answers right (Wei et al. 2022 report jumps
 * of such measures) and the probability of each digit, also as its logarithm (Schaeffer et al. 2023: the jump is the
 * measure's). And: when did each kind of head form? Nothing is trained here; the history is the bundled model's own.
 */
import type { Card } from '../../protocol/milestones';
import { cardRows, type Experiment } from '../experiment';
import { shareInterval } from '../../shared/statistics';
import { readHistory, shapeOf, strongest } from './history';
import { controls, type Options, type Result, type Role } from './options';
import { trial } from './trial';

const ROLES = ['previous', 'bracket', 'duplicate', 'induction'] as const;
/** A head counts as formed when its score rose by this much. */
const LEAST_ROLE = 0.1;
const LEAST_SHARE = 0.1;
/** A digit of this probability is as good as known. */
const KNOWN = 0.9;
/** Sums that each checkpoint was asked (training/probes.py); the shares in the history are multiples of 1/48. */
const PROBLEMS = 48;

export const suddenOrGradual: Experiment<Options, Result> = {
  id: 'sudden-or-gradual',
  controls,
  trial,
  async run({ task }, _seed, report, _signal, inputs) {
    const checkpoints = readHistory(await inputs.file('models/history.json'));
    const tokens = checkpoints.map((each) => each.tokens);
    const sums = checkpoints.map((each) => (task === 'direct' ? each.direct : each.steps));
    const exact = sums.map((each) => each.exact);
    const digitLog = sums.map((each) => each.digit_logprob);
    const digit = digitLog.map(Math.exp);
    const loss = checkpoints.map((each) => each.loss.code);
    const roles = ROLES.map((name): Role => {
      const { layer, head, scores } = strongest(checkpoints.map(({ heads }) => heads[name]));
      return { name, best: scores, shape: shapeOf(tokens, scores, LEAST_ROLE), layer, head };
    });
    const result: Result = {
      tokens,
      exact,
      digit,
      digitLog,
      loss,
      exactShape: shapeOf(tokens, exact, LEAST_SHARE),
      digitShape: shapeOf(tokens, digit, LEAST_SHARE),
      digitLogShape: shapeOf(tokens, digitLog, LEAST_SHARE),
      lossShape: shapeOf(tokens, loss, LEAST_SHARE),
      roles,
    };
    await report(1, { text: '{0} checkpoints read', args: [checkpoints.length] }, result);
    return { result };
  },
  card,
};

function card(result: Result, { task }: Options): Card {
  const { exact, digit, exactShape, digitShape, digitLogShape, lossShape, roles, tokens } = result;
  const induction = roles.find(({ name }) => name === 'induction')?.shape;
  // How sure of a digit the model already was, where the first tenth of whole answers came.
  const before = exactShape ? digit[Math.max(0, tokens.findIndex((seen) => seen >= exactShape.from) - 1)] : undefined;
  const known = digit.findIndex((probability) => probability >= KNOWN);
  const rows = cardRows([
    {
      name: 'whole answers right when digits are first nearly certain',
      value: known >= 0 ? exact[known] : null,
      unit: 'share',
      ...(known >= 0 && { interval: shareInterval(exact[known], PROBLEMS) }),
    },
    {
      name: 'whole answers right at the end',
      value: exact[exact.length - 1],
      unit: 'share',
      interval: shareInterval(exact[exact.length - 1], PROBLEMS),
    },
    { name: 'a right digit’s probability at the end', value: digit[digit.length - 1], unit: 'share' },
    { name: 'a right digit’s probability before the first whole answers', value: before, unit: 'share' },
    { name: 'doublings of training in which whole answers rise', value: exactShape?.doublings },
    { name: 'doublings of training in which digits rise', value: digitShape?.doublings },
    { name: 'doublings in which the digits’ log-probability rises', value: digitLogShape?.doublings },
    { name: 'doublings of training in which loss falls', value: lossShape?.doublings },
    { name: 'doublings of training in which the induction head forms', value: induction?.doublings },
  ]);
  return {
    paper: {
      text: 'Wei et al. 2022: abilities that are absent in smaller models and there in larger ones. Schaeffer et al. 2023: with a smooth measure, most of those jumps go away.',
    },
    rows,
    why:
      task === 'steps'
        ? {
            text: 'The papers compare models of different size; this is one small model at different times of its training, one run, and training time is not scale. Only shares of whole answers have an interval, from 48 sums each. The smooth measure kept here is a weak one: it sees only the digits after “####”, which repeat the line above. They are nearly certain well before any whole answer is right, and come in as few doublings as whole answers do; so it cannot tell whether the probability of a whole solution would climb smoothly, and neither supports nor refutes what Schaeffer and others found. What does show: the loss falls over many doublings, and the head that continues repetitions forms within one.',
          }
        : {
            text: 'Answered at once, the sums stay near guessing to the end, so there is neither jump nor climb to compare. Choose “step by step” for the curves that rise.',
          },
  };
}
