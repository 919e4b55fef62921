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

export async function enclosingSymbol(
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<EnclosingSymbol | undefined> {
  const symbols = await symbolsOf(document);
  return (
    smallest(symbols, (range) => range.contains(position)) ??
    // The cursor in the indentation before a method, or behind its closing brace.
    smallest(symbols, (range) => range.start.line <= position.line && position.line <= range.end.line)
  );
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

function smallest(symbols: EnclosingSymbol[], fits: (range: vscode.Range) => boolean): EnclosingSymbol | undefined {
  let best: EnclosingSymbol | undefined;
  for (const symbol of symbols) {
    // Nested symbols come after the ones around them, so equal ranges go to the inner one.
    if (fits(symbol.range) && (!best || best.range.contains(symbol.range))) best = symbol;
  }
  return best;
}
