/** A panel with a page of ours, its title as plain text. */
import * as vscode from 'vscode';
import { plainText } from './plainText';

export function openPanel(
  view: string,
  title: string,
  place: Parameters<typeof vscode.window.createWebviewPanel>[2],
  options: vscode.WebviewPanelOptions & vscode.WebviewOptions,
): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(view, plainText(title), place, options);
}

export function setTitle(panel: vscode.WebviewPanel, title: string): void {
  panel.title = plainText(title);
}
