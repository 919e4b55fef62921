/**
 * What an experiment of the Milestone History is, as the worker, the command line and the page agree on it. No DOM, no
 * Node: an entry's options.ts uses these types on both sides. src/milestones/README.md tells how to add an entry.
 */
import type { Handle } from './handle';

/** English with `{0}` places; the English text is the key of the translation. */
export interface Words {
  text: string;
  args?: (string | number)[];
}

/** One thing a person can change. `small` is its value for tests (about 3 s with all of them). */
export type Control<Value> = {
  label: string;
  default: Value;
  /** Without it: as `default`. */
  small?: Value;
} & (
  | { kind: 'choice'; values: readonly { value: Value; label: string }[] }
  | { kind: 'number'; min: number; max: number; step: number }
  | { kind: 'toggle' }
  | { kind: 'text'; maxLength: number }
  /** Not shown: differs only between the default run and the small one. */
  | { kind: 'fixed' }
);

/** Options are plain values, so that they can be kept, sent and written on a card. */
export type OptionValues = Record<string, string | number | boolean>;
export type Controls<Options> = { [Name in keyof Options]: Control<Options[Name]> };

/** What an experiment reads apart from its options. The host collects only what is asked for. */
export interface Needs {
  /** Texts of the open workspace, at most so many characters in all (the largest share goes to the nearest files). */
  workspaceCharacters?: number;
  /** The editor's selection, else the visible part. */
  selection?: boolean;
  /** Language models it loads. */
  models?: readonly ('default' | 'reasoner')[];
}

export interface WorkspaceText {
  /** Path relative to the workspace, with `/`. */
  name: string;
  text: string;
}

/** Where the texts of a run are from: the open workspace or, where that has too little, the words of this history. */
export type TextsFrom = 'workspace' | 'history';

/** A text the person has selected. */
export interface SelectedText {
  title: string;
  text: string;
}

/** What the host gives with a run; paths because the worker opens files itself. */
export interface HostInputs {
  workspace: WorkspaceText[];
  selection: SelectedText | null;
  /** Paths of GGUF files. */
  models: { default: string; reasoner: string };
  /** The extension's media folder. */
  media: string;
}

/** Paper's number · our number · why they differ. */
export interface Card {
  paper: Words;
  /** Ours, in the order in which they are read. A run may lack one (a time to success of what never succeeded). */
  rows: CardRow[];
  why: Words;
  /** Set where an option is not the usual one: what `why` tells of outcomes is told of the usual run. */
  isUnusual?: boolean;
}

/** What makes a run a test, and what it found; required of every experiment. */
export interface Trial {
  /** What can be had without the thing that is tested. */
  baseline: Words;
  /** What else could have made the effect, and how it is kept apart. */
  control: Words;
  /** The outcome that would have shown the claim to be wrong. */
  falsifiedBy: Words;
  /** The one finding, from the rows of a run's card or of five seeds; a run may lack one of them. */
  finding(row: (name: string) => FoundRow | undefined): Finding;
}

export type FoundRow = Pick<CardRow, 'value'> & { interval?: readonly number[] };

/** English with `{0}` places, which the numbers of these rows take. */
export interface Finding {
  text: string;
  rows: string[];
  /** Those of `rows` that are written with their interval: measured on so few that the number alone says too much. */
  withInterval?: string[];
}

export interface CardRow {
  /** English, translated as it stands. */
  name: string;
  value: number;
  /** How it is written; without one it is a plain number. */
  unit?: Unit;
  /** 95 %; where one model is measured, by bootstrap over texts. */
  interval?: [low: number, high: number];
}

/**
 * share: a proportion, 0 … 1. points: a difference of shares, −1 … 1, written in percentage points. percent: written like a
 * share, but below 0 or above 1 as well, e.g. how much of a gap is closed.
 */
export type Unit = 'share' | 'points' | 'percent' | 'ms' | 'bytes' | 'bits' | 'times' | 'integer';

export interface Progress<Result = unknown> {
  /** 0 … 1 */
  done: number;
  note: Words;
  /** What can be drawn already. */
  partial?: Result;
}

export interface RunReport<Result = unknown> {
  /** By which follow-up questions name this run; null where there are none to ask. */
  run: Handle | null;
  /** Equal for equal options, seed and inputs, on every machine. */
  result: Result;
  card: Card;
  timings: { totalMs: number; firstPictureMs: number } & Record<string, number>;
}

/** A run of the five seeds' check, kept so that an entry has its picture before anybody runs it. */
export interface RecordedRun<Result = unknown> {
  options: OptionValues;
  seed: number;
  /** SHA-256 of the bundled model, where the experiment runs it; recordings of before 30 November 2026 say none. */
  model?: string;
  result: Result;
  timings: RunReport['timings'];
}

export type MilestoneWorkerApi = {
  /** What the experiment reads, so that the host collects only that. */
  needs: { params: { id: string }; result: Needs };
  /** While paused, the run waits where it next reports. */
  pause: { params: { paused: boolean }; result: void };
  run: {
    params: { id: string; options: OptionValues; seed: number; inputs: HostInputs };
    result: RunReport;
    progress: Progress;
  };
  /** A small follow-up on a finished run; throws Problem trace-gone when it is no longer kept. */
  ask: { params: { run: Handle; question: unknown }; result: unknown };
  /** Answers when nothing runs any more: a cancelled run has let go. */
  settled: { params: Record<never, never>; result: void };
};

/** checked.json of an entry: `npm run check:milestones`. */
export interface CheckedNumbers {
  /** Of the card of the first seed. */
  paper: Words;
  why: Words;
  commit: string;
  /** ISO date; files of before have none. */
  date?: string;
  machine: string;
  seeds: number[];
  /** SHA-256 of the bundled model, where the experiment runs it. */
  model?: string;
  /** Means over the seeds, with what `interval` is over; unit and interval are written as JSON knows them. */
  rows: { name: string; value: number; unit?: string; interval?: number[]; over?: string }[];
  timings: Record<string, number>;
}
