/** A command whose failure is told in plain text: VS Code shows what a handler throws as it is, links included. */
import * as vscode from 'vscode';
import { showProblem } from './messages';

export function registerCommand(
  id: string,
  handler: (...args: unknown[]) => unknown,
  failed: (thrown: unknown) => void = showProblem,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await handler(...args);
    } catch (thrown) {
      failed(thrown);
      return undefined;
    }
  });
}
