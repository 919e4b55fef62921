/** Why this token: the logit difference of two tokens after a position, taken apart, and the sentence it leads to. */

import type { Handle } from './handle';

/** A token of the vocabulary and how likely it was at the place. */
export interface Expected {
  id: number;
  label: string;
  /** Exactly what it would add. */
  text: string;
  probability: number;
}

export type WhyPart =
  | { kind: 'embedding' }
  | { kind: 'head'; layer: number; head: number }
  | { kind: 'expert'; layer: number; expert: number }
  /** A feed-forward part that is applied whole, or the expert that every token goes through. */
  | { kind: 'feed-forward'; layer: number }
  /** Biases, which say the same after every text. */
  | { kind: 'constants' };

/** What one part of the model writes at the position, in logits for the target over the foil. */
export interface WhyTerm {
  part: WhyPart;
  effect: number;
  /** Of a head: the place that it read for most of this, by size, and how much of `effect` came from there. */
  read?: { key: number; effect: number };
}

/** D = logit(target) − logit(foil) after `position`, exactly taken apart with the last norm's scale as it was. */
export interface Why {
  position: number;
  target: Expected;
  foil: Expected;
  /** D, from the logits of the run. */
  difference: number;
  /** Strongest first by size. They add up to D but for the remainder. */
  terms: WhyTerm[];
  /** What the kernel's rounding leaves: D − Σ terms. */
  remainder: number;
  /** Effect by place read, all heads and layers together: what q wrote because it read there. */
  positions: Float32Array; // [position + 1]
}

/** What a cut of all looks from the position to another place does to D. */
export interface WhyCut {
  key: number;
  /** How much D falls: positive where the place spoke for the target. */
  fall: number;
  /** Of the other places that were cut one by one: the share whose fall is smaller, and how many there were. */
  beyond: number;
  compared: number;
  /** Whether D falls by at least half the place's direct share and a fifth of itself, and by more than for 95 % of at least 19 others. */
  confirmed: boolean;
}

/**
 * The place at which the model expected something else with conviction, was undecided between two words, or was sure of what
 * came, and the look back that carried it.
 */
export interface Story {
  /** Where it was undecided: the word that was nearly as likely, and how likely all of it was. */
  other?: { text: string; probability: number };
  /** What was expected did come. */
  met: boolean;
  /** The whole word that the expected token begins, and how likely all of it was. */
  word: { text: string; probability: number };
  why: Why;
  cut: WhyCut;
  /** How likely the token was that did follow. */
  actual: Expected;
}

export type WhyWorkerApi = {
  /** Without a target the token that follows (at the end the likeliest); without a foil the likeliest other. */
  why: { params: { trace: Handle; position: number; target?: number; foil?: number }; result: Why };
  /** Null where nothing was expected with conviction that a look back carried. */
  story: { params: { trace: Handle }; result: Story | null };
};
