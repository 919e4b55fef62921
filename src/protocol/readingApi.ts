/** What the worker answers about a kept trace beyond its weights: roles, single edges, predictions, experts, layers. */
import type { LayerMaps, PictureSpan, RoleScores } from './explanation';
import type { Circuit } from './circuits';
import type { NeuronCards, NeuronQuery } from './neuronCards';
import type { PatchedTexts, PatchSite } from './patching';
import type { Receipt, ReceiptRequest, RoleReceipt } from './receipts';
import type { WhyWorkerApi } from './whyApi';
import type { Handle } from './handle';

/** Queries and the keys they are about, as pairs; a query with several keys has several pairs, next to each other. */
export interface RolePairs {
  queries: Int32Array; // [pairs], rising
  keys: Int32Array; // [pairs], each ≤ its query
}

/** Three readings of the edges from one query to every key, in one head. */
export interface EdgeReadings {
  weights: Float32Array; // [query + 1], sum to 1
  /** α·‖v W_O‖: length of what the edge adds to the residual stream. */
  norms: Float32Array; // [query + 1]
  /** What the edge adds to the target's logit, straight through the last norm, before a cap on logits. */
  logits: Float32Array; // [query + 1]; [] where nothing is predicted
  /** Token whose logit is meant: the one that was asked about, else the one that follows the query in the text, after the last one the likeliest. */
  target: { id: number; label: string; logit: number } | null;
}

/** How one weight comes about. */
export interface EdgeStages {
  q: Float32Array; // [keyDim], after QK-norm and rotation
  k: Float32Array; // [keyDim], likewise
  dot: number;
  /** Multiplies the product: 1/√keyDim unless the model says otherwise. */
  scale: number;
  /** Where scores are capped: softcap · tanh(score / softcap). */
  softcap?: number;
  /** Where distance counts (ALiBi): what each position between query and key takes off the score. */
  slope?: number;
  /** dot · scale, capped where the model does, less what the distance takes; null where the key is masked: later than the query, or outside the window. */
  score: number | null;
  /** Largest score of the query's row, and the row's sum of exp(score − largest). */
  rowMax: number;
  rowSum: number;
  /** The weight that the head's sink took, where it has one: it is part of the row's sum. */
  sink?: number;
  weight: number;
}

/** What was expected after every token. */
export interface Expectations {
  /** In bits. */
  entropy: Float32Array; // [tokens]
  top: number;
  ids: Int32Array; // [tokens][top], falling probability
  probabilities: Float32Array; // [tokens][top]
  /** Label of each id that occurs in `ids`. */
  labels: Record<number, string>;
}

/** What the model would say if it stopped after a layer (nostalgebraist 2020, "logit lens"). */
export interface LensLayer {
  /** 0: the embedding alone; l: after layer l − 1. */
  depth: number;
  top: { id: number; label: string; probability: number }[];
  /** Of the answer. */
  probability: number;
  /** 1: it leads. */
  rank: number;
}

export interface Lens {
  answer: { id: number; label: string; probability: number };
  depths: LensLayer[]; // [layers + 1]
  /** The least depth from which on the answer leads without a break; as many as there are depths: not even at the end. */
  lead: number;
}

/** Probability of a typed continuation, token by token. */
export interface Continuation {
  tokens: { id: number; label: string; logprob: number; rank: number }[];
  /** Natural log of the whole: the sum. */
  logprob: number;
}

/** How one token is drawn from what a model expects. */
export interface SamplingOptions {
  /** 0: always the likeliest token. */
  temperature: number;
  /** Only the k likeliest tokens; 0: all. */
  topK: number;
  /** Only the likeliest tokens that together reach this probability; 1: all. */
  topP: number;
  seed: number;
}

/** How a text goes on, token by token. */
export interface GoneOn {
  /** All of it. */
  text: string;
  /** Each with the probability that the model gave it, before temperature and bounds, and the likeliest there. */
  tokens: { id: number; label: string; probability: number; likeliest: { label: string; probability: number }[] }[];
  /** The model ended the text by itself. */
  ended: boolean;
}

/** One layer's router, in numbers. */
export interface ExpertReport {
  layer: number;
  experts: number;
  topK: number;
  /** What the last expert taken was chosen by (a probability, but see ModelCard.routing) minus that of the first one not taken. */
  margin: Float32Array; // [tokens]
  runnerUp: Uint16Array; // [tokens], the first expert not taken
  /** Of the router's probabilities, in bits, or of sigmoids made to sum to 1; at most log2(experts). */
  entropy: Float32Array; // [tokens]
  load: Uint32Array; // [experts], tokens that took it
  /** Largest load over the mean: 1 is even, which is what a router is trained for. */
  imbalance: number;
  /** Pairs of experts that were taken together most, against what independent choices would give. */
  together: { a: number; b: number; tokens: number; lift: number }[];
  /** Of each expert with enough tokens: the class of tokens it takes most above its share. */
  likes: { expert: number; tokens: number; tokenClass: TokenClass; share: number; chance: number }[];
}

export type TokenClass =
  | 'word'
  | 'keyword'
  | 'number'
  | 'bracket'
  | 'punctuation'
  | 'operator'
  | 'line-break'
  | 'space'
  | 'other';

/** Hidden units of the feed-forward layers that answered strongest to one token. */
export interface ActiveNeuron {
  layer: number;
  neuron: number;
  /** What the down matrix multiplies (ModelCard.neuron). */
  activation: number;
}

export const GO_ON_TOKENS = 200;

/** Flow costs the cube of the tokens: a limit at which it still takes a second or two. */
export const FLOW_TOKENS = 256;

export type LayerFlow =
  | { method: 'mean'; heads: { layer: number; head: number }[] } // plain average of the chosen heads
  | { method: 'rollout' } // Abnar & Zuidema 2020: (A + I)/2 per layer, multiplied
  | { method: 'flow' }; // the same paper: maximum flow through the layers' graph

/** A picture of a head's implied influence (engine/trace/influence.ts), for layers that have no attention. */
export interface InfluenceTile extends PictureSpan {
  trace: Handle;
  layer: number;
  head: number;
}

/** What the worker answers about a kept trace. */
export type ReadingWorkerApi = {
  /** The small maps of a layer as if some keys were not there: their weights are 0, nothing is divided again. */
  mapsWithout: { params: { trace: Handle; layer: number; without: Uint8Array }; result: LayerMaps };
  /** Scores of one role over cases that the host found (definition ↔ use, enclosing symbol). */
  caseScores: {
    params: { trace: Handle; role: 'definition' | 'symbol'; pairs: RolePairs };
    result: RoleScores[];
  };
  /** Induction and previous token on a random row given twice: once per model. */
  probe: { params: { trace: Handle }; result: RoleScores[] };
  /** Signed, [rows][cols]; of the tokens that a cell stands for the one of the largest size. */
  influence: { params: InfluenceTile; result: Float32Array };
  /** The weight that the head's sink took at each token: [tokens]; [] where the layer has no sinks. */
  sinkWeights: { params: { trace: Handle; layer: number; head: number }; result: Float32Array };
  edgeReadings: {
    params: { trace: Handle; layer: number; head: number; query: number; target?: number };
    result: EdgeReadings;
  };
  edgeStages: {
    params: { trace: Handle; layer: number; head: number; query: number; key: number };
    result: EdgeStages;
  };
  expectations: { params: { trace: Handle; top: number }; result: Expectations };
  /** `answer`: the id of the token that is followed; without it the final answer. */
  lens: { params: { trace: Handle; position: number; top: number; answer?: number }; result: Lens };
  /** Probability of `text` right after token `position`. Throws Problem input-empty. */
  continuation: { params: { trace: Handle; position: number; text: string }; result: Continuation };
  /** At most GO_ON_TOKENS at once. The same seed goes on the same way. */
  goOn: { params: { trace: Handle; position: number; count: number; sampling: SamplingOptions }; result: GoneOn };
  expertReport: { params: { trace: Handle; layer: number }; result: ExpertReport };
  /** The `top` strongest, or those that are named, in their order. */
  neurons: {
    params: { trace: Handle; position: number; top: number; of?: { layer: number; neuron: number }[] };
    result: ActiveNeuron[];
  };
  /** From one token through several heads or all layers: [token + 1], sums to 1 (for `flow`: scaled so). */
  layerFlow: { params: { trace: Handle; token: number; how: LayerFlow }; result: Float32Array };
  /** What cutting each edge, head and expert at one token does. Throws Problem edit-invalid for an edited run. */
  receipt: { params: { trace: Handle } & ReceiptRequest; result: Receipt; progress: number };
  /** Of each role the head that stands out, cut where it has its say. Throws Problem edit-invalid for an edited run. */
  roleReceipts: { params: { trace: Handle }; result: RoleReceipt[] };
  /**
   * The text with other tokens in the places of some (`edits`, in canonical form), or another `text`, as the corrupted run; only
   * one `way`, the other is empty. Throws Problem edit-invalid.
   */
  patch: {
    params: {
      trace: Handle;
      corrupted: { edits: readonly string[] } | { text: string };
      site: PatchSite;
      way: 'denoising' | 'noising';
    };
    result: PatchedTexts;
    progress: number;
  };
  /** At most `nodes` are drawn. Throws Problem model-unsupported, edit-invalid for an edited run. */
  circuit: { params: { trace: Handle; nodes: number } & ReceiptRequest; result: Circuit; progress: number };
  /**
   * Cards of neurons that answer to the query, the best first; null: those of the best labels. Throws Problem edit-invalid for
   * an edited run, internal for a neuron that is not there.
   */
  neuronCards: {
    params: { trace: Handle; query: NeuronQuery | null; most: number };
    result: NeuronCards;
    progress: number;
  };
} & WhyWorkerApi;

/** Their names, for whoever passes them on. */
export const READING_METHODS = [
  'mapsWithout',
  'caseScores',
  'probe',
  'influence',
  'sinkWeights',
  'edgeReadings',
  'edgeStages',
  'expectations',
  'lens',
  'continuation',
  'goOn',
  'expertReport',
  'neurons',
  'layerFlow',
  'receipt',
  'roleReceipts',
  'patch',
  'circuit',
  'neuronCards',
  'why',
  'story',
] as const satisfies readonly (keyof ReadingWorkerApi)[];
export type ReadingMethod = (typeof READING_METHODS)[number];
