/**
 * Interventions: what a forward pass is told to do otherwise than the model would. A pass takes a list of them; everything
 * that is asked of its trace (weights, pictures, predictions) is then about the edited run. As text: editText.ts. Sites are
 * TransformerLens' hooks, with additions for mixtures of experts. What is not computed is refused with the reason.
 */

/** Half-open range of token positions; `to` may be infinite. */
export interface TokenRange {
  from: number;
  to: number;
}

/** Edges from queries `dst` to keys `src`. Without `layer` in every layer, without `head` in every head. */
export type EdgeEdit = { site: 'pattern'; layer?: number; head?: number; dst: TokenRange; src: TokenRange } & (
  | { do: 'knockout' } // score −∞: the softmax is over what is left; a query that is left nothing gets a zero vector
  | { do: 'zero' } // the weight is 0, the others stay
  | { do: 'swap' } // the value is the mean of that head's values over all tokens
);

/**
 * A token that is not written into the state of a recurrent layer (β = 0): every later row changes. Without `head` in every head,
 * and then nothing decays at it, and the short convolution of later rows finds nothing of it either.
 */
export interface WriteEdit {
  site: 'write';
  layer: number;
  head?: number;
  pos?: TokenRange;
  do: 'skip';
}

/** Where a vector can come from: the same place of the same site in another run. */
export interface PatchSource {
  do: 'from';
  /** A kept trace by its number, or a text by its name, which whoever runs it has to find first. */
  source: number | string;
  /** Position there of the first token. */
  sourcePos: number;
}

export type VectorChange =
  | { do: 'zero' }
  | { do: 'scale'; by: number }
  | { do: 'mean' } // over all tokens of the text
  | { do: 'resample'; seed: number } // that of another token
  | PatchSource;

/** A head's output before the output matrix; its weights stay as they were. Without `pos` at all tokens. */
export type HeadEdit = { site: 'z'; layer: number; head: number; pos?: TokenRange } & VectorChange;

export const STREAM_SITES = ['resid_pre', 'attn_out', 'mlp_out', 'resid_post'] as const;
/** The residual stream before or behind a layer, or what attention or the feed-forward part adds to it. */
export type StreamEdit = { site: (typeof STREAM_SITES)[number]; layer: number; pos?: TokenRange } & VectorChange;

export type ExpertEdit = { site: 'expert'; layer: number; expert: number; pos?: TokenRange } & (
  | { do: 'contribution' } // its output is left out, the others' weights stay
  | { do: 'route-around' } // it may not be chosen; the router's next favourite comes in
  | { do: 'swap'; to: number } // that one works in its place, with its weight
  | { do: 'force' } // it is chosen whatever the router says; places that are left go to the router's favourites
);

/** An expert by its number, or the one that every token goes through beside those that are chosen for it. */
export type ExpertName = number | 'shared';

/** Neuron of a dense layer, or, with `expert`, of that expert. */
export type NeuronEdit = { site: 'neuron'; layer: number; expert?: ExpertName; neuron: number; pos?: TokenRange } & (
  | { do: 'zero' }
  | { do: 'scale'; by: number }
);

/** Another token in the text. */
export interface TokenEdit {
  site: 'tokens';
  pos: number;
  do: 'text';
  text: string;
}

export type Edit = EdgeEdit | WriteEdit | HeadEdit | StreamEdit | ExpertEdit | NeuronEdit | TokenEdit;
