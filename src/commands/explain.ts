/** “Explain Attention”: the selection, or what is around the cursor. */
import * as vscode from 'vscode';
import { showInformation, showProblem } from '../host/messages';
import { registerCommand } from '../host/registerCommand';
import type { ExplainPanels } from '../panels/explainPanels';
import { MILESTONES_VIEW } from '../panels/milestonesPanel';

export const EXPLAIN = 'attentionExplainer.explain';

export function registerExplain(panels: ExplainPanels): vscode.Disposable {
  return registerCommand(
    EXPLAIN,
    async () => {
      const editor = vscode.window.activeTextEditor ?? panels.editorOfActivePanel() ?? editorBesideMilestones();
      // Not awaited: the command is over, whether or not the message is closed.
      if (editor) await panels.explain(editor);
      else void showInformation(noEditorMessage());
    },
    (thrown) => showProblem(thrown, showInformation),
  );
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
