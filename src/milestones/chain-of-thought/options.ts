/** What can be changed in the measurement of worked steps, and what it shows. */
import type { Controls } from '../../protocol/milestones';

export interface Options {
  problems: number;
  mostSteps: number;
  scenes: 'seen' | 'unseen';
  language: 'both' | 'en' | 'zh';
  prompted: number;
  corrupted: number;
}

export const controls: Controls<Options> = {
  problems: {
    kind: 'number',
    label: 'Problems of each length',
    default: 16,
    small: 3,
    min: 2,
    max: 100,
    step: 1,
  },
  mostSteps: {
    kind: 'choice',
    label: 'Longest problems',
    default: 6,
    small: 3,
    values: [
      { value: 3, label: '3 steps' },
      { value: 6, label: '6 steps' },
      { value: 8, label: '8 steps' },
    ],
  },
  scenes: {
    kind: 'choice',
    label: 'Stories',
    default: 'seen',
    values: [
      { value: 'seen', label: 'of kinds it was trained on' },
      { value: 'unseen', label: 'of kinds it never saw' },
    ],
  },
  language: {
    kind: 'choice',
    label: 'Language of the problems',
    default: 'both',
    values: [
      { value: 'both', label: 'English and Chinese' },
      { value: 'en', label: 'English' },
      { value: 'zh', label: 'Chinese' },
    ],
  },
  prompted: { kind: 'fixed', label: 'Problems asked with worked examples', default: 20, small: 2 },
  corrupted: { kind: 'fixed', label: 'Solutions in which a step is changed', default: 32, small: 2 },
};

/** Problems of one length, each answered twice. */
export interface LengthRow {
  steps: number;
  /** [problems asked so far]: whether the answer was right. */
  direct: boolean[];
  worked: boolean[];
}

/** One way to ask, with so many worked examples before the question. */
export interface PromptRow {
  /** The words that the model was trained on, or the paper's "Q: … A: …". */
  form: 'trained' | 'paper';
  examples: number;
  /** Whether the examples show steps, or only answers. */
  worked: boolean;
  /** [problems asked so far] */
  right: boolean[];
}

export interface Sample {
  question: string;
  expected: string;
  direct: string | null;
  worked: string | null;
  text: string;
}

/** [solutions]: what the model's next step begins with. */
export interface CorruptedRow {
  /** After a step whose number was changed. */
  wrong: ('propagated' | 'restored' | 'other')[];
  /** After full stops and intact steps: whether with the right number. */
  strange: boolean[];
}

export interface Result {
  lengths: LengthRow[];
  prompts: PromptRow[];
  /** Of right solutions of four steps or more. */
  corrupted: CorruptedRow;
  /** The longest problem that it solved step by step and got wrong at once; null when there is none. */
  sample: Sample | null;
}
