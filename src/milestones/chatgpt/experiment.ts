/**
 * ChatGPT, 2022: answers picked by a reward that was learned from preferences. The bundled model writes on from beginnings; a
 * known rule stands in for people, and a reward (a weighted sum of the model's own last states, the answer's length and its
 * repetitions) is learned from 10, 40 and 160 of its preferences, or from a person's own. The best of n by that reward is measured by the rule. Controls: preferences with their answers shuffled, a
 * reward that only knows the length; baseline: the model's own probability; ceiling: the rule itself.
 */
import { topIds } from '../../engine/model/logits';
import type { LoadedModel } from '../../engine/model/load';
import type { Card } from '../../protocol/milestones';
import { Decoder } from '../../reasoning/solve/decoder';
import { log } from '../../shared/elementary';
import { dot } from '../../shared/dot';
import { seededRandom } from '../../shared/random';
import { sigmoid, softmax } from '../../shared/softmax';
import { mean, standardDeviation } from '../../shared/statistics';
import { OPENINGS } from '../benefit-and-misuse/openings';
import { cardRows, type Experiment } from '../experiment';
import { BEGINNINGS, HELD_OUT } from './beginnings';
import { bestOf, divergenceOf } from './bestOfN';
import { controls, JUDGES, PREFERENCES, type Answer, type Asked, type Judge, type Options, type Question, type Result } from './options'; // prettier-ignore
import { foretold, pairsFor, rewardOf } from './person';
import { learnReward, scaling, type Features, type Preference } from './reward';
import { ruleScore } from './rule';
import { trial } from './trial';
import { inSight } from './window';

/** Tokens that are sampled from. */
const TOP = 100;
const TEMPERATURE = 0.9;
/** Answers for each beginning that a reward is learned from. */
const KNOWN = 8;
/** What of an answer is seen without a model: length, its square, how many different tokens. */
const SEEN = 3;
const SHOWN = 6;
const EXAMPLES = 3;
const PAIRS = 400;
/** An answer ends behind a sentence or at a line's end. */
const END = /[.!?]["”’]?$|\n$/;

interface Drawn extends Answer {
  features: Features;
  tokens: number;
  /** Mean log-probability of a token. */
  likely: number;
}

export const chatGpt: Experiment<Options, Result, Question, Asked[Question['kind']]> = {
  id: 'chatgpt',
  controls,
  trial,
  needs: { models: ['default'] },
  async run(options, seed, report, _signal, inputs) {
    const model = await inputs.model('default');
    const decoder = new Decoder(model, 64 + options.tokens);
    const random = seededRandom(seed);
    const heldOut = [...OPENINGS.english, ...HELD_OUT].slice(0, Math.round(0.8 * options.prompts));
    const learnedFrom = BEGINNINGS.slice(0, options.prompts);
    const counts = [1, 2, 4, 8, 16, 32, 64].filter((n) => n <= options.samples);
    const result: Result = {
      drawn: 0,
      all: learnedFrom.length * KNOWN + heldOut.length * options.samples,
      sample: [],
      counts,
      divergence: counts.map(divergenceOf),
      gains: {},
      proxies: {},
      agreement: {},
      examples: [],
    };
    const answersTo = async (beginning: string, count: number): Promise<Drawn[]> => {
      const list: Drawn[] = [];
      for (let at = 0; at < count; at++) {
        list.push(await answer(model, decoder, beginning, { tokens: options.tokens, random }));
        result.drawn++;
        if (result.sample.length < SHOWN)
          result.sample.push({ text: beginning + list[at].text, score: list[at].score });
        await report(result.drawn / (result.all + 1), { text: 'Answer {0} of {1}', args: [result.drawn, result.all] }, structuredClone(result)); // prettier-ignore
      }
      return list;
    };
    const known: Drawn[][] = [];
    const asked: Drawn[][] = [];
    try {
      for (const beginning of learnedFrom) known.push(await answersTo(beginning, KNOWN));
      const rewards = rewardsOf(known, options.agreement, random);
      for (const beginning of heldOut) {
        asked.push(await answersTo(beginning, options.samples));
        measure(result, asked, rewards, seed);
      }
      result.examples = asked.slice(0, EXAMPLES).map((answers, at) => {
        const pick = (judge: Judge): Answer => plain(best(answers, rewards[judge]));
        return {
          beginning: heldOut[at],
          first: plain(answers[0]),
          picks: { learned10: pick('learned10'), learned160: pick('learned160'), length: pick('length'), rule: pick('rule') }, // prettier-ignore
        };
      });
      await report(1, { text: 'Answer {0} of {1}', args: [result.all, result.all] }, structuredClone(result));
    } finally {
      decoder.release();
    }
    const pairs = pairsFor(learnedFrom, known, seed);
    const scaled = scaledOf(known);
    const of = (drawn: Drawn): Features => scaled(drawn.features);
    const said = [...known.flatMap((answers, at) => answers.map(({ text }) => `\n${learnedFrom[at]}${text.trim()}`)), ...asked.flatMap((answers, at) => answers.map(({ text }) => `\n${heldOut[at]}${text.trim()}`))]; // prettier-ignore
    const answers: { [Kind in Question['kind']]: (question: Question & { kind: Kind }) => Asked[Kind] } = {
      pairs: () => pairs.map(({ beginning, answers: both }) => ({ beginning, answers: both })),
      choices: ({ chosen }) => {
        const reward = rewardOf(pairs, chosen, of);
        const picked = asked.map((list) => best(list, reward));
        return {
          foretold: foretold(pairs, chosen, of),
          gain: mean(asked.map((list) => gainOf(list.length, list.map(({ score }) => score), list.map(reward)))), // prettier-ignore
          agreement: agreementOf(asked, reward, seed),
          picks: picked.slice(0, EXAMPLES).map((yours, at) => ({ beginning: heldOut[at], yours: plain(yours), rule: plain(best(asked[at], ({ score }) => score)) })), // prettier-ignore
        };
      },
      window: ({ first, window }) => inSight(model.tokenizer, [first, ...said], window ?? model.config.context),
    };
    return { result, answer: (question) => answers[question.kind](question as never) };
  },
  card,
};

type Rewards = Record<Judge, (answer: Drawn) => number>;

const plain = ({ text, score }: Drawn): Answer => ({ text, score });
const best = (answers: readonly Drawn[], reward: (answer: Drawn) => number): Drawn =>
  answers.reduce((a, b) => (reward(b) > reward(a) ? b : a));

async function answer(
  model: LoadedModel,
  decoder: Decoder,
  beginning: string,
  { tokens, random }: { tokens: number; random: () => number },
): Promise<Drawn> {
  const { tokenizer } = model;
  const before = tokenizer.encode(beginning.trimEnd(), { bos: true }).map(({ id }) => id);
  await decoder.moveTo(before);
  const written: number[] = [];
  let likely = 0;
  while (written.length < tokens && !END.test(tokenizer.decode(written))) {
    const logits = await decoder.logits();
    const ids = topIds(logits, TOP).filter((id) => tokenizer.bytesOf(id).length > 0);
    const shares = softmax(
      Float64Array.from(ids, (id) => logits[id]),
      TEMPERATURE,
    );
    let left = random();
    const at = Math.max(
      0,
      shares.findIndex((share) => (left -= share) < 0),
    );
    likely += log(shares[at]);
    written.push(ids[at]);
    await decoder.push(ids[at]);
  }
  const text = tokenizer.decode(written);
  const states = decoder.states(before.length);
  const size = states.length / written.length;
  const features = new Float64Array(size + SEEN);
  for (let at = 0; at < states.length; at++) features[at % size] += states[at] / written.length;
  const length = written.length / tokens;
  features.set([length, length * length, new Set(written).size / written.length], size);
  return { text, score: ruleScore(text), features, tokens: written.length, likely: likely / written.length };
}

const scaledOf = (known: readonly Drawn[][]): ((features: Features) => Features) => scaling(known.flat().map(({ features }) => features), SEEN); // prettier-ignore

/** What the best of n gains over one of them, in standard deviations. */
const gainOf = (n: number, values: readonly number[], given: readonly number[]): number =>
  (bestOf(n, values, given) - mean(values)) / (standardDeviation(values) || 1);

/** The judge prefers by chance, the surer the larger the difference by the rule: Bradley and Terry's model once more. */
function rewardsOf(known: readonly Drawn[][], agreement: number, random: () => number): Rewards {
  const scaled = scaledOf(known);
  const pairs: { better: Drawn; worse: Drawn; isSwapped: boolean }[] = [];
  for (let at = 0; at < PREFERENCES.at(-1)!; at++) {
    const answers = known[at % known.length];
    const first = Math.floor(random() * answers.length);
    const second = (first + 1 + Math.floor(random() * (answers.length - 1))) % answers.length;
    const [a, b] = [answers[first], answers[second]];
    const prefersFirst = random() < sigmoid(agreement * (a.score - b.score));
    pairs.push({ ...(prefersFirst ? { better: a, worse: b } : { better: b, worse: a }), isSwapped: random() < 0.5 });
  }
  const line = (count: number, of: (drawn: Drawn) => Features, isShuffled = false): ((answer: Drawn) => number) => {
    const preferences = pairs.slice(0, count).map(({ better, worse, isSwapped }): Preference => {
      const [a, b] = [of(better), of(worse)];
      return isShuffled && isSwapped ? { better: b, worse: a } : { better: a, worse: b };
    });
    const weights = learnReward(preferences);
    return (answer) => dot(weights, of(answer));
  };
  const states = (drawn: Drawn): Features => scaled(drawn.features);
  const [fewest, few, most] = PREFERENCES;
  return {
    learned10: line(fewest, states),
    learned40: line(few, states),
    learned160: line(most, states),
    length: line(most, ({ tokens }) => Float64Array.of(tokens / 10)),
    shuffled: line(most, states, true),
    likeliest: ({ likely }) => likely,
    rule: ({ score }) => score,
  };
}

function measure(result: Result, asked: readonly Drawn[][], rewards: Rewards, seed: number): void {
  for (const judge of JUDGES) {
    const curves = asked.map((answers) => {
      const scores = answers.map(({ score }) => score);
      const given = answers.map(rewards[judge]);
      const gain = (values: readonly number[]): number[] => result.counts.map((n) => gainOf(n, values, given));
      return { rule: gain(scores), proxy: gain(given) };
    });
    const over = (of: 'rule' | 'proxy'): number[] => result.counts.map((_, at) => mean(curves.map((curve) => curve[of][at]))); // prettier-ignore
    result.gains[judge] = over('rule');
    result.proxies[judge] = over('proxy');
    result.agreement[judge] = agreementOf(asked, rewards[judge], seed);
  }
}

/** Pairs of one beginning that differ by the rule: how many the judge orders as it does. */
function agreementOf(asked: readonly Drawn[][], reward: (answer: Drawn) => number, seed: number): number {
  const random = seededRandom(seed + 17);
  let [right, all] = [0, 0];
  for (let at = 0; at < PAIRS; at++) {
    const answers = asked[at % asked.length];
    const [a, b] = [0, 1].map(() => answers[Math.floor(random() * answers.length)]);
    if (a.score === b.score) continue;
    all++;
    right += Number(reward(a) > reward(b) === a.score > b.score);
  }
  return all === 0 ? 0.5 : right / all;
}

function card({ gains, proxies, agreement, counts }: Result): Card {
  const last = (judge: Judge): number => gains[judge]!.at(-1)!;
  return {
    paper: {
      text: 'Answers of a 1.3-billion-parameter model trained on preferences were preferred to those of GPT-3 (175 billion) without such training (Ouyang et al. 2022, abstract); picked too hard by a learned reward, the true one falls again (Gao et al. 2022, abstract)',
    },
    rows: cardRows([
      { name: 'answers to pick from', value: counts.at(-1), unit: 'integer' },
      { name: 'gain by the rule, best by 10 preferences', value: last('learned10') },
      { name: 'gain by the rule, best by 40 preferences', value: last('learned40') },
      { name: 'gain by the rule, best by 160 preferences', value: last('learned160') },
      { name: 'gain by the rule, shuffled preferences (control)', value: last('shuffled') },
      { name: 'gain by the rule, length alone (control)', value: last('length') },
      { name: 'gain by the rule, the model’s own probability (baseline)', value: last('likeliest') },
      { name: 'gain by the rule, the rule itself (ceiling)', value: last('rule') },
      { name: '160 preferences ahead of shuffled ones', value: last('learned160') - last('shuffled') },
      { name: '160 preferences ahead of length alone', value: last('learned160') - last('length') },
      { name: '10 preferences: gain that the reward itself promises', value: proxies.learned10!.at(-1) },
      { name: 'held-out pairs ordered rightly, 10 preferences', value: agreement.learned10, unit: 'share' },
      { name: 'held-out pairs ordered rightly, 160 preferences', value: agreement.learned160, unit: 'share' },
    ]),
    why: {
      text: 'Best-of-n is not RLHF: nothing is trained but a weighted sum of the model’s last states, the length and the repetitions, and the model stays as it is. A rule that we know stands in for people, so that the true gain can be measured; people have no such rule. Gains are in standard deviations of a beginning’s answers. That learning from preferences helps would not have been shown if shuffled ones or the length alone picked as well, or if the gain over a drawn answer could not be told from zero. Controls may also fall behind because they pick worse than a drawn answer: being ahead of them is not enough. Whether it is more than the model’s own probability gains was not tested. Over-optimisation was not tested: that would take two values of n, fixed beforehand, between which the gain falls. What the reward of few preferences promises by itself can only grow with n, whatever the rule says of what it picks.',
    },
  };
}
