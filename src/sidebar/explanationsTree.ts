/** The sidebar's “Explanations”: what was explained before; a click opens the text and explains it again. */
import * as vscode from 'vscode';
import { textColumn } from '../editor/columns';
import { showInformation, showProblem } from '../host/messages';
import { registerCommand } from '../host/registerCommand';
import { registerTree, type Rows, type TreeRow } from '../host/tree';
import type { ExplainPanels } from '../panels/explainPanels';
import { Problem } from '../protocol/problem';
import { isPastRun, type History, type PastRun } from './history';

export const OPEN_EXPLANATION = 'attentionExplainer.openExplanation';
export const REMOVE_EXPLANATION = 'attentionExplainer.removeExplanation';
export const CLEAR_EXPLANATIONS = 'attentionExplainer.clearExplanations';

export class ExplanationsTree implements Rows<PastRun> {
  readonly onDidChange: vscode.Event<void>;

  constructor(private readonly history: History) {
    this.onDidChange = history.onDidChange;
  }

  elements(): PastRun[] {
    return this.history.all();
  }

  row(run: PastRun): TreeRow {
    const { t } = vscode.l10n;
    const lines =
      run.firstLine === run.lastLine ? t('line {0}', run.firstLine) : t('lines {0}–{1}', run.firstLine, run.lastLine);
    return {
      label: run.symbol ?? run.title,
      // Three of one name are told apart by what they are about.
      description: told([run.symbol ? `${run.title}, ${lines}` : lines, run.snippet, run.finding, run.model], ' · '),
      tooltip: told(
        [
          vscode.Uri.parse(run.uri).fsPath,
          `${lines} · ${run.model}`,
          run.snippet,
          run.finding,
          new Date(run.at).toLocaleString(vscode.env.language),
        ],
        '\n',
      ),
      icon: 'eye',
      kind: 'explanation',
      command: { command: OPEN_EXPLANATION, title: t('Explain again'), arguments: [run] },
    };
  }
}

const told = (parts: readonly (string | undefined)[], between: string): string => parts.filter(Boolean).join(between);

export function registerExplanations(history: History, panels: ExplainPanels): vscode.Disposable {
  return vscode.Disposable.from(
    history,
    registerTree('attentionExplainer.explanations', new ExplanationsTree(history)),
    registerCommand(CLEAR_EXPLANATIONS, () => history.clear()),
    registerCommand(REMOVE_EXPLANATION, (run) => isPastRun(run) && history.remove(run)),
    registerCommand(
      OPEN_EXPLANATION,
      async (run) => {
        if (!isPastRun(run)) return;
        const range = new vscode.Range(...run.range);
        const editor = await editorOf(vscode.Uri.parse(run.uri));
        // Another text may stand there by now; what is selected is what is explained.
        const shown = editor.document.validateRange(range);
        editor.selection = new vscode.Selection(shown.start, shown.end);
        editor.revealRange(shown, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        await panels.explain(editor);
      },
      (thrown) => showProblem(thrown, showInformation),
    ),
  );
}

/** @throws Problem file-missing */
async function editorOf(uri: vscode.Uri): Promise<vscode.TextEditor> {
  try {
    return await vscode.window.showTextDocument(uri, { viewColumn: textColumn(uri) });
  } catch (thrown) {
    throw new Problem('file-missing', String(thrown), { file: uri.fsPath, what: 'document' });
  }
}
