/** All chain-of-thought panels: one for each problem or file; a new question takes a panel of its own. */
import * as vscode from 'vscode';
import { Problem, toProblem } from '../protocol/problem';
import { importTraces } from '../reasoning/import/importTrace';
import { looksBinary } from '../editor/cutText';
import { pageRoot } from './page';
import { problemMessage } from './problemMessage';
import { ReasoningPanel, type ReasoningServices } from './reasoningPanel';

export const REASONING_VIEW = 'attentionExplainer.reasoning';

/** Larger files are no chain of thought; they are refused before they are read. */
const MAX_BYTES = 32 * 2 ** 20;

export class ReasoningPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly panels = new Set<ReasoningPanel>();
  private readonly services: ReasoningServices;

  constructor(services: Omit<ReasoningServices, 'importFile'>) {
    this.services = { ...services, importFile: async (panel) => void (await this.importFile(panel)) };
  }

  get all(): readonly ReasoningPanel[] {
    return [...this.panels];
  }

  /** An empty panel: a place to type a problem or choose one. */
  open(): ReasoningPanel {
    return this.add(
      vscode.window.createWebviewPanel(
        REASONING_VIEW,
        vscode.l10n.t('Chain of Thought'),
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
        { ...this.pageOptions(), enableFindWidget: true },
      ),
    );
  }

  /** A selected text: a trace if it holds one, else a problem to be solved. */
  openText(title: string, text: string): ReasoningPanel {
    const panel = this.open();
    panel.panel.title = vscode.l10n.t('Chain of Thought: {0}', title);
    const traces = looksLikeTrace(text) ? tryImport(text, title) : [];
    if (traces instanceof Problem) panel.failed(traces);
    else if (traces.length > 0) panel.show(title, traces[0], traces.length - 1);
    else panel.solve(text.trim());
    return panel;
  }

  /** Shows a file's trace, in this panel or one of its own; without a file the person is asked for one. */
  async importFile(panel?: ReasoningPanel, file?: vscode.Uri): Promise<ReasoningPanel | undefined> {
    const uri = file ?? (await pickFile());
    if (!uri) return undefined;
    const title = uri.path.split('/').pop() ?? '';
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MAX_BYTES) throw new Problem('input-binary', 'The file is too large.', { file: title });
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      if (looksBinary(text.slice(0, 8192))) throw new Problem('input-binary', 'Not a text file.', { file: title });
      const traces = importTraces(text, title);
      const chosen = traces.length > 1 ? await pickTrace(traces) : 0;
      if (chosen === undefined) return undefined;
      const shown = panel ?? this.open();
      shown.panel.title = vscode.l10n.t('Chain of Thought: {0}', title);
      shown.show(title, traces[chosen], traces.length - 1);
      return shown;
    } catch (thrown) {
      const problem =
        thrown instanceof vscode.FileSystemError
          ? new Problem('file-missing', thrown.message, { file: uri.fsPath, subject: 'trace' })
          : toProblem(thrown);
      if (panel) panel.failed(problem);
      else void vscode.window.showErrorMessage(problemMessage(problem));
      return undefined;
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

/** Marks that no word problem has. */
function looksLikeTrace(text: string): boolean {
  return /<\/?think(?:ing)?>|<<[^<>=\n]*=[^<>\n]*>>|^[ \t]*####|^[ \t]*[[{]\s*["{]|^[ \t]*(?:steps|步骤)\s*[:：]\s*$/im.test(
    text,
  );
}

function tryImport(text: string, title: string): ReturnType<typeof importTraces> | Problem {
  try {
    return importTraces(text, title);
  } catch (thrown) {
    return toProblem(thrown);
  }
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

/** Many records in a file: which one? */
async function pickTrace(traces: ReturnType<typeof importTraces>): Promise<number | undefined> {
  const { t } = vscode.l10n;
  const items = traces.map(({ line, question, steps, text }, index) => ({
    label: (question ?? text).replace(/\s+/g, ' ').slice(0, 120),
    description: t('line {0}, {1} steps', line, steps.length),
    index,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: t('Import Reasoning Trace'),
    placeHolder: t('{0} chains of thought in this file: which one?', traces.length),
    matchOnDescription: true,
  });
  return picked?.index;
}
