/**
 * What the editor's language support knows of the explained text, as queries and keys for the heads: a use and the name
 * that defines it (definition provider), code and the name of what is around it (document symbols, then references).
 * Languages without support give nothing. A slow server is not waited for longer than WAIT_MS in all.
 */
import * as vscode from 'vscode';
import type { RolePairs } from '../protocol/readingApi';
import type { EditorLink } from './editorLink';

const WAIT_MS = 4000;
/** Words that are asked about, from the text's beginning on. */
const MOST_WORDS = 200;
const WORD = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/gu;

export interface CodeCases {
  role: 'definition' | 'symbol';
  pairs: RolePairs;
}

export async function codeCases(link: EditorLink, signal: AbortSignal): Promise<CodeCases[]> {
  const deadline = Date.now() + WAIT_MS;
  const ask = <T>(command: string, ...args: unknown[]): Promise<T | undefined> => {
    if (signal.aborted || Date.now() >= deadline) return Promise.resolve(undefined);
    return withTimeout(vscode.commands.executeCommand<T>(command, ...args), deadline - Date.now());
  };
  const symbols = await ask<(vscode.DocumentSymbol | vscode.SymbolInformation)[]>(
    'vscode.executeDocumentSymbolProvider',
    link.uri,
  );
  const named = namedSymbols(symbols ?? []);
  const definitions = await definitionPairs(link, named, ask);
  return [
    { role: 'definition', pairs: pairsOf(definitions) },
    { role: 'symbol', pairs: pairsOf(enclosingPairs(link, named)) },
  ];
}

type Ask = <T>(command: string, ...args: unknown[]) => Promise<T | undefined>;

interface NamedSymbol {
  range: vscode.Range;
  name: vscode.Range;
}

/** Symbols that tell where their name stands; outer ones before inner ones. */
function namedSymbols(symbols: readonly (vscode.DocumentSymbol | vscode.SymbolInformation)[]): NamedSymbol[] {
  return symbols.flatMap((symbol) =>
    'selectionRange' in symbol
      ? [{ range: symbol.range, name: symbol.selectionRange }, ...namedSymbols(symbol.children)]
      : [],
  );
}

/** Last token of each use → tokens of the name that defines it, where both are in the text and the name comes first. */
async function definitionPairs(
  link: EditorLink,
  symbols: readonly NamedSymbol[],
  ask: Ask,
): Promise<Map<number, number[]>> {
  const pairs = new Map<number, number[]>();
  const add = (use: vscode.Range, name: vscode.Range): void => {
    const [query, keys] = [link.tokensIn(use).at(-1), link.tokensIn(name)];
    if (query === undefined || keys.length === 0 || use.contains(name.start)) return;
    if (keys.every((key) => key < query)) pairs.set(query, keys);
  };
  // References of what the file declares come in one answer per symbol; the definition provider knows locals too.
  for (const { name } of symbols) {
    if (link.tokensIn(name).length === 0) continue;
    const places = await ask<vscode.Location[]>('vscode.executeReferenceProvider', link.uri, name.start);
    for (const { uri, range } of places ?? []) if (uri.toString() === link.uri.toString()) add(range, name);
  }
  for (const word of wordsOf(link)) {
    if (pairs.has(link.tokensIn(word).at(-1) ?? -1)) continue;
    const found = await ask<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      link.uri,
      word.start,
    );
    if (!found) break;
    for (const place of found) {
      const uri = 'targetUri' in place ? place.targetUri : place.uri;
      const range = 'targetUri' in place ? (place.targetSelectionRange ?? place.targetRange) : place.range;
      if (uri.toString() === link.uri.toString()) add(word, nameAt(link, range));
    }
  }
  return pairs;
}

/** Some providers answer with a place instead of a name: the word there. */
function nameAt(link: EditorLink, range: vscode.Range): vscode.Range {
  return range.isEmpty ? (link.wordAt(range.start) ?? range) : range;
}

function wordsOf(link: EditorLink): vscode.Range[] {
  const words = [...link.text.matchAll(WORD)].slice(0, MOST_WORDS);
  return words.flatMap((match) => link.rangeOfChars(match.index, match.index + match[0].length) ?? []);
}

/** Each token behind the name of a symbol and within it → the name's tokens; the innermost symbol counts. */
function enclosingPairs(link: EditorLink, symbols: readonly NamedSymbol[]): Map<number, number[]> {
  const pairs = new Map<number, number[]>();
  for (const { range, name } of symbols) {
    const keys = link.tokensIn(name);
    if (keys.length === 0) continue;
    // The token right behind the name has it as its previous token.
    for (const query of link.tokensIn(range)) if (query > keys.at(-1)! + 1) pairs.set(query, keys);
  }
  return pairs;
}

function pairsOf(cases: ReadonlyMap<number, number[]>): RolePairs {
  const flat = [...cases].sort(([a], [b]) => a - b).flatMap(([query, keys]) => keys.map((key) => [query, key]));
  return { queries: Int32Array.from(flat, ([query]) => query), keys: Int32Array.from(flat, ([, key]) => key) };
}

/** Undefined when it takes longer, or fails: a language server that fails is as good as none. */
export async function withTimeout<T>(answer: Thenable<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([answer, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
