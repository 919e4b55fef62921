/** The line that closes a worked solution, as a last place to stop at. */
import type { Step } from '../../protocol/reasoning';

/** The steps, and behind them the "####" line that follows the last one. */
export function withAnswerLine(text: string, steps: readonly Step[]): Step[] {
  const last = steps.at(-1);
  if (!last) return [];
  const match = /^\s*\n[ \t]*(####[^\n]*\S)/.exec(text.slice(last.end));
  if (!match) return [...steps];
  const end = last.end + match[0].length;
  return [...steps, { start: end - match[1].length, end, text: match[1], equations: [], isAnswer: true }];
}
