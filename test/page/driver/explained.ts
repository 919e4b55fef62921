/**
 * The Explain Attention page with a text explained in it by the real worker. Only the host is played: it hands the
 * page's questions on to the worker, as src/panels/traceQuestions.ts does, and remembers what it was told about the editor.
 */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { Handle } from '../../../src/protocol/handle';
import type { ExplainProgress, Look, ModelCard } from '../../../src/protocol/explanation';
import type {
  ExplainPanelHostApi,
  ExplainPanelViewApi,
  OfRun,
  PanelEvent,
  SingleEvent,
} from '../../../src/protocol/panelApi';
import { Rpc, type CallContext, type Handlers } from '../../../src/protocol/rpc';
import { READING_METHODS } from '../../../src/protocol/readingApi';
import { charLimit, cutAt } from '../../../src/shared/cutText';
import type { TraceMethod, TraceParams } from '../../../src/protocol/workerApi';
import { sharedExplainWorker } from '../../ui/driver/shared';
import { openBarePage, type BarePage, type PageOptions } from './barePage';

/** Of media/models. */
export const BUNDLED = path.join(root, 'media', 'models', 'attention-explainer-moe-q8_0.gguf');

const QUESTIONS = ['tile', 'weights', 'predictions', ...READING_METHODS] as const;

/**
 * Views ask when they are drawn, with a frame of their own, and what they are answered may make them ask again: so often in a row
 * there is nothing open, each time after a frame and a moment for what was said to arrive.
 */
const QUIET = { times: 3, ms: 15 };

export interface Explained extends BarePage {
  readonly rpc: Rpc<ExplainPanelHostApi, ExplainPanelViewApi>;
  /** Tells the page once more what it was told first, as a panel does whose run was cancelled after it had begun to draw. */
  tellFirst(): Promise<void>;
  /** What the page had the editor do. */
  readonly told: {
    name: 'mark' | 'reveal' | 'look' | 'writeBack' | 'follow' | 'copy' | 'saveEdits' | 'explainVisible';
    params: unknown;
  }[];
  /** What the person picks next when a file is asked for. */
  readonly files: { name: string; text: string }[];
  section(name: string): Locator;
  openTab(name: string): Promise<void>;
  /** Waits until the page has asked for nothing for a moment, and drawn what it was answered. */
  complete(): Promise<void>;
}

export interface Text {
  title: string;
  text: string;
  firstLine?: number;
  model?: string;
  /** Of media/models, where `model` is one of several ages: tokens → file. */
  ages?: Readonly<Record<number, string>>;
  /** The most that is explained of it. */
  maxTokens?: number;
  /** What its card says otherwise. */
  card?: Partial<ModelCard>;
}

/** Comes between a question of the page and the worker, whose answer `answered` gives. */
export type Between = (name: TraceMethod, params: object, answered: () => Promise<unknown>) => Promise<unknown>;

export async function openExplained(subject: Text, options?: PageOptions, between?: Between): Promise<Explained> {
  const { title, text, firstLine = 1, maxTokens = 8192, card, ages } = subject;
  let { model = BUNDLED } = subject;
  const worker = sharedExplainWorker();
  /** What it is asked for this page ends with the page. */
  const closing = new AbortController();
  const traces: Handle[] = [];
  const leave = (): void => {
    closing.abort();
    for (const trace of traces) worker.release(trace);
  };
  const all = Object.keys(ages ?? {}).map(Number);
  let begin: Extract<PanelEvent, { kind: 'begin' }> = {
    kind: 'begin',
    subject: {
      title,
      text,
      firstLine,
      lastLine: firstLine + text.trimEnd().split('\n').length - 1,
      origin: 'selection',
      tabSize: 4,
    },
    modelName: path.basename(model, '.gguf'),
    ...(ages && { ages: { all, at: all.find((age) => ages[age] === model)! } }),
  };
  const events: PanelEvent[] = [begin];
  const came = (progress: ExplainProgress): SingleEvent => ({
    kind: 'progress',
    progress: progress.kind === 'model' ? { ...progress, model: { ...progress.model, ...card } } : progress,
  });
  const bare = await openBarePage('explain', options);
  try {
    let explanation = await worker.ask.explain(
      { modelPath: model, text, maxTokens, top: 10 },
      {
        onProgress: (progress) => events.push(came(progress)),
      },
    );
    traces.push(explanation.trace);
    events.push({ kind: 'done', explanation });
    let shown = explanation;
    let good = events;
    const told: Explained['told'] = [];
    const files: Explained['files'] = [];
    const asked = { open: 0 };
    let running = new AbortController();
    const remember =
      (name: Explained['told'][number]['name']) =>
      (params: unknown): void =>
        void told.push({ name, params });
    const ask = async (
      name: TraceMethod,
      { clean, ...params }: OfRun,
      { signal, progress: onProgress }: CallContext<number>,
    ): Promise<unknown> => {
      asked.open++;
      const answered = (): Promise<unknown> =>
        worker.ask[name]({ ...params, trace: (clean ? explanation : shown).trace } as never, {
          signal: AbortSignal.any([signal, closing.signal]),
          onProgress: onProgress as never,
        });
      return (between?.(name, { ...params, ...(clean && { clean }) }, answered) ?? answered()).finally(
        () => asked.open--,
      );
    };
    const answers = QUESTIONS.map((name) => [
      name,
      (params: TraceParams<typeof name>, context: CallContext<number>) => ask(name, params, context),
    ]);
    const tellFirst = async (): Promise<void> => {
      for (const event of events) await rpc.call('event', event);
    };
    const rpc: Explained['rpc'] = new Rpc<ExplainPanelHostApi, ExplainPanelViewApi>(bare.port, {
      ready: () => tellFirst(),
      cancel: () => {},
      retry: () => {},
      chooseModel: () => {},
      // A later one takes the place of the one under way, as in the extension; so for the next two.
      explainAt: async ({ age }) => {
        running.abort();
        const { signal } = (running = new AbortController());
        asked.open++;
        try {
          model = ages![age];
          begin = { ...begin, modelName: path.basename(model, '.gguf'), ages: { all, at: age } };
          good = [begin];
          await rpc.call('event', begin);
          const onProgress = (progress: ExplainProgress): void => {
            good.push(came(progress));
            void rpc.call('event', good.at(-1)!);
          };
          shown = explanation = await worker.ask.explain(
            { modelPath: model, text: begin.subject.text, maxTokens, top: 10 },
            { signal: AbortSignal.any([signal, closing.signal]), onProgress },
          );
          traces.push(shown.trace);
          good.push({ kind: 'done', explanation });
          await rpc.call('event', good.at(-1)!);
        } catch (thrown) {
          if (!signal.aborted && !closing.signal.aborted) throw thrown;
        } finally {
          asked.open--;
        }
      },
      intervene: async ({ edits }) => {
        running.abort();
        const { signal } = (running = new AbortController());
        asked.open++;
        const own: PanelEvent[] = [{ ...begin, edited: edits.length > 0 }];
        try {
          await rpc.call('event', own[0]);
          const onProgress = (progress: ExplainProgress): void => {
            own.push(came(progress));
            void rpc.call('event', own.at(-1)!);
          };
          const next = await worker.ask.explain(
            { modelPath: model, text: begin.subject.text, maxTokens, top: 10, base: explanation.trace, edits },
            { signal: AbortSignal.any([signal, closing.signal]), onProgress },
          );
          traces.push(next.trace);
          shown = next;
          own.push({ kind: 'done', explanation: next });
          await rpc.call('event', own.at(-1)!);
          good = own;
        } catch (thrown) {
          if (signal.aborted) return;
          // A page that had begun to draw it is given the last good run again.
          if (own.length > 1) for (const event of good) await rpc.call('event', event);
          await rpc.call('event', { kind: 'failed', message: (thrown as Error).message, canRetry: true });
        } finally {
          asked.open--;
        }
      },
      copy: remember('copy'),
      saveEdits: remember('saveEdits'),
      openEdits: () => files.shift() ?? null,
      selectedText: () => files.shift()?.text ?? null,
      exportFile: () => {},
      writeBack: remember('writeBack'),
      follow: remember('follow'),
      explainTyped: async ({ text: whole }) => {
        running.abort();
        const { signal } = (running = new AbortController());
        const typed = whole.slice(0, cutAt(whole, charLimit(maxTokens)));
        const subject = {
          ...begin.subject,
          title: 'Your own text',
          firstLine: 1,
          text: typed,
          origin: 'typed' as const,
        };
        const beginTyped = { ...begin, subject };
        asked.open++;
        try {
          await rpc.call('event', beginTyped);
          const base = shown.trace;
          const untold: SingleEvent[] = [];
          const all: PanelEvent[] = [beginTyped];
          const look = told.findLast(({ name }) => name === 'look')?.params as Look | undefined;
          const next = await worker.ask.explain(
            { modelPath: model, text: typed, maxTokens, top: 10, base, look },
            {
              signal: AbortSignal.any([signal, closing.signal]),
              onProgress: (progress) => {
                if (progress.kind === 'tokens' && progress.cut) progress.cut.totalChars = whole.length;
                untold.push(came(progress));
                all.push(came(progress));
                if (progress.kind === 'row') void rpc.call('event', { kind: 'together', events: untold.splice(0) });
              },
            },
          );
          traces.push(next.trace);
          shown = explanation = next;
          begin = beginTyped;
          good = [...all, { kind: 'done', explanation }];
          await rpc.call('event', { kind: 'together', events: [...untold, { kind: 'done', explanation: next }] });
        } catch (thrown) {
          if (!signal.aborted && !closing.signal.aborted) throw thrown;
        } finally {
          asked.open--;
        }
      },
      explainVisible: remember('explainVisible'),
      mark: remember('mark'),
      reveal: remember('reveal'),
      look: remember('look'),
      syntax: () => [],
      codeRoles: () => [],
      ...(Object.fromEntries(answers) as Pick<Handlers<ExplainPanelHostApi>, (typeof QUESTIONS)[number]>),
    });
    await bare.page.locator('#app[data-state="done"]').waitFor();
    return {
      ...bare,
      rpc,
      tellFirst,
      told,
      files,
      section: (name) => bare.page.locator(`[data-section="${name}"]`),
      openTab: (name) => openTab(bare.page, name),
      complete: async () => {
        for (let quiet = 0; quiet < QUIET.times; quiet = asked.open === 0 ? quiet + 1 : 0) {
          await bare.settled();
          await setTimeout(QUIET.ms);
        }
      },
      close: () => bare.close().finally(leave),
    };
  } catch (thrown) {
    leave();
    // What went wrong in the page says more.
    await bare.close();
    throw thrown;
  }
}

async function openTab(page: Page, name: string): Promise<void> {
  await page.locator(`[role="tab"][data-tab="${name}"]`).click();
  await page.locator(`[role="tab"][data-tab="${name}"][aria-selected="true"]`).waitFor();
}
