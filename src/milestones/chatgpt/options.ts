/** What can be changed in ChatGPT's experiment, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  samples: number;
  agreement: number;
  prompts: number;
  tokens: number;
}

export const controls: Controls<Options> = {
  samples: {
    kind: 'choice',
    label: 'Answers for each held-out beginning',
    default: 32,
    small: 4,
    values: [
      { value: 4, label: '4' },
      { value: 16, label: '16' },
      { value: 32, label: '32' },
      { value: 64, label: '64' },
    ],
  },
  agreement: {
    kind: 'choice',
    label: 'How surely the judge follows the rule',
    default: 1,
    values: [
      { value: 0.3, label: 'weakly' },
      { value: 1, label: 'mostly' },
      { value: 5, label: 'nearly always' },
    ],
  },
  prompts: { kind: 'fixed', label: 'Beginnings to learn from', default: 20, small: 2 },
  tokens: { kind: 'fixed', label: 'Tokens of an answer, at most', default: 24, small: 6 },
};

/** Preferences that a reward is learned from. */
export const PREFERENCES = [10, 40, 160] as const;
/** What picks the best of n: learned rewards, controls, the model's own probability, and the rule itself as ceiling. */
export const JUDGES = ['learned10', 'learned40', 'learned160', 'length', 'shuffled', 'likeliest', 'rule'] as const;
export type Judge = (typeof JUDGES)[number];

export interface Answer {
  text: string;
  /** By the rule. */
  score: number;
}

export interface Example {
  beginning: string;
  /** The first that was drawn, and the picks among all. */
  first: Answer;
  picks: Record<'learned10' | 'learned160' | 'length' | 'rule', Answer>;
}

export interface Result {
  /** Answers that were drawn so far, and how many there will be. */
  drawn: number;
  all: number;
  /** Some answers with their scores, for the first picture. */
  sample: Answer[];
  /** 1, 2, 4 …: as many answers as there are. */
  counts: number[];
  /** Upper bound of how far the best of n goes from the model, in nats: ln n − (n − 1) / n. */
  divergence: number[];
  /** By judge: gain of the rule's score over a drawn answer's, in standard deviations of a beginning's answers: [counts]. */
  gains: Partial<Record<Judge, number[]>>;
  /** The same for the reward itself, whose scale is that of its own answers. */
  proxies: Partial<Record<Judge, number[]>>;
  /** Share of held-out pairs that a judge orders as the rule does. */
  agreement: Partial<Record<Judge, number>>;
  examples: Example[];
}

/** Two answers that a person compares. */
export interface Pair {
  beginning: string;
  answers: [string, string];
}

export type Question =
  | { kind: 'pairs' }
  /** [pairs] which of the two was chosen; null: neither. At least one is chosen. */
  | { kind: 'choices'; chosen: (0 | 1 | null)[] }
  /** `first`: what was said before all else; `window`: tokens, the model's own where null. */
  | { kind: 'window'; first: string; window: number | null };

/** What comes of a person's choices. */
export interface Judged {
  /** Choices that a reward orders rightly which was learned from all the others, and how many were asked. */
  foretold: { right: number; all: number };
  /** Gain of the best of all answers, by the rule, in standard deviations of a beginning's answers. */
  gain: number;
  /** Held-out pairs that the reward orders as the rule does: a share. */
  agreement: number;
  picks: { beginning: string; yours: Answer; rule: Answer }[];
}

export interface InSight {
  /** Tokens that the model reads at most, and how many of them are left for what is said. */
  window: number;
  room: number;
  /** [turns] tokens up to the end of each; the first turn is what was said before all else. */
  totals: number[];
  /** The first turn by which nothing of the first one is in sight; null: some of it always is. */
  gone: number | null;
  /** The last words that are out of sight at the end, and the first that are not. */
  edge: { out: string; in: string };
}

export interface Asked {
  pairs: Pair[];
  choices: Judged;
  window: InSight;
}
