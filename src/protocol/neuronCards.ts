/**
 * Cards of neurons: where each answers most, what it writes, and what kind of token that goes with, by rule. A value is
 * act(gate) · up · the router's weight; a neuron is on where it has at least half of its largest value, and the same sign.
 */
import type { ExpertName } from './edit';

/** By the token's characters and those before it (engine/neurons/kinds.ts). */
export const TOKEN_KINDS = [
  'opening-bracket',
  'closing-bracket',
  'deep-in-brackets',
  'quote',
  'comma',
  'full-stop',
  'colon',
  'semicolon',
  'operator',
  'keyword',
  'number',
  'later-digit',
  'capital',
  'word-piece',
  'repeated',
  'chinese',
  'line-break',
  'indentation',
  'line-start',
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** `before`: the token that comes next is of the kind. */
export interface KindQuery {
  kind: TokenKind;
  before: boolean;
}

export type NeuronQuery =
  | KindQuery
  /** Tokens of these characters, white space and case left out. */
  | { characters: string }
  /** One, `expert` null in a dense layer. */
  | { layer: number; expert: ExpertName | null; neuron: number };

export interface Fit {
  /** Of the tokens where it is on, how many are meant. */
  precision: number;
  /** Of the tokens that are meant, where it is on. Few go through one expert, so this is small. */
  recall: number;
}

export interface NeuronPlace {
  /** Null: in the explained text, at `position`. */
  text: string | null;
  position: number;
  /** What stands before and after in the text. */
  before: string;
  token: string;
  after: string;
  value: number;
}

export interface NeuronCard {
  layer: number;
  /** Null in dense layers. */
  expert: ExpertName | null;
  neuron: number;
  /** The largest value by size, over all texts. */
  peak: number;
  /** Of all tokens, where it is on. */
  density: number;
  /** The strongest first, of the neuron's own sign. */
  here: NeuronPlace[];
  elsewhere: NeuronPlace[];
  /** What its largest value adds to logits, straight through the last norm; null where a norm stands behind the layer. */
  writes: { up: WrittenToken[]; down: WrittenToken[] } | null;
  /** The kind it goes with best in one half of the texts, and how well in the other; null: with none well enough. */
  label: (KindQuery & Fit) | null;
  /** How well what was asked for fits, in the half that did not choose; null where one neuron, or nothing, was asked for. */
  asked: Fit | null;
}

export interface WrittenToken {
  id: number;
  text: string;
  logits: number;
}

export interface NeuronCards {
  cards: NeuronCard[];
  /** In the model, and of them those that have a label. */
  neurons: number;
  labelled: number;
  /** The same of the model's weights in another order, where it was measured; `best`: null where no kind was asked for. */
  shuffled: { labelled: readonly number[]; best: Fit | null } | null;
  /** Beside the explained one. Without, everything is of the explained text alone: nothing is held out. */
  texts: { count: number; tokens: number };
}

/** What neurons are named and found where each matrix keeps its blocks of weights, in another order (bench/neuronNames.mjs). */
export interface ShuffledNames {
  /** SHA-256 of the model whose weights they are. */
  model: string;
  /** How many neurons have a label, for each order. */
  labelled: readonly number[];
  /** By `nameOfKind`: how well the best neuron of any order goes with it. */
  best: Readonly<Record<string, Fit>>;
}

export const nameOfKind = ({ kind, before }: KindQuery): string => (before ? `before ${kind}` : kind);
