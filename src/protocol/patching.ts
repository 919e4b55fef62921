/** Activation patching between two texts, as it is asked for and answered. */
import type { STREAM_SITES } from './edit';

export const PATCH_SITES = ['resid_pre', 'attn_out', 'mlp_out', 'resid_post', 'z'] as const satisfies readonly (
  | (typeof STREAM_SITES)[number]
  | 'z'
)[];
export type PatchSite = (typeof PATCH_SITES)[number];

export interface Patching {
  target: { id: number; text: string };
  foil: { id: number; text: string };
  /** The first token that differs. */
  firstDifference: number;
  /** One for each cell: `edit` is the denoising one in canonical form. */
  sites: { edit: string; layer: number; head?: number; position: number }[];
  /** logit(target) − logit(foil) after the last token of either run. */
  clean: number;
  corrupted: number;
  /** The same with the cell of one run put into the other: [sites]. */
  patched: { denoising: number[]; noising: number[] };
  /** (patched − corrupted)/(clean − corrupted) and (clean − patched)/(clean − corrupted); null where the gap is small. */
  normalised: { denoising: (number | null)[]; noising: (number | null)[] };
}

/** A place of two texts of as many tokens. */
export interface DifferingToken {
  position: number;
  clean: TokenThere;
  corrupted: TokenThere;
}

interface TokenThere {
  text: string;
  /** Natural log of its probability given those before it; null for the first. */
  logProbability: number | null;
  /** The likeliest to come next. */
  next: string;
}

/** `differences`: token by token, from the first that differs on. */
export type PatchedTexts = Patching & { differences: DifferingToken[] };
