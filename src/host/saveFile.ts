/** Writes what a page made to a place that the person chooses. */
import * as vscode from 'vscode';

const FILTERS: Readonly<Record<string, string>> = {
  md: 'Markdown',
  json: 'JSON',
  csv: 'CSV',
  svg: 'SVG',
  png: 'PNG',
  txt: 'TXT',
  mcap: 'MCAP',
  html: 'HTML',
};

/** Of a title, which may be a foreign text; file systems take 255 bytes, and characters may have three. */
const MOST_CHARS = 80;

/** false: nothing was chosen. */
export async function saveFile(title: string, extension: string, content: string | Uint8Array): Promise<boolean> {
  const words = title.slice(0, MOST_CHARS).replace(/[^\p{L}\p{N} ._-]/gu, '');
  const name = `${words.trim() || 'attention-explainer'}.${extension}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save as {0}', FILTERS[extension]),
    defaultUri: folder && vscode.Uri.joinPath(folder, name),
    filters: { [FILTERS[extension]]: [extension] },
  });
  if (!uri) return false;
  await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  return true;
}
