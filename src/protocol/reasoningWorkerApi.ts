/** What the worker that reasons answers. */
import type { Handle, ReleaseApi } from './handle';
import type {
  Alignment,
  AlteredRow,
  AnswerCurve,
  AskedBy,
  CompareRow,
  StepAblation,
  Division,
  Language,
  Reading,
  ReasoningTrace,
  ReceiverHead,
  StepResampling,
  Taken,
  Solution,
  SolutionConfidence,
  Step,
  TextRange,
  WrittenSolution,
} from './reasoning';
import type { SpentTokens } from './testTime';

/** The model is being read from the disk: share of its bytes. */
export type Loading = { kind: 'loading'; share: number };

/** A text is being read, or its sums are checked: of that part of the work. */
export type Importing = { kind: 'importing'; percent: number; /** Of a file that takes long. */ megabytes?: number };

/** One of several chains of thought in a file. */
export interface TraceCard {
  /** 1-based line of its record. */
  line: number;
  /** Its question, or how it begins. */
  label: string;
  steps: number;
  /** Whole. */
  question: string | null;
}

export type ReasoningWorkerApi = {
  /** The chains of thought in a file's bytes; kept until one is taken. Throws Problem as `importTraces` does, or input-binary. */
  importFile: {
    params: { bytes: Uint8Array; name: string };
    result: { kept: Handle; cards: TraceCard[] };
    progress: Importing;
  };
  /** The same for a selected text; no cards where it is a question, or may be one. `asTrace`: whatever it seems to be. */
  importText: {
    params: { text: string; name: string; asTrace?: boolean };
    result: { kept: Handle; cards: TraceCard[]; taken: Taken };
    progress: Importing;
  };
  /** Some of those, their sums checked; they are not kept any longer. */
  takeImported: { params: { kept: Handle; indices: number[] }; result: ReasoningTrace[]; progress: Importing };
  /** Which step of one does the work of which step of the other. */
  align: { params: { left: Step[]; right: Step[] }; result: Alignment };
  /** A completion of an OpenAI-compatible server as a chain of thought; one that has no steps is one step. */
  completion: { params: { completion: object; question: string }; result: ReasoningTrace };
  /** Divides a part of a text into steps, or takes the person's own; their sums are checked. */
  divide: {
    params: { text: string; into: TextRange[] | ({ by: Division } & TextRange); question?: string | null };
    result: Step[];
    progress: Importing;
  };
  solve: {
    params: {
      modelPath: string;
      question: string;
      withSteps: boolean;
      /** Steps to go on from. */
      written?: string;
    };
    /** `confidence`: of the bundled model, step by step from the beginning; null otherwise. */
    result: Solution & { modelName: string; prompt: AskedBy; confidence: SolutionConfidence | null };
    progress: Loading | { kind: 'text'; text: string };
  };
  /** Its reading is kept until `release`. `view` is the step that must be read where not all can be. */
  read: { params: { modelPath: string; solution: WrittenSolution; view: number }; result: Reading; progress: Loading };
  /** [layers · heads][2 + steps read]: what one of the steps read attended to, head by head. */
  heads: { params: { reading: Handle; step: number }; result: Float32Array };
  /** The narrowest heads, with the step × step matrix of each. */
  receivers: {
    params: { reading: Handle; top: number };
    result: { heads: ReceiverHead[]; matrices: Float32Array[] };
  };
  /** Forced after `from` to `to` steps, both included. */
  curve: {
    params: { modelPath: string; solution: WrittenSolution; answer: string; from: number; to: number };
    result: AnswerCurve;
    progress: Loading | { kind: 'point'; done: number; probability: number };
  };
  cut: {
    params: { modelPath: string; solution: WrittenSolution; answer: string; steps: number[] };
    result: StepAblation[];
    progress: Loading | { kind: 'cut'; ablation: StepAblation };
  };
  resample: {
    params: {
      modelPath: string;
      solution: WrittenSolution;
      answer: string;
      step: number;
      count: number;
      seed: number;
    };
    result: StepResampling;
    progress: Loading | { kind: 'sample'; done: number; resampling: StepResampling };
  };
  compare: {
    params: {
      modelPath: string;
      seed: number;
      count: number;
      steps: number[];
      language: Language | 'both';
      unseen: boolean;
    };
    result: CompareRow[];
    progress: Loading | { kind: 'rows'; done: number; rows: CompareRow[] };
  };
  /** Of problems that the model solves rightly, with its steps changed. */
  usedReasoning: {
    params: { modelPath: string; seed: number; count: number; steps: number; language: Language | 'both' };
    result: AlteredRow[];
    progress: Loading | { kind: 'altered'; done: number; rows: AlteredRow[] };
  };
  /** Right answers against tokens, by the way in which they are spent. */
  testTime: {
    params: {
      modelPath: string;
      seed: number;
      count: number;
      steps: number;
      samples: number;
      temperature: number;
      language: Language | 'both';
    };
    result: SpentTokens;
    progress: Loading | { kind: 'spent'; done: number; spent: SpentTokens };
  };
} & ReleaseApi;
