/** “Step Through Chain of Thought” and “Import Reasoning Trace…”. */
import * as vscode from 'vscode';
import { titleOf } from '../editor/subject';
import { registerCommand } from '../host/registerCommand';
import type { ReasoningPanels } from '../panels/reasoningPanels';

export const STEP_THROUGH = 'attentionExplainer.stepThrough';
export const IMPORT_TRACE = 'attentionExplainer.importTrace';

export function registerReasoning(panels: ReasoningPanels): vscode.Disposable {
  return vscode.Disposable.from(
    // The selection is a problem or a trace; without one the panel asks, and offers to read the document if it holds a trace.
    registerCommand(STEP_THROUGH, async () => {
      const editor = vscode.window.activeTextEditor;
      if (!editor) return void panels.open();
      const { document, selection } = editor;
      const uri = document.uri.toString();
      const text = document.getText(selection);
      if (text.trim())
        await panels.openText(titleOf(document), text, { uri, line: selection.start.line + 1, index: 0 });
      else await panels.openOffer(titleOf(document), document.getText(), { uri, line: 1, index: 0 });
    }),
    // With a file as argument it asks nothing: from the explorer, or from a script.
    registerCommand(IMPORT_TRACE, async (file) => {
      await panels.importFile(file instanceof vscode.Uri ? file : undefined);
    }),
  );
}
