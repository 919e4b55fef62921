/** Pieces of the trace as they are found again in the document it was read from. No DOM. */
import type { TracePiece, TraceSource } from '../../src/protocol/reasoning';
import type { WrongSum } from '../../src/protocol/reasoningPanelApi';
import type { Shown } from './state';

/** Marks beyond these would hide the text. */
const MOST_MARKS = 200;

/** What is farther behind is not marked: UTF-16 units. */
const FARTHEST_MARK = 1 << 21;

export function sourceOf({ origin }: Shown): TraceSource | null {
  return (origin.kind === 'import' && origin.source) || null;
}

export function pieceOfStep({ text, steps }: Shown, step: number): TracePiece {
  return piece(text, steps[step].start, steps[step].end);
}

/** The sums that are wrong, in order. */
export function wrongSumsOf({ text, steps }: Shown): WrongSum[] {
  const wrong = steps.flatMap(({ start, equations, corrected }) =>
    equations
      .filter(({ right }) => !right)
      .map((sum) => ({ sum, at: start, corrected: corrected?.isTakenBack ?? false })),
  );
  // Each is counted from the beginning of the text.
  const near = wrong.filter(({ sum, at }) => at + sum.end < FARTHEST_MARK);
  return near.slice(0, MOST_MARKS).map(({ sum, at, corrected }) => ({
    ...piece(text, at + sum.start, at + sum.end),
    is: sum.computedText ?? (sum.computed === null ? null : String(sum.computed)),
    corrected,
  }));
}

function piece(text: string, start: number, end: number): TracePiece {
  const own = text.slice(start, end);
  let nth = 0;
  if (own !== '')
    for (let at = text.indexOf(own); at >= 0 && at < start; at = text.indexOf(own, at + own.length)) nth++;
  return { text: own, nth };
}
