/** Progress in the window's status bar while a panel that cannot be seen is busy. */
import type * as vscode from 'vscode';
import { inStatusBar } from '../host/progress';

export class HiddenProgress implements vscode.Disposable {
  private finish: (() => void) | undefined;

  /** Shows, changes nothing, or takes away. */
  update(shown: boolean, title: () => string): void {
    if (!shown) return this.dispose();
    if (this.finish) return;
    const finished = new Promise<void>((resolve) => (this.finish = resolve));
    void inStatusBar(title(), () => finished);
  }

  dispose(): void {
    this.finish?.();
    this.finish = undefined;
  }
}
