/** How tokens and places are put into words. */
import type { PanelToken } from '../../src/protocol/explanation';
import type { Subject } from '../../src/protocol/panelApi';
import { shortened } from '../../src/shared/tokenLabel';
import { t } from '../shared/l10n';
import { percent } from '../shared/numbers';
import { isolated } from '../shared/rightToLeft';
import type { Cell } from '../shared/tableTwin';
import type { Run } from './state/run';
import type { HeadRef } from './state/selection';

/** Layers and heads count from 0, as the command line and the papers count them. */
export function headName({ layer, head }: HeadRef): string {
  return t('layer {0} head {1}', layer, head);
}

/** "‘)’"; long tokens are cut. */
export function quoted(token: PanelToken | undefined): string {
  return token ? t('‘{0}’', shortened(token.label, 24)) : '';
}

/** What tokens are named and placed by. */
export type Placed = Pick<Run, 'subject' | 'tokens'>;

/**
 * "9:14": line and column of the document, counted as the editor does it, of the token's first character that is no blank. A token that
 * the text does not have, which an intervention may name, is its number.
 */
export function tokenPlace({ subject, tokens }: Placed, at: number): string {
  if (at >= tokens.length) return String(at);
  const { text, firstLine, firstColumn = 1 } = subject;
  const { charStart, charEnd } = tokens[at];
  const own = text.slice(charStart, charEnd);
  const before = text.slice(0, charStart + Math.max(0, own.search(/\S/)));
  const lines = before.split(/\r\n|\r|\n/);
  const column = lines.at(-1)!.length + (lines.length === 1 ? firstColumn : 1);
  return `${firstLine + lines.length - 1}:${column}`;
}

/** "9:14 return": in lists. */
export const tokenName = (run: Placed, at: number): string =>
  `${tokenPlace(run, at)} ${isolated(run.tokens[at].label)}`;

/** The place in a table; the token's index on hover, and in a file in a column of its own. */
export const placeCell = (run: Placed, at: number): Cell => ({
  value: at,
  text: tokenPlace(run, at),
  title: t('token {0}', at),
  both: true,
});

/** "token 9:14 ‘return’". */
export const placedToken = (run: Placed, at: number): string =>
  t('token {0} {1}', tokenPlace(run, at), quoted(run.tokens[at])).trimEnd();

/** "query ‘)’ → key ‘(’: 81.2%". */
export function pairWords(query: PanelToken, key: PanelToken, weight: number | null): string {
  return weight === null
    ? t('query {0} → key {1}', quoted(query), quoted(key))
    : t('query {0} → key {1}: {2}', quoted(query), quoted(key), percent(weight));
}

/** The same with their places, which tell equal tokens apart. */
export function placedPairWords(run: Run, query: number, key: number, weight: number | null): string {
  return `${pairWords(run.tokens[query], run.tokens[key], weight)} · ${tokenPlace(run, query)} → ${tokenPlace(run, key)}`;
}

/** For a hover: "tokens 12 → 5". */
export const pairIndices = (query: number, key: number): string => t('tokens {0} → {1}', query, key);

/** "token 9:14 ‘return’: expected with 12%"; without the last part for the first token. */
export function placedTokenWords(run: Run, at: number): string {
  const logprob = run.explanation?.logprobs[at];
  return logprob === undefined || Number.isNaN(logprob)
    ? placedToken(run, at)
    : t('{0}: expected with {1}', placedToken(run, at), percent(Math.exp(logprob)));
}

/** For a hover: "token 9:14 ‘return’: expected with 12% (index 12, id 123)". */
export const tokenHover = (run: Run, at: number): string =>
  `${placedTokenWords(run, at)} ${t('(index {0}, id {1})', at, run.tokens[at].id)}`;

/** "sample.ts, lines 3–12". */
export function placeWords({ title, firstLine, lastLine, origin, symbol }: Subject): string {
  const lines =
    firstLine === lastLine ? t('{0}, line {1}', title, firstLine) : t('{0}, lines {1}–{2}', title, firstLine, lastLine);
  switch (origin) {
    case 'selection':
      return t('{0} (selection)', lines);
    case 'symbol':
      return symbol ? t('{0} ({1})', lines, symbol) : lines;
    case 'visible':
      return t('{0} (visible part)', lines);
    case 'line':
      return lines;
    case 'typed':
      return title;
  }
}
