/** VS Code's notifications, as plain text. */
import * as vscode from 'vscode';
import { problemMessage } from './problemMessage';
import { toProblem } from '../protocol/problem';
import { plainText } from './plainText';

/** Not awaited by callers: it resolves when the message is closed, with the action that was chosen. */
type Show = (message: string, ...actions: string[]) => Promise<string | undefined>;

const shown =
  (show: (message: string, ...items: vscode.MessageItem[]) => Thenable<vscode.MessageItem | undefined>): Show =>
  async (message, ...actions) => {
    const items = actions.map((action) => ({ title: plainText(action), action }));
    const chosen = await show(plainText(message), ...items);
    return items.find((item) => item === chosen)?.action;
  };

export const showError: Show = shown((message, ...items) => vscode.window.showErrorMessage(message, ...items));
export const showWarning: Show = shown((message, ...items) => vscode.window.showWarningMessage(message, ...items));
export const showInformation: Show = shown((message, ...items) =>
  vscode.window.showInformationMessage(message, ...items),
);

/** What went wrong, in the person's language. */
export function showProblem(thrown: unknown, show: Show = showError): void {
  void show(problemMessage(toProblem(thrown)));
}

/** In the status bar for some seconds. */
export function showBriefly(message: string, milliseconds = 5000): void {
  vscode.window.setStatusBarMessage(plainText(message), milliseconds);
}
