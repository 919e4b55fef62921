/** Tokens rolled up to words, lines and syntax nodes. No DOM. */
import type { PanelToken } from '../../../src/protocol/explanation';
import type { SyntaxNode } from '../../../src/protocol/panelApi';

export type UnitKind = 'token' | 'word' | 'line' | 'node';

export interface Unit {
  label: string;
  /** Rising. */
  tokens: number[];
}

/**
 * Every token is in exactly one unit. word: a run of letters, digits and underscores, else the token itself; a token
 * belongs to the word in which it begins to show something. line: where the token begins. node: the innermost one.
 */
export function unitsOf(
  kind: UnitKind,
  tokens: readonly PanelToken[],
  text: string,
  firstLine: number,
  nodes: readonly SyntaxNode[],
): Unit[] {
  const units: Unit[] = [];
  const byName = new Map<string, Unit>();
  const put = (name: string, label: string, token: number): void => {
    let unit = byName.get(name);
    if (!unit) {
      unit = { label, tokens: [] };
      byName.set(name, unit);
      units.push(unit);
    }
    unit.tokens.push(token);
  };
  const words = kind === 'word' ? [...text.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)] : [];
  let word = 0;
  let line = firstLine; // of the character `counted`
  let counted = 0;
  tokens.forEach(({ charStart, charEnd, label }, token) => {
    const added = charEnd <= charStart;
    const piece = text.slice(charStart, charEnd);
    // White space shows nothing: it counts where it begins.
    const shows = piece.trim() === '' ? charStart : charStart + piece.length - piece.trimStart().length;
    if (kind === 'token' || added) return put(`t${token}`, label, token);
    if (kind === 'line') {
      for (; counted < charStart; counted++) if (text[counted] === '\n') line++;
      return put(`l${line}`, `${line} ${lineAt(text, charStart).trim()}`, token);
    }
    if (kind === 'node') {
      const inner = nodes.findLastIndex(({ start, end }) => start <= shows && charStart < end && shows < end);
      return put(`n${inner}`, inner < 0 ? '—' : nodes[inner].name, token);
    }
    while (word < words.length && words[word].index + words[word][0].length <= shows) word++;
    const found = words[word];
    if (found && found.index <= shows && piece.trim() !== '') put(`w${word}`, found[0], token);
    else put(`t${token}`, label, token);
  });
  return units;
}

/** Sum of each unit's values; tokens behind the end of `values` have none. */
export function sums(units: readonly Unit[], values: ArrayLike<number>): number[] {
  return units.map(({ tokens }) => tokens.reduce((sum, token) => sum + (token < values.length ? values[token] : 0), 0));
}

function lineAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return text.slice(start, end < 0 ? undefined : end);
}
