/**
 * Which steps build on a wrong sum. A step builds on one where it computes with the wrong value, that value comes from nowhere
 * else (not from the question, not from a sum that is right) and the step refers to it: it follows at once, or its words take
 * it up. Where only the number is the same, it may.
 */
import type { Correction, Equation, Step } from '../../protocol/reasoning';
import { kindsOf } from '../import/kinds';
import type { Work } from '../import/work';
import { repairs } from './repairs';
import { numbersIn, operands } from './sumText';
import { WrongValues, type WrongValue } from './wrongValues';

/** Sums of one step between two moments at which the work may be left. */
const BREATH = 1024;

/** "that", "what is left", 这, 剩下: words that take up what has been found. */
const TAKES_UP =
  /\b(?:th(?:at|is|ese|ose)|it|what (?:is|remains)|the (?:result|rest|remainder|remaining|above|previous|mean|whole)|so|then|now|together|altogether|in total|total|therefore|thus|hence|left)\b|[这此剩]|上面|前面|一共|总共|再|所以|因此|于是/i;
/** "not 35", "my earlier 35": a value that was put right is spoken of, and not gone on with. */
const LOOKS_BACK =
  /\b(?:not|instead of|rather than|wrong(?:ly)?|incorrect|mistaken?|mistakes|errors?|earlier|before|previous(?:ly)?)\b|不是|错/i;
/** "Tom has 8 brothers", "There are 25 students", 有: something is said to be so many. */
const GIVES = /\b(?:has|have|had|there (?:is|are|was|were)|owns?|holds?|costs?|contains?|with)\b|[有含]/i;
/** Sums behind a wrong one within which what goes on with its result after it was put right surely does. */
const NEAR = 2;
/** What everybody knows of units: a day has 24 hours, wherever the 24 of the text came from. */
const OF_UNITS = new Set([0, 1, 2, 7, 10, 12, 24, 52, 60, 90, 100, 180, 256, 360, 365, 1000, 1024]);

/** The steps, with what follows from their wrong sums, in pieces. What was given is `question`. */
export function* propagation(steps: readonly Step[], question: string | null): Work<Step[]> {
  const known = new Set(numbersIn(question ?? ''));
  const wrongs = new WrongValues();
  const repaired = yield* repairs(steps);
  /** Steps whose wrong sums nobody puts right. */
  const standing = new Set<number>();
  /** Sums read so far. */
  let count = 0;
  const followed: Step[] = [];
  for (const [at, step] of steps.entries()) {
    const { equations, text } = step;
    wrongs.reach(at);
    const found: WrongValue[] = [];
    const takesUp = !wrongs.isEmpty && TAKES_UP.test(text);
    const given = new Set(wrongs.isEmpty ? [] : givenIn(step));
    const marked = [...equations];
    for (const [i, sum] of equations.entries()) {
      if (i % BREATH === BREATH - 1) yield 0;
      count++;
      const from = wrongs.isEmpty ? null : basisOf(sum, wrongs, { step, given, at, count, takesUp });
      if (from) {
        found.push(from);
        if (from.origins.some((origin) => origin < at))
          marked[i] = { ...sum, onWrong: from.isSure ? 'surely' : 'perhaps' };
      }
      const { stated, right } = sum;
      const by = repaired.get(sum)?.by ?? Infinity;
      if (!right) wrongs.stated(at, by);
      if (!right || from) {
        const origins = [...(from?.origins ?? []), ...(right ? [] : [at])];
        const staysWrong = !right || from!.staysWrong;
        if (!known.has(stated)) wrongs.set(stated, { origins, count, isSure: !right || from!.isSure, staysWrong });
      } else if (right) {
        known.add(stated);
        wrongs.delete(stated);
      }
    }
    if (equations.length === 0 && !wrongs.isEmpty) found.push(...answered(step, at, wrongs));
    const links = linksOf(found, namedIn(text, standing), at);
    if (equations.some((sum) => !sum.right && !repaired.has(sum))) standing.add(at);
    for (const value of numbersOutside(step)) {
      const one = wrongs.get(value);
      if (one && (one.putRightIn ?? at) >= at) continue;
      known.add(value);
      wrongs.delete(value);
    }
    const wrong = equations.filter(({ right }) => !right);
    const corrections = wrong.flatMap((sum) => repaired.get(sum) ?? []);
    const corrected = wrong.length > 0 && corrections.length === wrong.length ? latest(corrections) : undefined;
    followed.push({ ...step, equations: marked, ...links, ...(corrected ? { corrected } : {}) });
    yield 0;
  }
  return followed;
}

const latest = (corrections: readonly Correction[]): Correction => corrections.reduce((a, b) => (b.by > a.by ? b : a));

/** Of what wrong values a sum computes with, those it surely builds on; else those that it may. */
function basisOf(
  sum: Equation,
  wrongs: WrongValues,
  {
    step,
    given,
    at,
    count,
    takesUp,
  }: { step: Step; given: ReadonlySet<number>; at: number; count: number; takesUp: boolean },
): WrongValue | null {
  const used = operands(sum).flatMap((value) => {
    const one = wrongs.get(value);
    if (!one) return [];
    const isNext = one.count === count - 1;
    const isGiven = given.has(value);
    if (one.putRightIn === undefined) {
      if (isGiven) return [{ ...one, isSure: false }];
      const refers = OF_UNITS.has(value) ? takesUp && isNext : takesUp || isNext;
      return [{ ...one, isSure: one.isSure && refers }];
    }
    if (!goesOn(step, at, one)) return [];
    const isNear = count - one.count <= NEAR;
    return isNear || takesUp ? [{ ...one, isSure: one.isSure && isNear && takesUp && !isGiven }] : [];
  });
  if (used.length === 0) return null;
  const isSure = used.some((one) => one.isSure);
  const own = used.filter((one) => one.isSure === isSure);
  const staysWrong = own.some(({ putRightIn }) => putRightIn !== undefined);
  return { origins: own.flatMap(({ origins }) => origins), count, isSure, staysWrong };
}

/** Whether a step goes on with a value, if it was put right before, and does not only speak of it. */
const goesOn = ({ text }: Step, at: number, { putRightIn }: WrongValue): boolean =>
  putRightIn === undefined || (putRightIn < at && !LOOKS_BACK.test(text));

/** A step that concludes or answers without a sum rests on what its numbers came from. */
function answered(step: Step, at: number, wrongs: WrongValues): WrongValue[] {
  const isConclusion = step.isAnswer || kindsOf(step).some((kind) => kind === 'answer' || kind === 'conclude');
  if (!isConclusion) return [];
  return numbersIn(step.text)
    .flatMap((value) => wrongs.get(value) ?? [])
    .filter((one) => goesOn(step, at, one));
}

/** Earlier steps, from 0, that this one builds on, and may. */
function linksOf(
  found: readonly WrongValue[],
  named: readonly number[],
  at: number,
): Pick<Step, 'buildsOn' | 'mayBuildOn'> {
  const earlier = (all: readonly number[]): number[] =>
    [...new Set(all)].filter((origin) => origin < at).sort((a, b) => a - b);
  const of = (isSure: boolean): number[] =>
    found.filter((one) => one.isSure === isSure).flatMap(({ origins }) => origins);
  const buildsOn = earlier([...of(true), ...named]);
  const mayBuildOn = earlier(of(false)).filter((origin) => !buildsOn.includes(origin));
  return { ...(buildsOn.length > 0 ? { buildsOn } : {}), ...(mayBuildOn.length > 0 ? { mayBuildOn } : {}) };
}

/** Numbers of a step that stand in none of its sums: what it brings along. */
function numbersOutside({ text, equations }: Step): number[] {
  let outside = '';
  let at = 0;
  for (const { start, end } of equations) {
    if (start > at) outside += `${text.slice(at, start)} `;
    at = Math.max(at, end);
  }
  return numbersIn(outside + text.slice(at));
}

/** Before its first sum, numbers that a step brings along, "There are 25 students", and does not take up from what was found. */
function givenIn({ text, equations }: Step): number[] {
  const before = text.slice(0, equations[0]?.start ?? 0);
  const parts = before.match(/(?:[^.,;:!?。，；：！？]|[.,:](?=\d))+(?:[.,;:!?。，；：！？]|$)/g) ?? [];
  // The last one goes on with the sum.
  const whole = parts.filter((part) => /[.,;:!?。，；：！？]$/.test(part));
  return whole.filter((part) => GIVES.test(part) && !TAKES_UP.test(part)).flatMap(numbersIn);
}

/** "from step 8": steps that state a wrong sum, by their numbers. */
function namedIn(text: string, wrong: ReadonlySet<number>): number[] {
  if (wrong.size === 0) return [];
  const named = text.matchAll(/\b(?:from|using|by|in|of) steps? (\d{1,4})\b|由第 ?(\d{1,4}) ?步/gi);
  return Array.from(named, ([, english, chinese]) => Number(english ?? chinese) - 1).filter((step) => wrong.has(step));
}
