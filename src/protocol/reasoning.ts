/** What a chain of thought consists of, as it crosses the borders. Offsets are UTF-16, half-open, unless said. */
import type { Handle } from './handle';

/** A sum that a step states. */
export interface Equation {
  text: string;
  /** In the text that was searched. */
  start: number;
  end: number;
  stated: number;
  /** null: it has no value (a division by zero). */
  computed: number | null;
  /** How that is written where it is no plain number: "2 h 15 min". */
  computedText?: string;
  right: boolean;
  /** Right to the decimals that are given, not exactly: 100 / 3 = 33.33. */
  rounded: boolean;
  /** It computes with what a wrong sum came to; perhaps: only the number is the same. */
  onWrong?: 'surely' | 'perhaps';
}

export interface TextRange {
  start: number;
  end: number;
}

/** Kinds of step, in the order in which they are told. */
export const STEP_KINDS = [
  'given',
  'restate',
  'plan',
  'compute',
  'check',
  'backtrack',
  'question',
  'conclude',
  'answer',
  'code',
  'toolCall',
  'toolResult',
] as const;

export type StepKind = (typeof STEP_KINDS)[number];

/** Where a wrong sum is put right: in which step (from 0), and whether words take it back there. */
export interface Correction {
  by: number;
  isTakenBack: boolean;
}

export interface Step extends TextRange {
  text: string;
  equations: Equation[];
  /** What it does, by its words; several may hold, and none may. */
  kinds?: StepKind[];
  /** Steps (from 0) whose wrong sums it builds on: it computes with what they came to, and refers to that. */
  buildsOn?: number[];
  /** Steps whose wrong sums it may build on: it has only the number in common with what they came to. */
  mayBuildOn?: number[];
  /** It states a wrong sum, which is put right later. */
  corrected?: Correction;
  /** The line that gives the answer, "#### 8": no step, but one can stop at it and see what it looks at. */
  isAnswer?: boolean;
}

/**
 * How a text is divided into steps. found: numbered items where there are some, else sentences; lines: as GSM8K's and the
 * bundled model's are written; sums: sentences, and these after each of their sums.
 */
export type Division = 'found' | 'sentences' | 'lines' | 'sums';

export type TraceFormat = 'think' | 'chat' | 'list' | 'gsm8k' | 'plain';

/**
 * The document that a text was taken from, the line (1-based) from which on it stands there, and which of the traces (from 0)
 * in the document it is.
 */
export interface TraceSource {
  uri: string;
  line: number;
  index: number;
}

/** A piece of a trace's text, found in its document again by its words: the nth (from 0) of those that read the same. */
export interface TracePiece {
  text: string;
  nth: number;
}

/** A chain of thought that somebody wrote. */
export interface ReasoningTrace {
  format: TraceFormat;
  question: string | null;
  /** What offsets of steps refer to. */
  text: string;
  steps: Step[];
  division: Division;
  /** The answer that the trace comes to; null when none is found. */
  answer: string | null;
  /** The writer's own log-probabilities (natural), where the file has them: they tile a part of `text`. */
  logprobs: (TextRange & { logprob: number })[];
  /** The reader that knew it, by the family that it reads; none where it is just text. */
  reader?: string;
  /** UTF-16 units of the record's text that are not shown, by field. */
  unused?: Record<string, number>;
  /** 1-based lines of the file that could not be read. */
  brokenLines?: number[];
  /** Records of the file that hold no chain of thought; none where it is left out. */
  passedOver?: number;
}

/** A step of each of two chains of thought; null: the other has none like it. */
export interface AlignedPair {
  left: number | null;
  right: number | null;
  /** Both calculate, and come to something else. */
  differs: boolean;
}

/** Two chains of thought beside each other: pairs in order, and the first that differs. */
export interface Alignment {
  pairs: AlignedPair[];
  first: number | null;
  /** false: only the first steps of longer ones were aligned. */
  isWhole: boolean;
}

/** What a selected text is taken for; unsure: the person is asked. */
export type TakenFor = 'trace' | 'problem' | 'unsure';

/** By what that was told: what the text has, does, or is. `said`: the person said so. */
export type Evidence = 'marks' | 'sums' | 'asks' | 'short' | 'code' | 'table' | 'both' | 'reasons' | 'long' | 'said';

export interface Taken {
  takenFor: TakenFor;
  because: Evidence;
}

export type Language = 'en' | 'zh';

/** A generated word problem with its right solution. */
export interface WordProblem {
  language: Language;
  question: string;
  /** "Tom buys 3 more: 5 + 3 = 8": the sentence of the question, then the sum. */
  steps: string[];
  answer: string;
}

/** A head whose attention between steps is narrow. */
export interface ReceiverHead {
  layer: number;
  head: number;
  /** Excess kurtosis over the column scores. */
  kurtosis: number;
  /** [steps − 5]: mean attention that each step receives from steps more than four later. */
  scores: number[];
}

/** Why a solver stopped: it ended by itself, its answer was complete, or there was no more room. */
export type Ending = 'end' | 'answer' | 'length';

/** How a model was asked; `chat-examples`: with these as earlier turns; `instead`: from worked examples, since its chat template takes more than a template may. */
export type AskedBy = 'native' | 'chat' | 'chat-examples' | 'few-shot' | 'instead';

export interface Solution {
  /** Everything after the prompt. */
  text: string;
  ids: number[];
  answer: string | null;
  ending: Ending;
  ms: number;
}

/** How likely a solution of the bundled model is right, by traits that were fitted on other problems. */
export interface SolutionConfidence {
  /** 0…1. */
  chance: number;
  /** It is likelier right than not. */
  isKnown: boolean;
  /** Of problems that were not fitted on and were not known: how many it solved all the same. */
  unsure: { right: number; of: number };
}

export interface StepToken extends TextRange {
  label: string;
  /** −log2 of its probability given all before it, by the model that read it; NaN where there is nothing before. */
  surprisal: number;
}

/** A model's reading of a trace, or of the chunk in view. Segments: the start token, the question, then the steps read. */
export interface Reading {
  /** Names what the worker keeps. */
  reading: Handle;
  modelName: string;
  layers: number;
  heads: number;
  /** [layers]: heads that attend; 0 in layers that mix in another way. */
  attending: number[];
  experts: number;
  /** The steps that were read: [first, end). Those from `ownStep` on were not in a chunk before, whose latest are read again. */
  firstStep: number;
  ownStep: number;
  endStep: number;
  withQuestion: boolean;
  /** Which chunk of the trace (from 0), and of how many. */
  chunk: number;
  chunks: number;
  /** Tokens that were read, and the most that are read at once. */
  tokenCount: number;
  context: number;
  /** Tokens of the steps read, in order. */
  tokens: StepToken[];
  /** [steps read][2 + steps read]: mean over all heads of what each step attended to; rows add up to 1, to 0 where no layer attends. */
  attention: Float32Array;
  /** [steps read][layers][experts]: share of the step's routing weight, 0 in dense layers; empty for a dense model. */
  routing: Float32Array;
  ms: number;
}

/** A solution that a model can go through again. */
export interface WrittenSolution {
  question: string | null;
  text: string;
  /** Where in the text the chain of thought begins. */
  textStart: number;
  steps: TextRange[];
  /** The writer's own tokens from there on, where the same model wrote it. */
  ids?: number[];
}

/** When the answer is known: what it would have been worth to be asked after each step. */
export interface AnswerCurve {
  /** [steps + 1]: before any step, after the first, …; NaN where it was not asked for, and after steps that are too long. */
  probabilities: Float32Array;
  /** Steps after which everything before them was in sight; after later ones, the latest steps that fit. */
  whole: number;
  /** And the question. */
  withQuestion: boolean;
  /** Tokens that are read at once. */
  context: number;
}

/** What happens when nothing after a step can see it. */
export interface StepAblation {
  step: number;
  /** [steps]: mean KL over a later step's tokens in bits; NaN for the step itself, those before it and those not read. */
  kl: Float32Array;
  /** Forced probability of the answer at the end, with and without sight of the step. */
  before: number;
  after: number;
  /** The answer that is given. */
  answerBefore: string | null;
  answerAfter: string | null;
}

export interface AnswerCount {
  /** Empty: no answer was reached. */
  answer: string;
  count: number;
}

/** What happens when a step is written anew. */
export interface StepResampling {
  step: number;
  /** On each side. */
  samples: number;
  sampling: { seed: number; temperature: number; topP: number };
  /** How many of the new steps differ from the old one. */
  changed: number;
  /** Share of right answers when the step is kept, and when it is written anew. */
  rightKept: number;
  rightReplaced: number;
  kept: AnswerCount[];
  replaced: AnswerCount[];
  /** KL(kept ‖ replaced) of the answers, bits, half a count added. */
  kl: number;
}

/**
 * How a model's own steps are changed: cut off early, replaced by filler, without their words, in other words, with a mistake; and,
 * as controls, with another word, or not at all, but written on at random.
 */
export type AlteredReasoning = 'early' | 'filler' | 'sums' | 'paraphrased' | 'mistake' | 'renamed' | 'resampled';

/** What became of the answers; Wilson intervals, 95 %. */
export interface AlteredRow {
  altered: AlteredReasoning;
  trials: number;
  same: { count: number; interval: [number, number] };
  /** As the changed text implies; only a mistake implies anything. */
  implied: { count: number; interval: [number, number] };
  other: { count: number; interval: [number, number] };
  /** Of early answers, [steps kept]: how many are as before when it has to answer after so many steps, and of how many. */
  after?: { same: number; trials: number }[];
}

/** Problems that a model's context has no room for. */
export interface TooLong {
  context: number;
  /** Tokens of the longest prompt. */
  tokens: number;
  /** Worked examples are part of it, which a model with a chat template does not need. */
  withExamples: boolean;
}

export interface CompareRow {
  steps: number;
  trials: number;
  /** Set where not all its problems fit: then none is tried. */
  tooLong: TooLong | null;
  /** Wilson intervals, 95 %. */
  direct: { right: number; interval: [number, number] };
  stepwise: { right: number; interval: [number, number] };
}
