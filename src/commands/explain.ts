/** “Explain Attention”: the selection, or what is around the cursor. */
import * as vscode from 'vscode';
import type { ExplainPanels } from '../panels/explainPanels';
import { MILESTONES_VIEW } from '../panels/milestonesPanel';
import { problemMessage } from '../panels/problemMessage';
import { toProblem } from '../protocol/problem';

export const EXPLAIN = 'attentionExplainer.explain';

export function registerExplain(panels: ExplainPanels): vscode.Disposable {
  return vscode.commands.registerCommand(EXPLAIN, async () => {
    const editor = vscode.window.activeTextEditor ?? panels.editorOfActivePanel() ?? editorBesideMilestones();
    if (!editor) {
      void vscode.window.showInformationMessage(noEditorMessage());
      return;
    }
    try {
      await panels.explain(editor);
    } catch (thrown) {
      // Not awaited: the command is over, whether or not the message is closed.
      void vscode.window.showInformationMessage(problemMessage(toProblem(thrown)));
    }
  });
}

/** The command is also a link in the Milestone History, which has the focus then: the text is beside it. */
function editorBesideMilestones(): vscode.TextEditor | undefined {
  const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
  if (!(input instanceof vscode.TabInputWebview) || !input.viewType.endsWith(MILESTONES_VIEW)) return undefined;
  const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.scheme !== 'output');
  return editors.find(({ selection }) => !selection.isEmpty) ?? editors.at(0);
}

/** Images, hex views and very large files have a tab but no text that an extension could read. */
function noEditorMessage(): string {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab
    ? vscode.l10n.t(
        '“{0}” is not open as text. Open a text file, select something, and choose Explain Attention again.',
        activeTab.label,
      )
    : vscode.l10n.t('No file is open. Open a text file, select something, and choose Explain Attention again.');
}
