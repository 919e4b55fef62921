/** Progress in the window's status bar while a panel that cannot be seen is busy. */
import * as vscode from 'vscode';

export class HiddenProgress implements vscode.Disposable {
  private finish: (() => void) | undefined;

  /** Shows, changes nothing, or takes away. */
  update(shown: boolean, title: string): void {
    if (!shown) return this.dispose();
    if (this.finish) return;
    const finished = new Promise<void>((resolve) => (this.finish = resolve));
    void vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => finished);
  }

  dispose(): void {
    this.finish?.();
    this.finish = undefined;
  }
}
