/** Hovers over files' own texts, as plain text: a paragraph for each line. */
import * as vscode from 'vscode';
import { withoutLinks } from './plainText';

export interface PlainHover {
  lines: readonly string[];
  range: vscode.Range;
}

type ProvideHover = (
  document: vscode.TextDocument,
  position: vscode.Position,
  cancelled: vscode.CancellationToken,
) => Promise<PlainHover | undefined>;

export function registerHover(provide: ProvideHover): vscode.Disposable {
  return vscode.languages.registerHoverProvider(
    { pattern: '**' },
    {
      async provideHover(document, position, cancelled) {
        const hover = await provide(document, position, cancelled);
        // Neither trusted nor HTML; appendText escapes what Markdown would take for a mark.
        const paragraphs = hover?.lines.map((line) => new vscode.MarkdownString().appendText(withoutLinks(line)));
        return paragraphs && new vscode.Hover(paragraphs, hover?.range);
      },
    },
  );
}
