/** What can be changed in the comparison of dense nets and mixtures, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  mostExperts: number;
  used: number;
  balance: number;
  facts: number;
  common: number;
  steps: number;
  texts: number;
}

export const controls: Controls<Options> = {
  mostExperts: {
    kind: 'choice',
    label: 'Most experts',
    default: 64,
    small: 16,
    values: [
      { value: 16, label: '16' },
      { value: 64, label: '64' },
      { value: 128, label: '128' },
    ],
  },
  used: {
    kind: 'choice',
    label: 'Experts used by each token',
    default: 1,
    values: [
      { value: 1, label: '1, as in Switch' },
      { value: 2, label: '2, of half the size' },
    ],
  },
  balance: {
    kind: 'choice',
    label: 'Weight of the balance loss',
    default: 0.1,
    values: [
      { value: 0.01, label: '0.01, as in Switch' },
      { value: 0.1, label: '0.1' },
      { value: 1, label: '1' },
    ],
  },
  facts: {
    kind: 'choice',
    label: 'Facts to learn',
    default: 16_384,
    small: 1024,
    values: [
      { value: 1024, label: '1,024' },
      { value: 4096, label: '4,096: the dense net has room for them' },
      { value: 16_384, label: '16,384' },
    ],
  },
  common: {
    kind: 'choice',
    label: 'What all inputs have in common',
    default: 0,
    values: [
      { value: 0, label: 'nothing' },
      { value: 0.5, label: 'a part, as activations inside deep nets' },
    ],
  },
  steps: { kind: 'fixed', label: 'Steps', default: 336, small: 24 },
  texts: { kind: 'fixed', label: 'Texts of a topic', default: 16, small: 2 },
};

/** One net while it learns. */
export interface Curve {
  /** 1: the dense net. */
  experts: number;
  used: number;
  /** Weight of the balance loss. */
  balance: number;
  parameters: number;
  /** Share of the parameters that one token uses. */
  active: number;
  /** [points]: millions of floating-point operations spent by then, forward and backward, the router's among them. */
  compute: number[];
  /** [points]: mean cross-entropy on the facts that were never shown, bits a fact. */
  loss: number[];
  /** After the last step, on the facts never shown; null until then. */
  end: {
    loss: number;
    right: number;
    /** On the facts that were shown. */
    rightShown: number;
    /** [experts]: share of the choices that fell on each. */
    load: number[];
    /** Coefficient of variation of the load: 0 when all are equal. */
    variation: number;
  } | null;
}

/** The bundled model's routers on a text. */
export interface BundledLoad {
  /** null: the sample that comes with the entry. */
  title: string | null;
  tokens: number;
  experts: number;
  used: number;
  /** [layers][experts]: share of the choices. */
  load: number[][];
  /** [layers]: coefficient of variation. */
  variation: number[];
  /** What even routers would show on so few tokens, by chance. */
  chance: number;
}

export const TOPICS = ['english', 'chinese', 'problems', 'code'] as const;
export type TopicName = (typeof TOPICS)[number];

/** All in bits. */
export interface TopicLayer {
  /** Entropy of the first expert. */
  expert: number;
  /** What the token tells of it, less what tokens dealt out anew tell. */
  token: number;
  /** What the topic tells beyond the token, less what topics dealt out anew among the texts tell. */
  topic: number;
  /** Share of such deals, the true one counted, in which the topic tells as much. */
  asMuch: number;
}

export interface TopicOrToken {
  texts: { name: TopicName; texts: number }[];
  /** Tokens read that stand in two topics or more, and how many different ones. */
  places: number;
  tokens: number;
  layers: TopicLayer[];
}

export interface Result {
  /** The dense net first, then mixtures by number of experts, all with the balance loss. */
  curves: Curve[];
  /** The largest mixture once more, without the balance loss. */
  unbalanced: Curve | null;
  bundled: BundledLoad | null;
  /** null: not read yet, or a dense model. */
  topics: TopicOrToken | null;
}
