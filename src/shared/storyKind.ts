/** Which of seven sentences a story is told in, and from how many tokens on there can be one. */
import type { Story } from '../protocol/whyApi';

/** A cut is compared with so many other places at least: nothing is told of shorter texts. */
export const LEAST_COMPARED = 19;
export const STORY_TOKENS = LEAST_COMPARED + 2;
/** Share of the other places whose cut has to take less, so that a look stands out. */
export const BEYOND = 0.95;

/**
 * `sure`: what was expected did come. `undecided`: two words were nearly as likely, and a cut confirms what spoke for the
 * first. Otherwise, of the look back: `because`, a cut confirms it; without it the model is no
 * less sure (`despite`); it changes little (`little`); it takes more than others, but little of the lead (`partly`); it matters, but
 * so do other places (`among`).
 */
export type StoryKind = 'sure' | 'undecided' | 'because' | 'despite' | 'little' | 'partly' | 'among';

/** “Because” only after a cut that confirms it, else what the cut did; of `sure` and `undecided` no other is told (engine/reading/story.ts). */
export function storyKind({ why, cut, met, other }: Story): StoryKind {
  if (other) return 'undecided';
  if (met) return 'sure';
  if (cut.confirmed) return 'because';
  if (cut.fall <= 0) return 'despite';
  if (cut.fall < why.positions[cut.key] / 2) return 'little';
  return cut.beyond >= BEYOND && cut.compared >= LEAST_COMPARED ? 'partly' : 'among';
}
