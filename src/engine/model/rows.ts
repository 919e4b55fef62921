/** Rows that go through a layer together: a stretch of a text, or variants of one token beside each other. */
import type { Edit } from '../../protocol/edit';
import type { Buf } from '../kernel/kernel';
import type { AttentionTrace } from './mixers/attentionParts';

export interface Rows {
  n: number;
  /** Position of the first row. The others follow it one by one, and later ones see earlier ones: */
  start: number;
  /** … or all stand at `start`, each with a key and value of its own, and see the positions before it but not one another. */
  onePlace: boolean;
  /** Index of the first among all rows of the pass, which may take several parts. */
  first: number;
  /** What every row does otherwise than the model would. */
  edits: readonly Edit[];
  /** [n] Of rows of one place that differ in it: each row's edits, those of all rows among them. */
  rowEdits?: readonly (readonly Edit[])[];
  /** Queries, keys and values are there already: those of all rows had to be before the first looks. */
  projected?: true;
  /** [n][heads · headDim] What the layer's heads give; its attention is not run then. */
  given?: Float32Array;
}

/** Calls `use` for every stretch of rows that stand one by one from `position` on under the same edits, if it has any. */
export function eachStretch(
  { n, start, onePlace, edits, rowEdits }: Rows,
  use: (edits: readonly Edit[], first: number, count: number, position: number) => void,
): void {
  if (!onePlace) {
    if (edits.length > 0) use(edits, 0, n, start);
    return;
  }
  for (let i = 0; i < n; i++) {
    const own = rowEdits?.[i] ?? edits;
    if (own.length > 0) use(own, i, 1, start);
  }
}

/** Position and edits of one row. */
export const positionOf = ({ start, onePlace }: Pick<Rows, 'start' | 'onePlace'>, row: number): number =>
  onePlace ? start : start + row;
export const editsOf = ({ edits, rowEdits }: Rows, row: number): readonly Edit[] => rowEdits?.[row] ?? edits;

/** Some rows that go through a feed-forward network. */
interface NetworkRows {
  /** Whose: an expert, the one that every token goes through, or the only ones that there are. */
  of: number | 'shared' | 'dense';
  /** Hidden units. */
  width: number;
  count: number;
  /** i32 [count]: which of the rows; undefined: all of them in order. */
  rowIds?: Buf;
  /** [count] How much of each row counts, by the router, or by the gate of the network that every token goes through; undefined: all. */
  scales?: Buf;
}

/** Their hidden units. */
export interface Hidden extends NetworkRows {
  /** [count][width] act(gate) · up, what the down matrix reads. */
  units: Buf;
}

/** The same before activation and product: act(gate) · up · scale, or, without a gate, act(up) · scale, is what `Hidden` has. */
export interface Pre extends NetworkRows {
  gate?: Buf; // [count][width]
  up: Buf; // [count][width]
  scale: number;
}

/** How much of the row `i` of some hidden units counts. */
export const scaleOf = ({ scales }: Pick<Hidden, 'scales'>, i: number): number => scales?.f32[i] ?? 1;

/** A router's results of n rows. */
export interface RouterRows {
  probabilities: Buf; // [n][experts], softmax over experts or a sigmoid of each, before any edit
  choice?: Buf; // [n][experts], what the choice went by where that is something else; −Infinity: in a group that was left out, edited or not
  ids: Buf; // i32 [n][expertsUsed], falling probability
  weights: Buf; // [n][expertsUsed], as used
}

/**
 * Looks at what a pass computes on its way, and may change it: what is computed later reads what a tap leaves. The stream
 * is the embedding plus every `mixed` and `transformed`. Rows of a pass may come in several parts (`rows.first`).
 */
export interface Taps {
  /** [n][embedding] The residual stream as the layer finds it. */
  stream?(layer: number, x: Buf, rows: Rows): void;
  /** Queries, keys, values and row sums of attention, as written; weight = exp(q·k·scale − maximum) / sum. */
  attended?(layer: number, own: AttentionTrace, rows: Rows): void;
  /** [n][heads][headDim] Each head's mixed values, before the output matrix. */
  heads?(layer: number, mixed: Buf, rows: Rows): void;
  /** [n][embedding] What stands where edits of these sites act: what a part gives, before the stream's own norm and what comes of tokens' own rows. */
  updated?(site: 'attn_out' | 'mlp_out', layer: number, update: Buf, rows: Rows): void;
  /** [n][embedding] What the mixer adds to the stream. */
  mixed?(layer: number, update: Buf, rows: Rows): void;
  routed?(layer: number, router: RouterRows, rows: Rows): void;
  /** Gate and up of hidden units, with their biases (TransformerLens' hook_pre and hook_pre_linear). */
  pre?(layer: number, units: Pre, rows: Rows): void;
  hidden?(layer: number, hidden: Hidden, rows: Rows): void;
  /** [n][embedding] What the feed-forward networks give together, before a norm behind. */
  networks?(layer: number, update: Buf, rows: Rows): void;
  /** What a layer takes of the tokens' own rows: of a stream [n][embedding] units [n][perLayer], gelu(gate · stream) ⊙ row. */
  took?(layer: number, stream: Buf, units: Buf, rows: Rows): void;
  /** [n][embedding] What the feed-forward part adds to the stream. */
  transformed?(layer: number, update: Buf, rows: Rows): void;
  /** [n][embedding] The stream behind the last layer. */
  last?(x: Buf, rows: Rows): void;
}
