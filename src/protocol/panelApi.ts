/** The border between the Explain Attention panel (webview) and its host. */
import type { Candidate, Explanation, ExplainProgress, Look, RoleScores, Tile, TrainingCard } from './explanation';
import type { ExportViewApi } from './exporting';
import type { ReadingMethod, ReadingWorkerApi } from './readingApi';
import type { TileParams, WeightsParams } from './workerApi';

/** What the page may ask. Questions about weights go on to the worker; `trace` is filled in by the host. */
export type ExplainPanelHostApi = {
  /** The page listens now; the host sends again everything the page needs to draw the present state. */
  ready: { params: Record<never, never>; result: void };
  tile: { params: Omit<TileParams, 'trace'>; result: Tile };
  weights: { params: Omit<WeightsParams, 'trace'> & OfRun; result: Float32Array };
  predictions: { params: { position: number; top: number; ids?: readonly number[] }; result: Candidate[] };
  cancel: { params: Record<never, never>; result: void };
  retry: { params: Record<never, never>; result: void };
  /** Runs the text on show once more under these interventions, in canonical form; none: as it is, to the last bit. */
  intervene: { params: { edits: readonly string[] }; result: void };
  /** Puts a text on the clipboard. */
  copy: { params: { text: string }; result: void };
  /** Asks the person where to save a list of interventions. */
  saveEdits: { params: { text: string }; result: void };
  /** A list of interventions that the person picks; null: none. */
  openEdits: { params: Record<never, never>; result: { name: string; text: string } | null };
  /** What is selected in an editor, another than the explained text where there is one; null: nothing. */
  selectedText: { params: Record<never, never>; result: string | null };
  chooseModel: { params: Record<never, never>; result: void };
  /** Explains the same text by the model at this age, in this panel alone and until a model is chosen. */
  explainAt: { params: { age: number }; result: void };
  /** Asks the person what of it to save, and where. */
  exportFile: { params: Record<never, never>; result: void };
  /** Explain what the editor shows now instead of the cut selection. */
  explainVisible: { params: Record<never, never>; result: void };
  /** Explains a text that was typed in the panel and stands in no document. */
  explainTyped: { params: { text: string }; result: void };
  /** Puts this text where the explained one was taken from, as one edit that can be undone. `over`: the document’s text that it was typed over. */
  writeBack: { params: { text: string; over?: string }; result: void };
  /** Whether the document's text is explained again while it is edited there. */
  follow: { params: { on: boolean }; result: void };
  /** Marks the token's characters in the editor; null takes the mark away. */
  mark: { params: { token: number | null }; result: void };
  /** Moves the editor's cursor to the token and shows it. */
  reveal: { params: { token: number }; result: void };
  /** What the page looks at now, for the heat in the editor. */
  look: { params: Look; result: void };
  /** Functions, classes and foldable blocks of the explained text, outer ones first; [] where the language knows none. */
  syntax: { params: Record<never, never>; result: SyntaxNode[] };
  /** Definition ↔ use and enclosing symbol, from the editor's language support; [] where it knows none. */
  codeRoles: { params: Record<never, never>; result: RoleScores[] };
} & ReadingPanelApi;

/** Questions of the reading views go on to the worker as they are. */
type ReadingPanelApi = {
  [Name in ReadingMethod]: {
    params: Omit<ReadingWorkerApi[Name]['params'], 'trace'> & OfRun;
    result: ReadingWorkerApi[Name]['result'];
    /** 0 … 1, of what takes long. */
    progress: number;
  };
};

/** `clean`: of the same text without interventions, where the run on show has some. */
export interface OfRun {
  clean?: boolean;
}

/** A piece of the explained text that belongs together: half-open UTF-16 range. */
export interface SyntaxNode {
  name: string;
  start: number;
  end: number;
}

/** Where the explained text stands. */
export interface Subject {
  /** Name of the document as people know it, e.g. "sample.ts". */
  title: string;
  /** 1-based lines of the document. */
  firstLine: number;
  lastLine: number;
  /** 1-based column at which the text begins, where that is not the line’s beginning. */
  firstColumn?: number;
  /** What was taken: the selection, the enclosing symbol (with its name) or block, the line, the visible part, or what was typed in the panel. */
  origin: 'selection' | 'symbol' | 'line' | 'visible' | 'typed';
  symbol?: string;
  /** The text itself, in the document's own layout. */
  text: string;
  /** What to look for in it, in the person's language: of the ready texts. */
  notice?: readonly string[];
  /** The editor's tab width, for drawing tabs. */
  tabSize: number;
}

/** One model at several ages: tokens that it has been trained on. */
export interface Ages {
  /** Youngest first. */
  all: readonly number[];
  /** Of the model that explains; null: it is another one. */
  at: number | null;
}

/** Entries of the context menu; `cutHere`: at the token that looks only; `open`: all that can be done. */
export type InterveneAct = 'cut' | 'cutHere' | 'keepOnly' | 'halve' | 'swap' | 'ban' | 'open';

/** One or several: what comes at the same moment is one message, so that the page draws it in one frame. */
export type PanelEvent = SingleEvent | { kind: 'together'; events: readonly SingleEvent[] };

export type SingleEvent =
  /**
   * `edited`: of a run under interventions; the one before it that had none stays at hand for comparison. `ages`: where the text
   * can be explained at another one.
   */
  | { kind: 'begin'; subject: Subject; modelName: string; ages?: Ages; edited?: boolean }
  | { kind: 'progress'; progress: ExplainProgress }
  /** `row`: what the page will colour first, where the extension knows. */
  | { kind: 'done'; explanation: Explanation }
  /** `message` is translated and says what, where and what to do; the last good result stays visible. */
  | { kind: 'failed'; message: string; canRetry: boolean }
  | { kind: 'cancelled' }
  /** A command: do it to what the context menu was opened on (`here`), or open what can be done to that or to what is looked at. */
  | { kind: 'intervene'; act: InterveneAct; here: boolean }
  /** The editor's cursor stands in this token now. */
  | { kind: 'query'; token: number }
  /** The document has changed since; the explanation is of the text before. */
  | { kind: 'stale'; stale: boolean }
  | { kind: 'hash'; sha256: string; training?: TrainingCard };

export type ExplainPanelViewApi = {
  event: { params: PanelEvent; result: void };
} & ExportViewApi;
