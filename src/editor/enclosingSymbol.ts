/** The function or class around the cursor, from whatever language support is there. */
import * as vscode from 'vscode';

export interface EnclosingSymbol {
  name: string;
  range: vscode.Range;
}

/** Language servers that are still starting must not keep the person waiting. */
const WAIT_MS = 1000;

const WANTED = new Set([
  vscode.SymbolKind.Function,
  vscode.SymbolKind.Method,
  vscode.SymbolKind.Constructor,
  vscode.SymbolKind.Class,
  vscode.SymbolKind.Interface,
  vscode.SymbolKind.Struct,
]);

/** The smallest one, from the first character of its line on where only spaces stand before it. */
export async function enclosingSymbol(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<EnclosingSymbol | undefined> {
  let best: EnclosingSymbol | undefined;
  for (const { name, range: bare } of await symbolsOf(document)) {
    const range = withIndentation(document, document.validateRange(bare));
    // The cursor behind the closing brace is still at the function.
    const reach = range.with({ end: document.lineAt(range.end.line).range.end });
    // Nested symbols come after the ones around them, so equal ranges go to the inner one.
    if (reach.contains(position) && (!best || best.range.contains(range))) best = { name, range };
  }
  return best;
}

/** A method without the spaces before its first line would look out of place against its other lines. */
function withIndentation(document: vscode.TextDocument, range: vscode.Range): vscode.Range {
  const { start } = range;
  const before = document.lineAt(start.line).text.slice(0, start.character);
  return before.trim() === '' ? range.with({ start: start.with({ character: 0 }) }) : range;
}

type AnySymbol = vscode.DocumentSymbol | vscode.SymbolInformation;

async function symbolsOf(document: vscode.TextDocument): Promise<EnclosingSymbol[]> {
  const asked = vscode.commands.executeCommand<AnySymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, WAIT_MS, undefined)));
  try {
    return flatten((await Promise.race([asked, late])) ?? []);
  } catch {
    // A language server that fails is as good as none: the line is explained.
    return [];
  } finally {
    clearTimeout(timer);
  }
}

function flatten(symbols: AnySymbol[]): EnclosingSymbol[] {
  return symbols.flatMap((symbol) => {
    // Older providers answer with a flat list that has locations instead of ranges.
    const range = 'range' in symbol ? symbol.range : symbol.location.range;
    const inside = 'children' in symbol ? flatten(symbol.children ?? []) : [];
    return WANTED.has(symbol.kind) ? [{ name: symbol.name, range }, ...inside] : inside;
  });
}
