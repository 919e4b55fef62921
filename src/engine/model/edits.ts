/** Lists of edits: whether they fit the model, what one layer has to do, and how much of an earlier run they leave valid. */
import type { Edit, TokenRange } from '../../protocol/edit';
import { Problem } from '../../protocol/problem';
import type { ModelConfig } from './config';

export type EditOf<Kind extends Edit['kind']> = Extract<Edit, { kind: Kind }>;

/** The edits of that kind that act in this layer. */
export function editsOf<Kind extends Edit['kind']>(edits: readonly Edit[], kind: Kind, layer: number): EditOf<Kind>[] {
  return edits.filter((edit): edit is EditOf<Kind> => edit.kind === kind && (edit.layer ?? layer) === layer);
}

/** The tokens of an edit that names none: all of them. */
export const EVERY_TOKEN: TokenRange = { from: 0, to: Infinity };

export const isIn = (token: number, { from, to }: TokenRange = EVERY_TOKEN): boolean => token >= from && token < to;

/** The cut edges of a layer as a kernel's `EdgeCuts` wants them; undefined when there are none. */
export function cutsOf(edits: readonly Edit[], layer: number, heads: number): Int32Array | undefined {
  const cuts = editsOf(edits, 'cut-edges', layer);
  if (cuts.length === 0) return undefined;
  return Int32Array.from(
    cuts.flatMap(({ head, queries, keys }) => [
      head ?? 0,
      head === undefined ? heads : head + 1,
      queries.from,
      Math.min(queries.to, 0x7fffffff),
      keys.from,
      Math.min(keys.to, 0x7fffffff),
    ]),
  );
}

/** What of an earlier run is still right: rows below `row` everywhere, and every row of the layers below `layer`. */
export interface Unchanged {
  row: number;
  layer: number;
}

/**
 * What differs between two lists of edits begins here; both infinite when they say the same. Layer −1: even the stream that
 * went into the first layer is another, and the run begins at the embedding.
 */
export function firstDifference(before: readonly Edit[], after: readonly Edit[]): Unchanged {
  const [old, now] = [before, after].map((edits) => new Map(edits.map((edit) => [JSON.stringify(edit), edit])));
  const first: Unchanged = { row: Infinity, layer: Infinity };
  for (const [one, other] of [
    [old, now],
    [now, old],
  ]) {
    for (const [text, edit] of one) {
      if (other.has(text)) continue;
      // What a patch replaced in the old run is not in its stream any more: it comes from the layer below.
      const undone = one === old && edit.kind === 'patch-residual' ? 1 : 0;
      first.layer = Math.min(first.layer, (edit.layer ?? 0) - undone);
      first.row = Math.min(first.row, edit.kind === 'cut-edges' ? edit.queries.from : (edit.tokens?.from ?? 0));
    }
  }
  return first;
}

/** Throws Problem edit-invalid, which says what does not fit the model. */
export function checkEdits(edits: readonly Edit[], config: ModelConfig): void {
  for (const edit of edits) {
    if (edit.layer !== undefined) within(edit.layer, config.layers, 'layer');
    for (const range of rangesOf(edit)) checkRange(range);
    switch (edit.kind) {
      case 'cut-head':
        within(edit.head, config.heads, 'head');
        break;
      case 'cut-edges':
        if (edit.head !== undefined) within(edit.head, config.heads, 'head');
        break;
      case 'ban-expert':
        within(edit.expert, config.experts, 'expert');
        break;
      case 'force-experts':
        edit.experts.forEach((expert) => within(expert, config.experts, 'expert'));
        if (new Set(edit.experts).size !== edit.experts.length) refuse('An expert is forced twice.');
        if (edit.experts.length > config.expertsUsed) {
          refuse(`${edit.experts.length} experts are forced; the model uses ${config.expertsUsed} for a token.`);
        }
        break;
      case 'patch-residual':
        if (!Number.isFinite(edit.tokens.to)) refuse('A patch names its last token.');
    }
  }
}

function rangesOf(edit: Edit): TokenRange[] {
  if (edit.kind === 'cut-edges') return [edit.queries, edit.keys];
  return edit.tokens ? [edit.tokens] : [];
}

function within(index: number, count: number, what: string): void {
  if (!(Number.isInteger(index) && index >= 0 && index < count)) {
    refuse(`There is no ${what} ${index}; the model has ${count}.`);
  }
}

function checkRange({ from, to }: TokenRange): void {
  if (!(Number.isInteger(from) && from >= 0 && (Number.isInteger(to) || to === Infinity) && to > from)) {
    refuse(`Tokens ${from} to ${to} are not a range.`);
  }
}

export function refuse(message: string): never {
  throw new Problem('edit-invalid', message);
}
