/**
 * Receipts: what cutting one thing at one query does to logit(target) − logit(foil) of the token after it. Effects are edited
 * − clean. Direct: what the edit changes in that component's write, read through the last norm at its clean scale, everything
 * later as it was. Total: everything later computed again.
 */
import type { Edit, ExpertName } from './edit';
import type { HeadRole } from './explanation';

export interface Effect {
  direct: number;
  total: number;
}

export interface EdgeReceipt {
  layer: number;
  head: number;
  key: number;
  weight: number;
  /** The key is not seen, the softmax is over what is left; null where nothing is. */
  knockout: Effect | null;
  /** Its weight is 0, the others stay. */
  zero: Effect;
  /** Its value is the head's mean over the text. */
  swap: Effect;
  /** Of the knockout's total effect by size, among all edges of the layer, 1 the largest; null below the floor. */
  rank: number | null;
  /**
   * Beyond its weight: (1 + how many edges of alike weight from other queries have at least this effect) / (n + 1), of
   * knockouts: small is rare. Null: there is no fair control.
   */
  percentile: number | null;
  /**
   * Where weight and effect disagree: the effect is above the 95th or below the 5th percentile of those of like weights, in the
   * study where it is of this model, else among the controls. Null: neither, or it cannot be said.
   */
  disagrees: 'more' | 'less' | null;
}

export interface HeadReceipt {
  layer: number;
  head: number;
  zero: Effect;
  /** Its output is its mean over the text. */
  mean: Effect;
}

export interface ExpertReceipt {
  layer: number;
  expert: number;
  /** As used. */
  weight: number;
  /** Its output is left out, the others' weights stay. */
  contribution: Effect;
  /**
   * It may not be chosen; `to` come in: the router's next favourite, or several where another group of experts is the better one
   * then. Null where all experts are chosen.
   */
  routeAround: (Effect & { to: number[] }) | null;
  /** `to` works in its place, with its weight. */
  swap: (Effect & { to: number }) | null;
}

/** Of the experts' neurons, or a dense layer's, those of the largest values. */
export interface NeuronReceipt {
  layer: number;
  /** Null in dense layers. */
  expert: ExpertName | null;
  neuron: number;
  /** act(gate) · up · the router's weight, or what the shared expert's gate says. */
  value: number;
  zero: Effect;
}

/** Of a cut, beside its effect: measures that are not linear. */
export interface Outcome {
  /** In canonical form. */
  edit: string;
  /** KL(clean ‖ edited) of the prediction, in nats. */
  kl: number;
  /** Of the edited run; `flips`: the clean one had another. */
  likeliest: { id: number; text: string };
  flips: boolean;
  /** How many nats (people are told bits) the whole text's surprisal is larger; null: not asked for, or of weaker cuts. */
  loss: number | null;
}

/** Total effect of a cut in a mixture, and how much of it travels through other experts being chosen later. */
export interface RoutingReceipt {
  /** In canonical form. */
  edit: string;
  /** Experts and their weights are those of the clean run. */
  frozen: number;
  /** Experts are, their weights are computed again. */
  ids: number;
  /** Everything is free: this is the total effect. */
  free: number;
  flips: { layer: number; lost: number[]; gained: number[] }[];
}

/** Rank correlations (Spearman) with the size of the knockout's total effect, within each head, then averaged. */
export interface Agreement {
  /** How many heads: those whose edges vary. */
  heads: number;
  weight: number | null;
  /** α·‖v W_O‖ (Kobayashi et al. 2020). */
  norm: number | null;
  /** |direct effect of zeroing|, direct logit attribution. */
  attribution: number | null;
  /** Of the weight without the first token and line breaks. */
  weightWithoutSinks: number | null;
  /** Null model: of the weight with |direct effect of the knockout|, and with that after the values were dealt out anew. */
  weightDirect: number | null;
  weightDirectPermuted: number | null;
}

/** The strongest edges cut one by one, and all at once. */
export interface JointCut {
  edges: { layer: number; head: number; key: number }[];
  sum: number;
  joint: number;
}

export interface Receipt {
  position: number;
  target: { id: number; text: string };
  foil: { id: number; text: string };
  /** logit(target) − logit(foil) of the run as it is. */
  clean: number;
  /**
   * Smaller effects are none: how far the unedited re-runs are from the kept run at most, or, where it is more, what the rounding
   * of the last product's inputs to 8 bits moves 95 % of the edges' effects by at most.
   */
  floor: number;
  edges: EdgeReceipt[];
  heads: HeadReceipt[];
  experts: ExpertReceipt[];
  neurons: NeuronReceipt[];
  /** Of the strongest cuts of all kinds. */
  outcomes: Outcome[];
  /** Of mixtures only. */
  routing: RoutingReceipt[];
  agreement: Agreement;
  joint: JointCut | null;
  timings: { totalMs: number; edgesMs: number; controlsMs: number };
}

export interface ReceiptRequest {
  /** After which token; the last but one when left out, so that the token that follows is known. */
  position?: number;
  target?: number;
  foil?: number;
}

/** An edge at a query, as an edit. */
export const edgeEdit = (
  { layer, head, key }: { layer: number; head: number; key: number },
  position: number,
  action: 'knockout' | 'zero' | 'swap' = 'knockout',
): Edit => ({
  site: 'pattern',
  layer,
  head,
  dst: { from: position, to: position + 1 },
  src: { from: key, to: key + 1 },
  do: action,
});

/** Edges of like weights in the study of held-out files (bench/receipts.mjs), of the bundled model. */
export interface StudiedBin {
  /** The middle of its weights. */
  weight: number;
  /** How many edges there were. */
  count: number;
  /** 5th and 95th percentile of |effect|, in units. */
  low: number;
  high: number;
  /** |effect| of some of them by chance, in units, sorted. */
  sizes: number[];
}

export interface StudiedEdges {
  /** SHA-256. */
  model: string;
  /** How wide a bin is. */
  factor: number;
  /** Logits. */
  unit: number;
  /** By weight; first tokens and line breaks apart from the others. */
  others: StudiedBin[];
  sinks: StudiedBin[];
}

/** The head that stands out in a role, cut where the role has its say: effects on the token that follows in the text. */
export interface RoleReceipt {
  role: HeadRole;
  layer: number;
  head: number;
  /** Total effect at each place, of the head written as 0 there. */
  places: { position: number; effect: number }[];
  /** Over these places. */
  mean: number;
  /** 95 %, of that mean, by drawing these places anew; null of a single one. Places of one text: another may say otherwise. */
  interval: readonly [low: number, high: number] | null;
  /** The same head's at as many places that are none of the role's; null where there are none. */
  elsewhere: number | null;
  /** The layer's other heads' at the same places; null where there are none. */
  others: number | null;
  /** At how many of the places the token that follows loses. */
  falls: number;
  /** It loses at more than half of them, and the whole interval is below twice what the same cut does elsewhere. */
  needed: boolean;
}
