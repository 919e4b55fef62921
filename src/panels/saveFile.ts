/** Writes what a page made to a place that the person chooses. */
import * as vscode from 'vscode';

const FILTERS: Readonly<Record<string, string>> = { md: 'Markdown', json: 'JSON', svg: 'SVG', png: 'PNG' };

/** false: nothing was chosen. */
export async function saveFile(title: string, extension: string, content: string | Uint8Array): Promise<boolean> {
  const name = `${title.replace(/[^\p{L}\p{N} ._-]/gu, '').trim() || 'reasoning'}.${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    defaultUri: folder && vscode.Uri.joinPath(folder, name),
    filters: { [FILTERS[extension]]: [extension] },
  });
  if (!uri) return false;
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return true;
}
