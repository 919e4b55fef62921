/** What was expected in a token's place. No DOM. */
import type { Expectations } from '../../../src/protocol/readingApi';
import { readableLabel } from '../../../src/shared/tokenLabel';

/** The likeliest tokens in this one's place, given those before it; [] for the first. */
export function expectedBefore(
  { top, ids, probabilities, labels }: Expectations,
  token: number,
): { id: number; label: string; probability: number }[] {
  if (token === 0) return [];
  return Array.from({ length: top }, (_, k) => {
    const at = (token - 1) * top + k;
    return { id: ids[at], label: readableLabel(labels[ids[at]]), probability: probabilities[at] };
  });
}
