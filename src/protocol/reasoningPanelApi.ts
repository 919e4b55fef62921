/** The border between the chain-of-thought panel (webview) and its host. The page keeps the trace; the host, nothing. */
import type { ExportViewApi, WantedExport } from './exporting';
import type { Language, ReasoningTrace, Taken, WordProblem, TracePiece, TraceSource } from './reasoning';
import type { Importing, ReasoningWorkerApi } from './reasoningWorkerApi';

/** A worker's method as the page asks it: the host adds the model. */
type OfWorker<Name extends keyof ReasoningWorkerApi> = {
  params: Omit<ReasoningWorkerApi[Name]['params'], 'modelPath'>;
  result: ReasoningWorkerApi[Name]['result'];
  progress: ReasoningWorkerApi[Name] extends { progress: infer Progress } ? Progress : never;
};

/** Errors arrive with a message that is translated and says what, where and what to do. */
export type ReasoningPanelHostApi = {
  /** The page listens now. `server`: what is asked where the person chooses a server; empty where none is set. */
  ready: { params: Record<never, never>; result: { modelName: string; server: string } };
  /** Fresh problems, equal for equal seeds. */
  problems: {
    params: { seed: number; count: number; steps: number; language: Language | 'both' };
    result: WordProblem[];
  };
  divide: OfWorker<'divide'>;
  /**
   * Traces to be laid beside the one on show: those of its file that answer the same question, else of a file that the
   * person chooses. Empty: the person thought better of it.
   */
  others: {
    params: { source: TraceSource | null; question: string | null };
    result: { title: string; trace: ReasoningTrace; source: TraceSource }[];
    progress: Importing;
  };
  align: { params: ReasoningWorkerApi['align']['params']; result: ReasoningWorkerApi['align']['result'] };
  /** A selected text as a chain of thought, whatever it was taken for. null: it has no steps. */
  readText: {
    params: { title: string; text: string };
    result: ReasoningTrace | null;
    progress: Importing;
  };
  /**
   * Puts a question to another solver; what comes back is an event, since it may come while the page is hidden. Asked again
   * for a question that is under way, it follows that one.
   */
  ask: {
    params: { question: string; expected: string | null; whom: Whom };
    result: void;
    progress: { kind: 'text'; text: string };
  };
  /** Asks for the address of a server. */
  connectServer: { params: Record<never, never>; result: void };
  solve: OfWorker<'solve'>;
  read: OfWorker<'read'>;
  heads: OfWorker<'heads'>;
  receivers: OfWorker<'receivers'>;
  release: OfWorker<'release'>;
  curve: OfWorker<'curve'>;
  cut: OfWorker<'cut'>;
  resample: OfWorker<'resample'>;
  compare: OfWorker<'compare'>;
  usedReasoning: OfWorker<'usedReasoning'>;
  testTime: OfWorker<'testTime'>;
  /** Asks for a file; what is in it comes as an event. Its reading is told from when the file is chosen. */
  importFile: { params: Record<never, never>; result: void; progress: Importing };
  /** Selects a piece of the trace in its document, which is opened only where `open`. false: it does not stand there so. */
  reveal: { params: { source: TraceSource; piece: TracePiece; open: boolean }; result: boolean };
  /** The wrong sums of the trace on show, marked in its document while the panel is open. null: it has no document. */
  mark: { params: { source: TraceSource | null; sums: WrongSum[] }; result: void };
  chooseModel: { params: Record<never, never>; result: void };
  /** As the command exports it; false when the person thought better of it. */
  export: { params: WantedExport; result: boolean };
};

/** `is`: what the sum comes to, as written; null: it has no value. */
export interface WrongSum extends TracePiece {
  is: string | null;
  corrected: boolean;
}

/** Who solves besides the loaded model: a server that the person runs, or a model that VS Code knows of. */
export type Whom = 'server' | 'vscode';

/** What another solver has written. */
export interface Answered {
  whom: Whom;
  modelName: string;
  /** Of a server. */
  address: string | null;
  expected: string | null;
  trace: ReasoningTrace;
  ending: 'end' | 'length' | 'broken';
  /** Why it is not whole. */
  message: string | null;
}

export type ReasoningPanelEvent =
  /** What a selected text was taken for; what follows from that comes next, unless it is for the person to say. */
  | { kind: 'selected'; title: string; text: string; taken: Taken; source?: TraceSource }
  /** Nothing was selected, and the document that is open holds a chain of thought: to be read where the person says so. */
  | { kind: 'offered'; title: string; text: string; source: TraceSource }
  /** A problem to be solved at once. */
  | { kind: 'problem'; question: string }
  /** A trace from a file or a selection; `title` names it. */
  | { kind: 'trace'; title: string; trace: ReasoningTrace; others: number; source?: TraceSource }
  | { kind: 'answered'; answered: Answered }
  | { kind: 'failed'; message: string }
  /** Another model was chosen. */
  | { kind: 'model'; modelName: string }
  /** Another server. */
  | { kind: 'server'; server: string };

export type ReasoningPanelViewApi = {
  event: { params: ReasoningPanelEvent; result: void };
} & ExportViewApi;
