/** In which column something opens: texts never cover a panel of ours, and panels stand where one stands already. */
import * as vscode from 'vscode';

const OURS = 'attentionExplainer.';

/** The column that shows the document or has it behind another tab, else one that shows no panel, else a new one. */
export function textColumn(uri: vscode.Uri): vscode.ViewColumn {
  const groups = vscode.window.tabGroups.all;
  const uriName = uri.toString();
  const has = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText && input.uri.toString() === uriName;
  const showing = groups.find(({ activeTab }) => activeTab && has(activeTab));
  const group = showing ?? groups.find((one) => !showsPanel(one) && one.tabs.some(has)) ?? groups.find(isFree);
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}

/** The editor that shows the document, opened in its column where none does; the focus stays where it is. */
export async function editorOf(uri: vscode.Uri): Promise<vscode.TextEditor> {
  const uriName = uri.toString();
  const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uriName);
  return shown ?? vscode.window.showTextDocument(uri, { preserveFocus: true, viewColumn: textColumn(uri) });
}

/** The column that has a panel of ours, where that is not the text's own; else the one beside. */
export function panelColumn(): vscode.ViewColumn {
  const { all, activeTabGroup } = vscode.window.tabGroups;
  const group = all.find((one) => one.tabs.some(isPanel));
  // Where the person moved a panel among the texts, the next one would cover the text.
  const coversText = group === activeTabGroup && group.activeTab !== undefined && !isPanel(group.activeTab);
  return group && !coversText ? group.viewColumn : vscode.ViewColumn.Beside;
}

const isFree = (group: vscode.TabGroup): boolean => !showsPanel(group);
const showsPanel = ({ activeTab }: vscode.TabGroup): boolean => activeTab !== undefined && isPanel(activeTab);
/** VS Code puts a prefix of its own before the view's type. */
const isPanel = ({ input }: vscode.Tab): boolean =>
  input instanceof vscode.TabInputWebview && input.viewType.includes(OURS);
