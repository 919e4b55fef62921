/** What reward comes of a person's own clicks? Which answers they compare, and what the learned reward then picks. */
import { dot } from '../../shared/dot';
import { seededRandom } from '../../shared/random';
import type { Answer, Judged, Pair } from './options';
import { learnReward, type Features, type Preference } from './reward';

/** Beginnings of which answers are compared, and pairs of each. */
const COMPARED = 8;
const ROUNDS = 2;

export interface Comparable extends Answer {
  features: Features;
}

/** Two answers to one beginning. */
export type Compared<Drawn> = Pair & { drawn: [Drawn, Drawn] };

/**
 * Pairs that a person compares: one of every beginning, then another. No answer comes twice, and none is compared with its like.
 * @param known [beginnings][answers]
 */
export function pairsFor<Drawn extends Answer>(
  beginnings: readonly string[],
  known: readonly (readonly Drawn[])[],
  seed: number,
): Compared<Drawn>[] {
  const random = seededRandom(seed + 29);
  const left = known.slice(0, COMPARED).map((answers) => {
    const distinct = [...new Map(answers.map((answer) => [answer.text.trim(), answer])).values()];
    return distinct.filter(({ text }) => text.trim() !== '');
  });
  const draw = (from: Drawn[]): Drawn => from.splice(Math.floor(random() * from.length), 1)[0];
  return Array.from({ length: ROUNDS }, () =>
    left.flatMap((answers, at): Compared<Drawn>[] => {
      if (answers.length < 2) return [];
      const drawn: [Drawn, Drawn] = [draw(answers), draw(answers)];
      return [{ beginning: beginnings[at], answers: [drawn[0].text, drawn[1].text], drawn }];
    }),
  ).flat();
}

/**
 * The reward that fits the choices, by Bradley and Terry's model.
 * @param chosen [pairs] which of the two; null: neither, which tells nothing. At least one is not null.
 * @param of what a reward sees of an answer
 */
export function rewardOf<Drawn extends Comparable>(
  pairs: readonly Compared<Drawn>[],
  chosen: readonly (0 | 1 | null)[],
  of: (drawn: Drawn) => Features,
): (answer: Drawn) => number {
  const preferences = pairs.flatMap(({ drawn }, at): Preference[] => {
    const which = chosen[at] ?? null;
    return which === null ? [] : [{ better: of(drawn[which]), worse: of(drawn[1 - which]) }];
  });
  const weights = learnReward(preferences);
  return (answer) => dot(weights, of(answer));
}

/** Of the choices, how many a reward gets right that was learned from all the others. */
export function foretold<Drawn extends Comparable>(
  pairs: readonly Compared<Drawn>[],
  chosen: readonly (0 | 1 | null)[],
  of: (drawn: Drawn) => Features,
): Judged['foretold'] {
  let [right, all] = [0, 0];
  if (chosen.filter((which) => which !== null).length < 2) return { right, all };
  chosen.forEach((which, at) => {
    if (which === null || at >= pairs.length) return;
    const others = chosen.map((each, place) => (place === at ? null : each));
    const reward = rewardOf(pairs, others, of);
    const { drawn } = pairs[at];
    all++;
    right += Number(reward(drawn[which]) > reward(drawn[1 - which]));
  });
  return { right, all };
}
