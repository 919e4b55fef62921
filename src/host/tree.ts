/** A list in the sidebar, all that its rows show as plain text. What fails in it is told, since VS Code would render the error. */
import * as vscode from 'vscode';
import { problemMessage } from './problemMessage';
import { toProblem } from '../protocol/problem';
import { showProblem } from './messages';
import { plainText } from './plainText';

export interface TreeRow {
  label: string;
  description?: string;
  tooltip?: string;
  /** One of VS Code's, by name. */
  icon: string;
  /** What a screen reader says, where the label is not enough. */
  spoken?: string;
  id?: string;
  /** By which package.json knows what can be done with it. */
  kind?: string;
  /** What a click does. */
  command: vscode.Command;
}

export interface Rows<Element> {
  readonly onDidChange?: vscode.Event<void>;
  elements(): Element[] | Promise<Element[]>;
  row(element: Element): TreeRow | Promise<TreeRow>;
}

export function registerTree<Element>(view: string, rows: Rows<Element>): vscode.Disposable {
  return vscode.window.registerTreeDataProvider<Element>(view, {
    onDidChangeTreeData: rows.onDidChange,
    getChildren: async (element) => {
      if (element !== undefined) return [];
      try {
        return await rows.elements();
      } catch (thrown) {
        showProblem(thrown);
        return [];
      }
    },
    getTreeItem: async (element) => {
      try {
        return treeItem(await rows.row(element));
      } catch (thrown) {
        return new vscode.TreeItem(plainText(problemMessage(toProblem(thrown))));
      }
    },
  });
}

function treeItem({ label, description, tooltip, icon, spoken, id, kind, command }: TreeRow): vscode.TreeItem {
  const item = new vscode.TreeItem(plainText(label));
  item.id = id;
  item.contextValue = kind;
  item.description = description && plainText(description);
  item.tooltip = tooltip && plainText(tooltip);
  item.iconPath = new vscode.ThemeIcon(icon);
  if (spoken !== undefined) item.accessibilityInformation = { label: plainText(spoken) };
  item.command = { ...command, title: plainText(command.title) };
  return item;
}
