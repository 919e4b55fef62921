/** The chain-of-thought page with a model that solves and reads in the real worker. Only the host is played. */
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { untold } from '../../../src/panels/memories';
import type { Exported } from '../../../src/protocol/exporting';
import { toProblem } from '../../../src/protocol/problem';
import type { ReasoningTrace } from '../../../src/protocol/reasoning';
import type {
  ReasoningPanelEvent,
  ReasoningPanelHostApi,
  ReasoningPanelViewApi,
} from '../../../src/protocol/reasoningPanelApi';
import type { ReasoningWorkerApi } from '../../../src/protocol/reasoningWorkerApi';
import type { Handlers } from '../../../src/protocol/rpc';
import { generateProblems } from '../../../src/reasoning/problems/problems';
import { ReasoningSteps } from '../../ui/driver/reasoningSteps';
import { sharedReasoningWorker } from '../../ui/driver/shared';
import { openBarePage, type BarePage, type PageOptions } from './barePage';
import { PlayedHost } from './playedHost';

const BUNDLED = path.join(root, 'media', 'models', 'attention-explainer-moe-q8_0.gguf');

/** What goes on to the worker, with the model's path. */
const OF_MODEL = [
  'divide',
  'solve',
  'read',
  'heads',
  'receivers',
  'curve',
  'cut',
  'resample',
  'compare',
  'usedReasoning',
  'testTime',
] as const;

type Kept = readonly ReasoningPanelEvent[];
type Host = PlayedHost<ReasoningPanelHostApi, ReasoningPanelViewApi, ReasoningPanelEvent, Kept>;

export interface ChainOfThought extends BarePage {
  readonly steps: ReasoningSteps;
  /** What the page had the host write to a file. */
  readonly files: Exported[];
  /** Names of calls that go on until they are cancelled. */
  readonly held: Set<string>;
  /** Another model is chosen. */
  choose(model: string): void;
  /** A selected text, as the command gives it. */
  text(title: string, text: string): Promise<void>;
  /** What the person compares with: all traces of a file. */
  besides(title: string, content: string): Promise<void>;
  /** One of the traces in a file. */
  file(title: string, content: string, index: number): Promise<void>;
}

/** `played`: answers in place of the worker’s. */
export async function openChainOfThought(
  options?: PageOptions,
  played: Partial<Handlers<ReasoningPanelHostApi>> = {},
): Promise<ChainOfThought> {
  let model = BUNDLED;
  const modelName = (): string => path.basename(model, '.gguf');
  const client = sharedReasoningWorker();
  /** What it is asked for this page ends with the page. */
  const closing = new AbortController();
  const bare = await openBarePage('reasoning', options);
  const files: Exported[] = [];
  let others: Awaited<ReturnType<Handlers<ReasoningPanelHostApi>['others']>> = [];
  const take = async (
    { kept }: ReasoningWorkerApi['importFile']['result'],
    index: number,
  ): Promise<ReasoningTrace | null> => (await client.ask.takeImported({ kept, indices: [index] })).at(0) ?? null;
  const held = new Set<string>();
  const untilCancelled = (signal: AbortSignal): Promise<never> =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));
  const answers = OF_MODEL.map((name) => [
    name,
    (params: object, { signal, progress }: { signal: AbortSignal; progress: (report: unknown) => void }) =>
      held.has(name)
        ? untilCancelled(signal)
        : client.ask[name]({ ...params, modelPath: model } as never, {
            signal: AbortSignal.any([signal, closing.signal]),
            onProgress: progress,
          }),
  ]);
  const host: Host = new PlayedHost<ReasoningPanelHostApi, ReasoningPanelViewApi, ReasoningPanelEvent, Kept>(bare, {
    memory: untold<ReasoningPanelEvent>(),
    answers: {
      ready: () => ({ modelName: modelName(), server: '' }),
      problems: (wanted) => generateProblems(wanted),
      readText: async ({ title, text }) => take(await client.ask.importText({ text, name: title, asTrace: true }), 0),
      release: ({ of }) => client.release(of),
      export: async (wanted): Promise<boolean> => {
        const exported: Exported | null = await host.ask('exported', wanted);
        if (exported) files.push(exported);
        return exported !== null;
      },
      ask: () => {},
      connectServer: () => {},
      others: () => others,
      align: (params, { signal }) => client.ask.align(params, { signal }),
      importFile: () => {},
      chooseModel: () => {},
      reveal: () => false,
      mark: () => {},
      ...(Object.fromEntries(answers) as Pick<Handlers<ReasoningPanelHostApi>, (typeof OF_MODEL)[number]>),
      ...played,
    },
  });
  return {
    ...bare,
    steps: new ReasoningSteps(bare.page, bare.page),
    files,
    held,
    choose(file) {
      model = file;
      host.emit({ kind: 'model', modelName: modelName() });
    },
    async text(title, text) {
      try {
        const { taken, cards, ...kept } = await client.ask.importText({ text, name: title });
        host.emit({ kind: 'selected', title, text: text.trim(), taken });
        const trace = cards.length > 0 && (await take({ ...kept, cards }, 0));
        if (trace) host.emit({ kind: 'trace', title, trace, others: cards.length - 1 });
        else if (taken.takenFor === 'problem') host.emit({ kind: 'problem', question: text.trim() });
      } catch (thrown) {
        host.emit({ kind: 'failed', message: toProblem(thrown).message });
      }
    },
    async besides(title, content) {
      const { kept, cards } = await client.ask.importFile({ bytes: new TextEncoder().encode(content), name: title });
      const traces = await client.ask.takeImported({ kept, indices: [...cards.keys()] });
      others = traces.map((trace, index) => ({ title, trace, source: { uri: `file:///${title}`, line: 1, index } }));
    },
    async file(title, content, index) {
      const found = await client.ask.importFile({ bytes: new TextEncoder().encode(content), name: title });
      const trace = await take(found, index);
      if (trace) host.emit({ kind: 'trace', title, trace, others: found.cards.length - 1 });
    },
    close: async () => {
      closing.abort();
      await bare.close();
    },
  };
}
