/** The border between the Milestone History page and its host. */
import type { ExportViewApi, WantedExport } from './exporting';
import type { Handle } from './handle';
import type { MilestonePlace } from './milestoneLink';
import type { OptionValues, Progress, RecordedRun, RunReport } from './milestones';

export type MilestonePanelHostApi = {
  /** The page listens now; the host sends again what it knows of every entry. */
  ready: { params: Record<never, never>; result: void };
  /** Starts an entry's experiment; one that runs is stopped first. How it goes comes as events. */
  start: { params: { id: string; options: OptionValues; seed: number }; result: void };
  stop: { params: Record<never, never>; result: void };
  /** The page shows this entry now. */
  shown: { params: { id: string }; result: void };
  /** The run that was kept of this entry's check; null where there is none. */
  recorded: { params: { id: string }; result: RecordedRun | null };
  /** A follow-up on a finished run. */
  ask: { params: { run: Handle; question: unknown }; result: unknown };
  /** Chinese of the pages' words, English is the key: for what is printed in both languages. */
  chineseWords: { params: Record<never, never>; result: Record<string, string> };
  /** As “Export…” does, to a file that the person names; false: none was named. */
  export: { params: WantedExport; result: boolean };
  /** Puts a link to this entry, as it is set, on the clipboard. */
  copyLink: { params: { id: string; options: OptionValues; seed: number }; result: void };
  /** Runs one of the extension's own commands, e.g. a link from an entry to another panel. */
  command: { params: { command: string }; result: void };
};

export type MilestoneEvent = { id: string; options: OptionValues; seed: number } & (
  | { kind: 'running'; progress: Progress | null }
  | { kind: 'done'; report: RunReport }
  | { kind: 'stopped' }
  /** `message` is translated. */
  | { kind: 'failed'; message: string }
);

export type MilestonePanelEvent =
  | MilestoneEvent
  /** A deep link: shows this entry, set as the link says. */
  | ({ kind: 'show' } & MilestonePlace);

export type MilestonePanelViewApi = {
  event: { params: MilestonePanelEvent; result: void };
} & ExportViewApi;
