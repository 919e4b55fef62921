/** Sums of hours and minutes: "1 h 30 min + 45 min = 2 h 15 min", "1小时30分钟 + 45分钟 = 2小时15分钟". */
import type { Equation } from '../../protocol/reasoning';

/** Hours with their minutes, or minutes alone. */
const TERM =
  /(?<![\d.,:])(?:(\d{1,4}(?:\.\d{1,4})?)\s?(?:hours?|hrs?|h|个?小时)(?![a-z])(?:\s?(?:and\s)?(\d{1,4})\s?(?:minutes?|mins?|m|分钟?)(?![a-z]))?|(\d{1,4})\s?(?:minutes?|mins?|分钟?)(?![a-z]))/giu;
const JOINT = /^\s{0,4}([-+−=])\s{0,4}$/;
/** The claim ends here, and nothing goes on to compute with it. */
const ENDS = /^\s{0,4}(?:$|[.,;:!?)=。，；！？）\n\p{L}])/u;

interface Chain {
  start: number;
  end: number;
  /** Thousandths of a minute, so that 0.5 h is exact. */
  total: number;
  terms: number;
  hasHours: boolean;
  hasMinutes: boolean;
}

/** Those that mix hours and minutes; sums of one unit are read with their unit. In order. */
export function timeSums(text: string): Equation[] {
  if (!/(?:h|小时|min|分)/i.test(text)) return [];
  const found: Equation[] = [];
  let chain: Chain | null = null;
  for (const { index, 0: whole, 1: hours, 2: minutes, 3: alone } of text.matchAll(TERM)) {
    const end = index + whole.length;
    const own = Math.round(Number(hours ?? 0) * 60_000) + Number(minutes ?? alone ?? 0) * 1000;
    const kinds = { hasHours: hours !== undefined, hasMinutes: (minutes ?? alone) !== undefined };
    const before: Chain | null = chain;
    const joint = before && JOINT.exec(text.slice(before.end, index))?.[1];
    if (!before || !joint || (joint === '=' && before.terms < 2)) {
      const isRest = /[-+*/×÷−]\s{0,4}$/.test(text.slice(Math.max(0, index - 8), index));
      chain = isRest ? null : { start: index, end, total: own, terms: 1, ...kinds };
      continue;
    }
    const both = {
      hasHours: before.hasHours || kinds.hasHours,
      hasMinutes: before.hasMinutes || kinds.hasMinutes,
    };
    if (joint !== '=') {
      const total = joint === '+' ? before.total + own : before.total - own;
      chain = { ...before, ...both, end, total, terms: before.terms + 1 };
      continue;
    }
    chain = null;
    if (!both.hasHours || !both.hasMinutes || !ENDS.test(text.slice(end, end + 8))) continue;
    found.push({
      text: text.slice(before.start, end),
      start: before.start,
      end,
      stated: own / 1000,
      computed: before.total / 1000,
      computedText: spelled(before.total / 1000),
      right: own === before.total,
      rounded: false,
    });
  }
  return found;
}

function spelled(minutes: number): string {
  const sign = minutes < 0 ? '-' : '';
  const [whole, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${sign}${[whole > 0 ? `${whole} h` : '', rest > 0 || whole === 0 ? `${rest} min` : ''].filter(Boolean).join(' ')}`;
}
