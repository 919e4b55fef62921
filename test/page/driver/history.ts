/** The Milestone History's page with its experiments run by the real worker. Only the host is played. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root, sampleWorkspace } from '../../../scripts/lib/paths.mjs';
import { defaults } from '../../../src/milestones/experiment';
import { experimentOf, experiments } from '../../../src/milestones/index';
import { MilestoneClient } from '../../../src/milestones/milestoneClient.node';
import { readRecorded, recordedFile } from '../../../src/milestones/recorded.node';
import type { Exported } from '../../../src/protocol/exporting';
import { keyOf, type Handle } from '../../../src/protocol/handle';
import { milestoneLink, type MilestonePlace } from '../../../src/protocol/milestoneLink';
import { latestRuns, type LatestRuns } from '../../../src/panels/memories';
import { MilestoneRuns } from '../../../src/panels/milestoneRuns';
import type {
  MilestonePanelEvent,
  MilestonePanelHostApi,
  MilestonePanelViewApi,
} from '../../../src/protocol/milestonePanelApi';
import type { Controls, OptionValues } from '../../../src/protocol/milestones';
import { hostInputs } from '../../support/milestoneInputs';
import { MilestoneSteps } from '../../ui/driver/milestoneSteps';
import { openBarePage, type BarePage, type PageOptions } from './barePage';
import { PlayedHost } from './playedHost';
import { assertDrawing, assertMarks, assertReadOut } from './snapshot';

const MEDIA = path.join(root, 'media');
/** No worker has this number. */
const SHIPPED = -1;

export interface History extends BarePage {
  readonly steps: MilestoneSteps;
  /** As when VS Code is started again: a new page with what the one before kept, and a host that knows of no run. */
  restart(): Promise<void>;
  /** Those that were copied, without scheme and extension. */
  readonly links: readonly string[];
  /** Logs that were saved, as the person would have named them. */
  readonly logs: readonly { title: string; file: Uint8Array }[];
  /** Sheets for a class that were saved. */
  readonly sheets: readonly { title: string; content: string }[];
  /** What “Export…” would offer, by name. */
  exportable(): Promise<string[]>;
  /** As when VS Code is given a link. */
  follow(place: MilestonePlace): void;
  /** As while a run is under way: what is there so far is what `soFar` makes of the run that ships. */
  underWay<Result>(id: string, soFar: (result: Result) => Result): Promise<void>;
  /** As when a run has ended: the one of the check that ships, whose questions `answer` answers. */
  ended<Result>(id: string, answer?: (result: Result, question: unknown) => unknown): Promise<void>;
}

/** What a person cannot set is as small as in the small run, and what the test does not ask about as small as it says. */
function quickest(id: string, shorter: OptionValues = {}): OptionValues {
  const controls = experiments.find((experiment) => experiment.id === id)!.controls as Controls<OptionValues>;
  const small = Object.entries(defaults(controls, true));
  return { ...Object.fromEntries(small.filter(([name]) => controls[name].kind === 'fixed')), ...shorter };
}

interface HistoryOptions extends PageOptions {
  /** The folder that is open; null: none. */
  workspace?: string | null;
  /** By entry: what its runs take in place of what the page says, where a test asks how they are shown, not what they come to. */
  shorter?: Record<string, OptionValues>;
}

export async function openHistory(options: HistoryOptions = {}): Promise<History> {
  const { workspace = sampleWorkspace, shorter = {} } = options;
  const client = new MilestoneClient({ script: path.join(root, 'dist', 'milestoneWorker.js') });
  client.acquire();
  const bare = await openBarePage('milestones', options);
  const links: string[] = [];
  const logs: { title: string; file: Uint8Array }[] = [];
  const sheets: History['sheets'][number][] = [];
  const answers = new Map<string, (question: unknown) => Promise<unknown>>();
  const asked = ({ run, question }: MilestonePanelHostApi['ask']['params'], signal: AbortSignal): Promise<unknown> =>
    answers.get(keyOf(run))?.(question) ?? client.ask.ask({ run, question }, { signal });
  const runs = new MilestoneRuns({
    client,
    inputs: (needs) => hostInputs(needs, MEDIA, workspace),
    isPaused: () => false,
    message: (problem) => problem.message,
    emit: (event) => host.emit(event),
  });
  const host = new PlayedHost<MilestonePanelHostApi, MilestonePanelViewApi, MilestonePanelEvent, LatestRuns>(bare, {
    memory: latestRuns,
    answers: {
      ready: () => {},
      start: ({ options, ...params }) =>
        void runs.start({ ...params, options: { ...options, ...quickest(params.id, shorter[params.id]) } }),
      stop: () => runs.stop(),
      shown: () => {},
      recorded: ({ id }) => readRecorded(recordedFile(MEDIA, id)),
      export: async (wanted): Promise<boolean> => {
        const exported: Exported | null = await host.ask('exported', wanted);
        const { name: title = '', content } = exported ?? {};
        if (content instanceof Uint8Array) logs.push({ title, file: content });
        else if (content !== undefined) sheets.push({ title, content });
        return exported !== null;
      },
      chineseWords: () =>
        JSON.parse(readFileSync(path.join(root, 'l10n', 'bundle.l10n.zh-cn.json'), 'utf8')) as Record<string, string>,
      ask: (params, { signal }) => asked(params, signal),
      copyLink: ({ id, options, seed }) => void links.push(milestoneLink(id, seed, options)),
      command: () => {},
    },
  });
  return {
    ...bare,
    steps: new MilestoneSteps(bare.page),
    links,
    logs,
    sheets,
    exportable: async () => (await host.ask('exportable', {}))!.views.map(({ name }) => name),
    follow: (place) => host.emit({ kind: 'show', ...place }),
    underWay: async (id, soFar) => {
      const { options, seed, result } = (await readRecorded(recordedFile(MEDIA, id)))!;
      const progress = { done: 0.5, note: { text: '' }, partial: soFar(result as never) };
      host.emit({ kind: 'running', id, options, seed, progress });
    },
    ended: async (id, answer = () => null) => {
      const { options, seed, result, timings } = (await readRecorded(recordedFile(MEDIA, id)))!;
      const run: Handle = { worker: SHIPPED, kept: answers.size };
      answers.set(keyOf(run), async (question) => answer(result as never, question));
      const card = experimentOf(id).card(result, options);
      host.emit({ kind: 'done', id, options, seed, report: { run, result, card, timings } });
    },
    restart: async () => {
      client.stop();
      host.forget();
      await bare.reload();
    },
    close: async () => {
      client.stop();
      await bare.close();
    },
  };
}

/** What is drawn of a run: the picture in full, those that are folded under it by their marks. */
export async function assertPictures({ page, steps }: History, id: string): Promise<void> {
  await assertReadOut(steps.picture, `milestones/${id}`);
  const plots = await steps.picture.locator('svg.plot-area:visible').all();
  for (const [at, plot] of plots.entries()) await assertDrawing(plot, `milestones/${id}${at || ''}.svg`);
  await assertMarks(page.locator('details.more'), `milestones/${id}.more`);
}
