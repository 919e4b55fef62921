/** All chain-of-thought panels: one for each problem or file; a new question takes a panel of its own. */
import * as vscode from 'vscode';
import { panelColumn } from '../editor/columns';
import { askWhich } from '../host/asking';
import { showProblem } from '../host/messages';
import { whenSlow } from '../host/progress';
import { sizeOfFile } from '../host/regularFile';
import { openPanel, setTitle } from '../host/webviewPanel';
import { Problem, toProblem } from '../protocol/problem';
import type { ReasoningTrace, TraceSource } from '../protocol/reasoning';
import type { Importing, ReasoningWorkerApi, TraceCard } from '../protocol/reasoningWorkerApi';
import type { CallContext, CallOptions } from '../protocol/rpc';
import { pageRoot } from './page';
import { ReasoningPanel, type ReasoningServices } from './reasoningPanel';

export const REASONING_VIEW = 'attentionExplainer.reasoning';

/** Larger files are no chain of thought; they are refused before they are read. */
const MOST_MEGABYTES = 32;

/** Traces of one question that are laid beside each other. */
const MOST_OTHERS = 64;

/** Longer documents are not looked through unasked, in UTF-16 units. */
const MOST_OFFERED = 2_000_000;

export class ReasoningPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Set<ReasoningPanel>();
  private readonly services: ReasoningServices;

  constructor(services: Omit<ReasoningServices, 'importFile' | 'otherTraces'>) {
    this.services = {
      ...services,
      importFile: async (panel, reading) => void (await this.readInto(panel, await pickFile(), reading)),
      otherTraces: ({ source, question }, reading) => this.otherTraces(source, question, reading),
    };
  }

  /** The one that has the focus. */
  get active(): ReasoningPanel | undefined {
    return this.all.find(({ panel }) => panel.active);
  }

  get all(): readonly ReasoningPanel[] {
    return [...this.panels];
  }

  /** An empty panel: a place to type a problem or choose one. */
  open(): ReasoningPanel {
    return this.add(
      openPanel(
        REASONING_VIEW,
        vscode.l10n.t('Chain of Thought'),
        { viewColumn: panelColumn(), preserveFocus: false },
        { ...this.pageOptions(), enableFindWidget: true },
      ),
    );
  }

  /** A selected text: a trace if it holds one, else a problem to be solved; where it could be either, the page asks. */
  async openText(title: string, text: string, source: TraceSource): Promise<ReasoningPanel> {
    const panel = this.open();
    setTitle(panel.panel, vscode.l10n.t('Chain of Thought: {0}', title));
    try {
      const { kept, cards, taken } = await this.services.client.ask.importText({ text, name: title });
      panel.selected(title, text.trim(), taken, source);
      const [trace] = await this.take(kept, [0]);
      if (trace) panel.show(title, trace, cards.length - 1, source);
      else if (taken.takenFor === 'problem') panel.solve(text.trim());
    } catch (thrown) {
      panel.failed(toProblem(thrown));
    }
    return panel;
  }

  /** An empty panel, which offers to read a document where that holds a chain of thought. */
  async openOffer(title: string, text: string, source: TraceSource): Promise<ReasoningPanel> {
    const panel = this.open();
    if (text.length > MOST_OFFERED) return panel;
    try {
      const { kept, cards, taken } = await this.services.client.ask.importText({ text, name: title });
      await this.take(kept, []);
      if (taken.takenFor === 'trace' && cards.length > 0) panel.offer(title, text.trim(), source);
    } catch {
      // Whatever is open is not what the person asked about.
    }
    return panel;
  }

  /** Shows a file's trace in a panel of its own; without a file the person is asked for one. */
  async importFile(file?: vscode.Uri): Promise<ReasoningPanel | undefined> {
    const uri = file ?? (await pickFile());
    if (!uri) return undefined;
    const megabytes = longMegabytes(await sizeOfFile(uri).catch(() => 0));
    const title = megabytes
      ? vscode.l10n.t('Reading {0} ({1} MB, which may take a minute)…', nameOf(uri), megabytes)
      : vscode.l10n.t('Reading {0}…', nameOf(uri));
    return whenSlow(title, (reading) => this.readInto(undefined, uri, reading));
  }

  /** Shows a file's trace, in this panel or one of its own, unless the person cancels it. */
  private async readInto(
    panel: ReasoningPanel | undefined,
    uri: vscode.Uri | undefined,
    reading: CallContext<Importing>,
  ): Promise<ReasoningPanel | undefined> {
    if (!uri) return undefined;
    try {
      const [found] = await this.chosen(uri, pickOne, reading);
      if (!found) return undefined;
      const shown = panel ?? this.open();
      setTitle(shown.panel, vscode.l10n.t('Chain of Thought: {0}', found.title));
      shown.show(found.title, found.trace, found.total - 1, found.source);
      return shown;
    } catch (thrown) {
      const problem = toProblem(thrown);
      if (problem.code === 'cancelled') return undefined;
      if (panel) panel.failed(problem);
      else showProblem(problem);
      return undefined;
    }
  }

  /** Those of the trace's own file that answer the same question, else what the person chooses. */
  private async otherTraces(
    source: TraceSource | null,
    question: string | null,
    reading: CallContext<Importing>,
  ): Promise<{ title: string; trace: ReasoningTrace; source: TraceSource }[]> {
    const own = source && vscode.Uri.parse(source.uri, true);
    if (own && question !== null) {
      const alike = (cards: readonly TraceCard[]): number[] =>
        cards.flatMap((card, at) => (card.question === question && at !== source.index ? [at] : []));
      // The file may have gone, or be none that holds records.
      const found = await this.chosen(own, (cards) => alike(cards).slice(0, MOST_OTHERS), reading).catch(() => []);
      if (found.length > 0) return found;
    }
    const uri = await pickFile();
    return uri ? this.chosen(uri, pickOne, reading) : [];
  }

  /**
   * Reads a file's traces and takes those that are chosen of them.
   * @throws Problem file-missing, input-too-large, cancelled, and as the worker's importFile
   */
  private async chosen(
    uri: vscode.Uri,
    choose: (cards: readonly TraceCard[]) => Promise<readonly (number | null)[]> | readonly (number | null)[],
    { signal, progress }: CallContext<Importing>,
  ): Promise<{ title: string; trace: ReasoningTrace; source: TraceSource; total: number }[]> {
    const title = nameOf(uri);
    let size = 0;
    const onProgress = (report: Importing): void => progress({ ...report, megabytes: longMegabytes(size) });
    const reading = { signal: personsOwn(signal), onProgress };
    // The worker keeps the traces while the person chooses.
    const release = this.services.client.acquire();
    try {
      size = await sizeOfFile(uri);
      onProgress({ kind: 'importing', percent: 0 });
      if (size > MOST_MEGABYTES * 2 ** 20) {
        const message = `The file is larger than ${MOST_MEGABYTES} MB.`;
        throw new Problem('input-too-large', message, { file: title, mostMegabytes: MOST_MEGABYTES });
      }
      const bytes = await vscode.workspace.fs.readFile(uri);
      const { kept, cards } = await this.services.client.ask.importFile({ bytes, name: title }, reading);
      let chosen: readonly (number | null)[] | undefined;
      try {
        chosen = await choose(cards);
      } finally {
        if (!chosen) this.services.client.release(kept);
      }
      const indices = chosen.flatMap((index) => index ?? []);
      const traces = await this.take(kept, indices, reading);
      return traces.map((trace, i) => {
        const source = { uri: uri.toString(), line: cards[indices[i]].line, index: indices[i] };
        return { title, trace, source, total: cards.length };
      });
    } catch (thrown) {
      if (!(thrown instanceof vscode.FileSystemError)) throw thrown;
      throw new Problem('file-missing', thrown.message, { file: uri.fsPath, what: 'trace' });
    } finally {
      release();
    }
  }

  /** Called by VS Code when a panel of the last session is looked at again; its page has kept its state. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    panel.webview.options = this.pageOptions();
    this.add(panel);
    return Promise.resolve();
  }

  dispose(): void {
    for (const panel of this.panels) panel.dispose();
    this.panels.clear();
  }

  private take(
    kept: ReasoningWorkerApi['takeImported']['params']['kept'],
    indices: number[],
    reading: CallOptions<Importing> = {},
  ): Promise<ReasoningTrace[]> {
    const { ask } = this.services.client;
    // Cancelled while the person chose: they are forgotten all the same.
    return reading.signal?.aborted
      ? ask.takeImported({ kept, indices: [] })
      : ask.takeImported({ kept, indices }, reading);
  }

  private add(panel: vscode.WebviewPanel): ReasoningPanel {
    panel.iconPath = vscode.Uri.joinPath(this.services.extensionUri, 'media', 'icon.png');
    const added = new ReasoningPanel(panel, this.services);
    this.panels.add(added);
    panel.onDidDispose(() => {
      this.panels.delete(added);
      added.dispose();
    });
    return added;
  }

  private pageOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [pageRoot(this.services.extensionUri)] };
  }
}

/** Megabytes of a file whose sums may take longer to check than a person waits unasked. */
const LONG_MEGABYTES = 8;
function longMegabytes(bytes: number): number | undefined {
  const megabytes = Math.round(bytes / 2 ** 20);
  return megabytes >= LONG_MEGABYTES ? megabytes : undefined;
}

const nameOf = (uri: vscode.Uri): string => uri.path.split('/').pop() ?? '';

/** A page that goes cancels nothing: what was read is shown when it is back. Only the person does. */
function personsOwn(signal: AbortSignal): AbortSignal {
  const own = new AbortController();
  const onAbort = (): void => {
    if (!(signal.reason instanceof Problem)) own.abort();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return own.signal;
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const files = await vscode.window.showOpenDialog({
    title: t('Import Reasoning Trace'),
    openLabel: t('Import'),
    filters: { [t('Transcripts and chats')]: ['txt', 'md', 'json', 'jsonl'], [t('All files')]: ['*'] },
  });
  return files?.[0];
}

/** The one that there is, or the one that the person picks. */
const pickOne = async (cards: readonly TraceCard[]): Promise<(number | null)[]> => [
  cards.length > 1 ? await pickTrace(cards) : 0,
];

/** Many records in a file: which one? null: none. */
async function pickTrace(cards: readonly TraceCard[]): Promise<number | null> {
  const { t } = vscode.l10n;
  const rows = cards.map(({ line, label, steps }, index) => ({
    label,
    description: t('line {0}, {1} steps', line, steps),
    index,
  }));
  const picked = await askWhich(rows, {
    title: t('Import Reasoning Trace'),
    placeHolder: t('{0} chains of thought in this file: which one?', cards.length),
    stays: true,
  });
  return picked?.index ?? null;
}
