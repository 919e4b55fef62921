/** The sidebar's “Explanations”: what was explained before; a click opens the text and explains it again. */
import * as vscode from 'vscode';
import type { ExplainPanels } from '../panels/explainPanels';
import { problemMessage } from '../panels/problemMessage';
import { Problem, toProblem } from '../protocol/problem';
import type { History, PastRun } from './history';

export const OPEN_EXPLANATION = 'attentionExplainer.openExplanation';
export const CLEAR_EXPLANATIONS = 'attentionExplainer.clearExplanations';

export class ExplanationsTree implements vscode.TreeDataProvider<PastRun> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly history: History) {
    this.onDidChangeTreeData = history.onDidChange;
  }

  getChildren(run?: PastRun): PastRun[] {
    return run ? [] : this.history.all();
  }

  getTreeItem(run: PastRun): vscode.TreeItem {
    const { t } = vscode.l10n;
    const lines =
      run.firstLine === run.lastLine ? t('line {0}', run.firstLine) : t('lines {0}–{1}', run.firstLine, run.lastLine);
    const item = new vscode.TreeItem(run.symbol ?? `${run.title}`);
    item.description = run.symbol ? `${run.title}, ${lines}` : lines;
    item.tooltip = `${vscode.Uri.parse(run.uri).fsPath}\n${lines} · ${run.model}\n${new Date(run.at).toLocaleString(vscode.env.language)}`;
    item.iconPath = new vscode.ThemeIcon('eye');
    item.command = { command: OPEN_EXPLANATION, title: t('Explain again'), arguments: [run] };
    return item;
  }
}

export function registerExplanations(history: History, panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    history,
    vscode.window.registerTreeDataProvider('attentionExplainer.explanations', new ExplanationsTree(history)),
    vscode.commands.registerCommand(CLEAR_EXPLANATIONS, () => history.clear()),
    vscode.commands.registerCommand(OPEN_EXPLANATION, async (run?: PastRun) => {
      if (!run) return;
      try {
        const range = new vscode.Range(...run.range);
        const editor = await editorOf(vscode.Uri.parse(run.uri));
        // Another text may stand there by now; what is selected is what is explained.
        const shown = editor.document.validateRange(range);
        editor.selection = new vscode.Selection(shown.start, shown.end);
        editor.revealRange(shown, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        await panels.explain(editor);
      } catch (thrown) {
        void vscode.window.showInformationMessage(problemMessage(toProblem(thrown)));
      }
    }),
  );
}

/** @throws Problem file-missing */
async function editorOf(uri: vscode.Uri): Promise<vscode.TextEditor> {
  try {
    return await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
  } catch (thrown) {
    throw new Problem('file-missing', String(thrown), { file: uri.fsPath, what: 'document' });
  }
}
