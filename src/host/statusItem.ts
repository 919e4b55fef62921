/** An item of the status bar, its text and tooltip as plain text. */
import * as vscode from 'vscode';
import { labelWithIcon, plainText } from './plainText';

export class StatusItem implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;

  constructor({ id, name, tooltip, command }: { id: string; name: string; tooltip: string; command: string }) {
    this.item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Right, 90);
    this.item.name = plainText(name);
    this.item.tooltip = plainText(tooltip);
    this.item.command = command;
  }

  /** @param spoken what a screen reader says */
  show(icon: string, text: string, spoken: string): void {
    this.item.text = labelWithIcon(icon, text);
    this.item.accessibilityInformation = { label: plainText(spoken) };
    this.item.show();
  }

  /** Its hover from now on. */
  tell(tooltip: string): void {
    this.item.tooltip = plainText(tooltip);
  }

  hide(): void {
    this.item.hide();
  }

  dispose(): void {
    this.item.dispose();
  }
}
