/**
 * While a text has heat, VS Code's own highlight of the word under the cursor would lie over its colours. The first answer
 * that is not empty counts, and one without width shows nothing.
 */
import * as vscode from 'vscode';

/** `isCovered`: whether there is heat at the position. As exact as a selector can be, so that it is asked first. */
export function withoutWordHighlights(
  isCovered: (document: vscode.TextDocument, position: vscode.Position) => boolean,
): vscode.Disposable {
  return vscode.languages.registerDocumentHighlightProvider(
    { pattern: '**' },
    {
      provideDocumentHighlights: (document, position) =>
        isCovered(document, position)
          ? [new vscode.DocumentHighlight(new vscode.Range(position, position), vscode.DocumentHighlightKind.Text)]
          : undefined,
    },
  );
}
