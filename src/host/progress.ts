/** VS Code's own progress, its title as plain text. */
import * as vscode from 'vscode';
import { plainText } from './plainText';

/** In the status bar, while `work` is under way. */
export const inStatusBar = <T>(title: string, work: () => PromiseLike<T>): Thenable<T> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: plainText(title) }, work);

/** As a message with “Cancel”, which aborts the signal. */
export const inMessage = <T>(title: string, work: (signal: AbortSignal) => Promise<T>): Thenable<T> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title: plainText(title) },
    async (_, token) => {
      const control = new AbortController();
      const subscription = token.onCancellationRequested(() => control.abort());
      try {
        return await work(control.signal);
      } finally {
        subscription.dispose();
      }
    },
  );
