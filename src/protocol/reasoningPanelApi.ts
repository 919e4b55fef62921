/** The border between the chain-of-thought panel (webview) and its host. The page keeps the trace; the host, nothing. */
import type { Language, ReasoningTrace, Step, TextRange, WordProblem } from './reasoning';
import type { ReasoningWorkerApi } from './reasoningWorkerApi';

/** A worker's method as the page asks it: the host adds the model. */
type OfWorker<Name extends keyof ReasoningWorkerApi> = {
  params: Omit<ReasoningWorkerApi[Name]['params'], 'modelPath'>;
  result: ReasoningWorkerApi[Name]['result'];
  progress: ReasoningWorkerApi[Name] extends { progress: infer Progress } ? Progress : never;
};

/** Errors arrive with a message that is translated and says what, where and what to do. */
export type ReasoningPanelHostApi = {
  /** The page listens now. */
  ready: { params: Record<never, never>; result: { modelName: string } };
  /** Fresh problems, equal for equal seeds. */
  problems: {
    params: { seed: number; count: number; steps: number; language: Language | 'both' };
    result: WordProblem[];
  };
  /** Divides a text into steps, or checks the steps of a division of the person's own. */
  divide: { params: { text: string; ranges: TextRange[] | null }; result: Step[] };
  solve: OfWorker<'solve'>;
  read: OfWorker<'read'>;
  heads: OfWorker<'heads'>;
  receivers: OfWorker<'receivers'>;
  release: OfWorker<'release'>;
  curve: OfWorker<'curve'>;
  cut: OfWorker<'cut'>;
  resample: OfWorker<'resample'>;
  compare: OfWorker<'compare'>;
  /** Asks for a file; what is in it comes as an event. */
  importFile: { params: Record<never, never>; result: void };
  chooseModel: { params: Record<never, never>; result: void };
  /** Asks where to, and writes it there; false when the person thought better of it. */
  save: { params: { extension: 'md' | 'json' | 'svg' | 'png'; content: string | Uint8Array }; result: boolean };
};

export type ReasoningPanelEvent =
  /** A problem to be solved at once. */
  | { kind: 'problem'; question: string }
  /** A trace from a file or a selection; `title` names it. */
  | { kind: 'trace'; title: string; trace: ReasoningTrace; others: number }
  | { kind: 'failed'; message: string }
  /** Another model was chosen. */
  | { kind: 'model'; modelName: string };

export type ReasoningPanelViewApi = {
  event: { params: ReasoningPanelEvent; result: void };
};
