/** What the worker that reasons answers. */
import type {
  CompareRow,
  CutWorth,
  Language,
  Reading,
  ReceiverHead,
  ResampleWorth,
  Solution,
  WrittenSolution,
} from './reasoning';

/** The model is being read from the disk: share of its bytes. */
export type Loading = { kind: 'loading'; share: number };

export type ReasoningWorkerApi = {
  solve: {
    params: {
      modelPath: string;
      question: string;
      withSteps: boolean;
      /** Steps to go on from. */
      written?: string;
    };
    result: Solution & { modelName: string; prompt: 'native' | 'chat' | 'few-shot' };
    progress: Loading | { kind: 'text'; text: string };
  };
  /** Kept until `release`. `view` is the step that must be read where not all can be. */
  read: { params: { modelPath: string; solution: WrittenSolution; view: number }; result: Reading; progress: Loading };
  /** [layers · heads][2 + steps read]: what one of the steps read attended to, head by head. */
  heads: { params: { reading: number; step: number }; result: Float32Array };
  /** The narrowest heads, with the step × step matrix of each. */
  receivers: {
    params: { reading: number; top: number };
    result: { heads: ReceiverHead[]; matrices: Float32Array[] };
  };
  release: { params: { reading: number }; result: void };
  /** [steps + 1]: probability of the answer before any step, after the first, … */
  curve: {
    params: { modelPath: string; solution: WrittenSolution; answer: string };
    result: Float32Array;
    progress: Loading | { kind: 'point'; done: number; probability: number };
  };
  cut: {
    params: { modelPath: string; solution: WrittenSolution; answer: string; steps: number[] };
    result: CutWorth[];
    progress: Loading | { kind: 'cut'; worth: CutWorth };
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
    result: ResampleWorth;
    progress: Loading | { kind: 'sample'; done: number; worth: ResampleWorth };
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
};

/** The worker asks nothing of the host. */
export type ReasoningHostApi = Record<never, never>;
