/** The Chinese of the pages' words, whatever language VS Code speaks: for what is printed in both languages. */
import * as vscode from 'vscode';

/** English is the key. */
export async function chineseWords(extensionUri: vscode.Uri): Promise<Record<string, string>> {
  const bundle = vscode.Uri.joinPath(extensionUri, 'l10n', 'bundle.l10n.zh-cn.json');
  return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(bundle))) as Record<string, string>;
}
