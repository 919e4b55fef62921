/** Documents that go on under another address: renamed or moved files and folders, and untitled texts that are saved. */
import * as vscode from 'vscode';
import { openedDocument } from '../host/regularFile';

/** How long before an untitled text is closed its saved copy may have been opened. */
const JUST_MS = 5000;

export interface DocumentMoves {
  /** Whether the document has what was explained of that untitled text. */
  hasTextOf(untitled: vscode.Uri, document: vscode.TextDocument): boolean;
  /** `from` is the address that was known. */
  moved(from: vscode.Uri, to: vscode.TextDocument): void;
  /** An untitled text was closed, and no file has taken its place. */
  lost(untitled: vscode.Uri): void;
}

/** `known`: the documents that somebody cares about. */
export function watchMovedDocuments(
  known: () => vscode.Uri[],
  { hasTextOf, moved, lost }: DocumentMoves,
): vscode.Disposable {
  const opened = new Map<vscode.TextDocument, number>();
  const isKnown = (uri: vscode.Uri): boolean => known().some((one) => one.toString() === uri.toString());
  return vscode.Disposable.from(
    vscode.workspace.onDidRenameFiles(async ({ files }) => {
      for (const { oldUri, newUri } of files) {
        for (const uri of known()) {
          const to = movedTo(uri, oldUri, newUri);
          if (to) moved(uri, await openedDocument(to));
        }
      }
    }),
    vscode.workspace.onDidOpenTextDocument((document) => opened.set(document, Date.now())),
    vscode.workspace.onDidCloseTextDocument((document) => {
      opened.delete(document);
      if (!document.isUntitled || !isKnown(document.uri)) return;
      // VS Code opens the saved file before it empties and closes the untitled text; nothing else ties one to the other.
      const isSaved = ([one, at]: [vscode.TextDocument, number]): boolean =>
        !one.isUntitled && Date.now() - at < JUST_MS && hasTextOf(document.uri, one);
      const saved = [...opened].findLast(isSaved)?.[0];
      if (saved) moved(document.uri, saved);
      else lost(document.uri);
    }),
  );
}

/** Where a file is after it, or a folder around it, was renamed; undefined where it is as it was. */
function movedTo(uri: vscode.Uri, from: vscode.Uri, to: vscode.Uri): vscode.Uri | undefined {
  if (uri.scheme !== from.scheme || uri.authority !== from.authority) return undefined;
  if (uri.path === from.path) return to;
  return uri.path.startsWith(`${from.path}/`)
    ? to.with({ path: to.path + uri.path.slice(from.path.length) })
    : undefined;
}
