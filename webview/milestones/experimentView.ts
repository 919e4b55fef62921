/** The page's side of an experiment: how its result is drawn. Controls are drawn by the page from what is declared. */
import type { CheckedNumbers, Controls, Trial, Words } from '../../src/protocol/milestones';
import type { Axis } from '../shared/plot/axis';
import type { Points } from './curveApart';

export interface ViewStage {
  /** What the person has set in the view itself; see keptField.ts. */
  readonly kept: KeptInputs;
  /** A follow-up question on the finished result; rejects when the result is no longer kept. */
  ask<Answer>(question: unknown): Promise<Answer>;
  /** Puts the view's log into an MCAP file that the person names; false: none was named. */
  saveLog(): Promise<boolean>;
  /** Read out by screen readers. */
  say(text: string): void;
}

/** Plain values that outlive the page: it is taken down when its panel is hidden. */
export interface KeptInputs {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

/** Of a finished run, as an MCAP file. */
export interface Log {
  title: string;
  /** Rejects when the run is no longer kept. */
  read(): Promise<Uint8Array>;
}

export interface DrawnExperiment<Options, Result> {
  /** The one picture beside the finding; not within `element`. */
  readonly lead: HTMLElement;
  /** All else, which is folded. */
  readonly element: HTMLElement;
  /** A partial result (`final` false) or the whole one, with what was measured. Called again with each. */
  draw(result: Result, options: Options, final: boolean, timings?: Readonly<Record<string, number>>): void;
  /** The log that the person has chosen. */
  log?(): Log;
}

/** Of a lead picture that is a curve: what a learner may draw beforehand. */
export interface CurveToPredict<Result> {
  /** What was measured, as the entry's picture names it. */
  name: string;
  x: Axis & { format(value: number): string };
  y: Axis & { domain: readonly [number, number]; format(value: number): string };
  /** Rising: where the learner sets a height. */
  at: readonly number[];
  /** How a difference of heights is written. */
  difference(value: number): string;
  /** null while the result has no such curve. */
  of(result: Result): Points | null;
}

export interface ExperimentView<Options, Result> {
  controls: Controls<Options>;
  trial: Trial;
  mount(stage: ViewStage): DrawnExperiment<Options, Result>;
  /** Where the lead picture is a curve: what of it a learner may draw beforehand. */
  curve?(): CurveToPredict<Result>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- any view fits
export type AnyView = ExperimentView<any, any>;

/** What the page shows of an entry beside its story. */
export interface EntryPage {
  /** Chinese of the words of the entry; English is the key. */
  strings: Readonly<Record<string, string>>;
  view: AnyView;
  checked?: CheckedNumbers;
  /** Where the checked numbers are not simply of five seeds: what a seed changes, and what the intervals are over. */
  basis?: Basis;
}

export interface Basis {
  /** Whether the seed changes anything. If not, it is not asked for, and no interval is said to be over seeds. */
  seeded: boolean;
  /** One or two sentences below the numbers. */
  note: Words;
}
