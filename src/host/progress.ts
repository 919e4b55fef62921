/** VS Code's own progress, its title as plain text. */
import * as vscode from 'vscode';
import { plainText } from './plainText';

/** In the status bar, while `work` is under way. */
export const inStatusBar = <T>(title: string, work: () => PromiseLike<T>): Thenable<T> =>
  vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: plainText(title) }, work);

/** How far it is: words, and a share of 0 … 1. */
export type Report = (words: string, share: number) => void;

/** As a message with “Cancel”, which aborts the signal. */
export const inMessage = <T>(title: string, work: (signal: AbortSignal, report: Report) => Promise<T>): Thenable<T> =>
  vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title: plainText(title) },
    async (progress, token) => {
      const control = new AbortController();
      const subscription = token.onCancellationRequested(() => control.abort());
      let before = 0;
      const report: Report = (words, share) => {
        progress.report({ message: plainText(words), increment: (share - before) * 100 });
        before = share;
      };
      try {
        return await work(control.signal, report);
      } finally {
        subscription.dispose();
      }
    },
  );

/** Milliseconds after which work is slow. */
const SLOW_MS = 400;

/** As a message with “Cancel” and how far it is, where the work takes longer than a moment. */
export async function whenSlow<T>(
  title: string,
  work: (context: { signal: AbortSignal; progress(report: { percent: number }): void }) => Promise<T>,
): Promise<T> {
  const control = new AbortController();
  let percent = 0;
  let report = (): void => {};
  const working = work({
    signal: control.signal,
    progress: (now) => {
      percent = now.percent;
      report();
    },
  });
  const isOver = await Promise.race([
    working.then(
      () => true,
      () => true,
    ),
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), SLOW_MS)),
  ]);
  if (isOver) return working;
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title: plainText(title) },
    async (shown, token) => {
      const subscription = token.onCancellationRequested(() => control.abort());
      report = () => shown.report({ message: `${percent} %` });
      report();
      return working.finally(() => subscription.dispose());
    },
  );
}
