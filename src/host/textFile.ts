/** A small text file that the person picks: its name and its text. */
import * as vscode from 'vscode';
import { showError } from './messages';
import { sizeOfFile } from './regularFile';

/** Larger ones are not what was asked for, and would be copied to the page whole. */
const MOST_BYTES = 1 << 20;

/** null: nothing was picked, or, as the person is told, it is too large or no text. Throws as the file system. */
export async function pickTextFile(title: string): Promise<{ name: string; text: string } | null> {
  const { t } = vscode.l10n;
  const filters = { [t('Text')]: ['txt'], [t('All files')]: ['*'] };
  const [uri] = (await vscode.window.showOpenDialog({ title, filters })) ?? [];
  if (!uri) return null;
  const name = uri.path.split('/').pop() ?? '';
  if ((await sizeOfFile(uri)) > MOST_BYTES) {
    void showError(t('“{0}” is larger than a list of interventions can be.', name));
    return null;
  }
  const bytes = await vscode.workspace.fs.readFile(uri);
  try {
    return { name, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    void showError(t('“{0}” is not a text in UTF-8.', name));
    return null;
  }
}
