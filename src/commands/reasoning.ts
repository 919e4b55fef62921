/** “Step Through Chain of Thought” and “Import Reasoning Trace…”. */
import * as vscode from 'vscode';
import { titleOf } from '../editor/subject';
import { registerCommand } from '../host/registerCommand';
import type { ReasoningPanels } from '../panels/reasoningPanels';

export const STEP_THROUGH = 'attentionExplainer.stepThrough';
export const IMPORT_TRACE = 'attentionExplainer.importTrace';

export function registerReasoning(panels: ReasoningPanels): vscode.Disposable {
  return vscode.Disposable.from(
    // The selection is a problem or a trace; without one the panel asks.
    registerCommand(STEP_THROUGH, async () => {
      const editor = vscode.window.activeTextEditor;
      const text = editor && editor.document.getText(editor.selection).trim();
      if (editor && text) await panels.openText(titleOf(editor.document), text);
      else panels.open();
    }),
    // With a file as argument it asks nothing: from the explorer, or from a script.
    registerCommand(IMPORT_TRACE, async (file) => {
      await panels.importFile(undefined, file instanceof vscode.Uri ? file : undefined);
    }),
  );
}
