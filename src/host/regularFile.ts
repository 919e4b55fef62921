/** What of a uri is a file: a pipe would be waited for, and a device has no end. */
import * as vscode from 'vscode';

/** In bytes. Throws Error for what is no file, FileSystemError as `stat`. */
export async function sizeOfFile(uri: vscode.Uri): Promise<number> {
  const { size, type } = await vscode.workspace.fs.stat(uri);
  if (!(type & vscode.FileType.File)) throw vscode.FileSystemError.Unavailable('It is no file.');
  return size;
}

export const openDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());

/** Its document, opened where it is not. Throws as `openTextDocument`, and Error for what is no file. */
export async function openedDocument(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const open = openDocument(uri);
  if (open) return open;
  // What others provide by a scheme of their own may be in no file system.
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) !== undefined) await sizeOfFile(uri);
  return vscode.workspace.openTextDocument(uri);
}
