/** All chain-of-thought panels: one for each problem or file; a new question takes a panel of its own. */
import * as vscode from 'vscode';
import { panelColumn } from '../editor/columns';
import { askWhich } from '../host/asking';
import { showProblem } from '../host/messages';
import { whenSlow } from '../host/progress';
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

/** Longer documents are not looked through unasked, in UTF-16 units. */
const MOST_OFFERED = 2_000_000;

export class ReasoningPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Set<ReasoningPanel>();
  private readonly services: ReasoningServices;

  constructor(services: Omit<ReasoningServices, 'importFile'>) {
    this.services = {
      ...services,
      importFile: async (panel, reading) => void (await this.readInto(panel, await pickFile(), reading)),
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

  /** A selected text: a trace if it holds one, else a problem to be solved. */
  async openText(title: string, text: string, source: TraceSource): Promise<ReasoningPanel> {
    const panel = this.open();
    setTitle(panel.panel, vscode.l10n.t('Chain of Thought: {0}', title));
    try {
      const { kept, cards, takenFor } = await this.services.client.ask.importText({ text, name: title });
      panel.selected(title, text.trim(), takenFor, source);
      const trace = await this.take(kept, cards.length > 0 ? 0 : null);
      if (trace) panel.show(title, trace, cards.length - 1, source);
      else if (takenFor === 'problem') panel.solve(text.trim());
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
      const { kept, cards, takenFor } = await this.services.client.ask.importText({ text, name: title });
      await this.take(kept, null);
      if (takenFor === 'trace' && cards.length > 0) panel.offer(title, text.trim(), source);
    } catch {
      // Whatever is open is not what the person asked about.
    }
    return panel;
  }

  /** Shows a file's trace in a panel of its own; without a file the person is asked for one. */
  async importFile(file?: vscode.Uri): Promise<ReasoningPanel | undefined> {
    const uri = file ?? (await pickFile());
    if (!uri) return undefined;
    const title = vscode.l10n.t('Reading {0}…', nameOf(uri));
    return whenSlow(title, (reading) => this.readInto(undefined, uri, reading));
  }

  /** Shows a file's trace, in this panel or one of its own, unless the person cancels it. */
  private async readInto(
    panel: ReasoningPanel | undefined,
    uri: vscode.Uri | undefined,
    { signal, progress }: CallContext<Importing>,
  ): Promise<ReasoningPanel | undefined> {
    if (!uri) return undefined;
    const title = nameOf(uri);
    const reading = { signal: personsOwn(signal), onProgress: progress };
    // The worker keeps the traces while the person chooses one.
    const release = this.services.client.acquire();
    try {
      progress({ kind: 'importing', percent: 0 });
      const { size, type } = await vscode.workspace.fs.stat(uri);
      // A pipe would be waited for, and a device has no end.
      if (!(type & vscode.FileType.File)) {
        throw new Problem('file-missing', `${title} is no file.`, { file: uri.fsPath, what: 'trace' });
      }
      if (size > MOST_MEGABYTES * 2 ** 20) {
        const message = `The file is larger than ${MOST_MEGABYTES} MB.`;
        throw new Problem('input-too-large', message, { file: title, mostMegabytes: MOST_MEGABYTES });
      }
      const bytes = await vscode.workspace.fs.readFile(uri);
      const { kept, cards } = await this.services.client.ask.importFile({ bytes, name: title }, reading);
      const chosen = cards.length > 1 ? await pickTrace(cards) : 0;
      const trace = await this.take(kept, chosen, reading);
      if (!trace || chosen === null) return undefined;
      const shown = panel ?? this.open();
      setTitle(shown.panel, vscode.l10n.t('Chain of Thought: {0}', title));
      shown.show(title, trace, cards.length - 1, { uri: uri.toString(), line: cards[chosen].line });
      return shown;
    } catch (thrown) {
      const problem =
        thrown instanceof vscode.FileSystemError
          ? new Problem('file-missing', thrown.message, { file: uri.fsPath, what: 'trace' })
          : toProblem(thrown);
      if (problem.code === 'cancelled') return undefined;
      if (panel) panel.failed(problem);
      else showProblem(problem);
      return undefined;
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
    index: number | null,
    reading: CallOptions<Importing> = {},
  ): Promise<ReasoningTrace | null> {
    const { ask } = this.services.client;
    // Cancelled while the person chose: they are forgotten all the same.
    return reading.signal?.aborted
      ? ask.takeImported({ kept, index: null })
      : ask.takeImported({ kept, index }, reading);
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
