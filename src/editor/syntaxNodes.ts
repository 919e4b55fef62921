/** Functions, classes and foldable blocks in the explained text, from the document symbol and folding range providers. */
import * as vscode from 'vscode';
import type { SyntaxNode } from '../protocol/panelApi';
import { withTimeout } from './codeCases';
import type { EditorLink } from './editorLink';

const WAIT_MS = 2000;
const LONGEST_NAME = 40;

/** In order of their start, outer ones first; none of the same extent twice. */
export async function syntaxNodes(link: EditorLink): Promise<SyntaxNode[]> {
  const ask = <T>(command: string): Promise<T | undefined> =>
    withTimeout(vscode.commands.executeCommand<T>(command, link.uri), WAIT_MS);
  const [symbols, folds] = await Promise.all([
    ask<(vscode.DocumentSymbol | vscode.SymbolInformation)[]>('vscode.executeDocumentSymbolProvider'),
    ask<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider'),
  ]);
  const nodes = new Map<string, SyntaxNode>();
  const add = (name: string, range: vscode.Range): void => {
    const chars = link.charsIn(range);
    if (chars && !nodes.has(`${chars.start} ${chars.end}`))
      nodes.set(`${chars.start} ${chars.end}`, { name, ...chars });
  };
  const addAll = (list: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): void => {
    for (const symbol of list) {
      if (!('range' in symbol)) add(symbol.name, symbol.location.range);
      else {
        add(symbol.name, symbol.range);
        addAll(symbol.children);
      }
    }
  };
  addAll(symbols ?? []);
  for (const { start, end } of folds ?? []) {
    add(
      link.lineText(start).slice(0, LONGEST_NAME),
      new vscode.Range(new vscode.Position(start, 0), link.lineEnd(end)),
    );
  }
  return [...nodes.values()].sort((a, b) => a.start - b.start || b.end - a.end);
}
