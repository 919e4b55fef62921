/** What every view of the panel is given, and what every view is. */
import type { TableRows } from '../shared/tableTwin';
import type { Host } from './host';
import type { Options } from './state/options';
import type { Roles } from './heads/roles';
import type { Run } from './state/run';
import type { Selection } from './state/selection';
import type { ShownMaps } from './heads/shownMaps';
import type { WeightRows } from './state/weightRows';

export interface Stage {
  readonly host: Host;
  readonly selection: Selection;
  readonly weights: WeightRows;
  readonly options: Options;
  readonly roles: Roles;
  /** The small maps as they are set. */
  readonly maps: ShownMaps;
  /** The same of the run without interventions, where the one on show has some. */
  readonly before: { readonly host: Host; readonly weights: WeightRows };
  /** The explanation on show. */
  run(): Run | null;
  /** Shows the experts of a layer, and which of them the token went through. */
  openExperts(layer: number, token: number): void;
  /** Says something to those who listen rather than look. */
  say(text: string): void;
}

/** Views draw in the next frame, so these may be called as often as events come. */
export interface View {
  readonly element: HTMLElement;
  /** Its numbers for a file: all of them, of what is on show; null: there is nothing yet. */
  table?(signal: AbortSignal): TableRows | null | Promise<TableRows | null>;
  /** Another explanation is on show; its layers are still to come. */
  runChanged?(): void;
  /** A layer's maps have come. */
  layerCame?(layer: number): void;
  /** The row that was looked at in the run before: its colours need not wait for the rest. */
  rowCame?(): void;
  /** Its numbers before and after the interventions that are in force, for a file. */
  compared?(): TableRows[];
  /** Findings, candidates and single weights can be had now. */
  completed?(): void;
  selectionChanged?(): void;
  themeChanged?(): void;
  /** Another order, sinks dimmed or not, or more is known of the roles. */
  optionsChanged?(): void;
  /** The group that the view is in was opened, or another explanation came while it was. */
  shown?(): void;
}
