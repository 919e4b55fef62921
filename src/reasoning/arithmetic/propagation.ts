/**
 * Which steps build on a wrong sum, and which wrong sums are taken back. A step builds on one where it computes with the wrong
 * value and that value comes from nowhere else: not from the question, not from a sum that is right. A number that two places
 * share may be either's, and raises nothing.
 */
import type { Equation, Step } from '../../protocol/reasoning';
import type { Work } from '../import/work';

const NUMBER = /\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?/g;
/** "no, wait", 不对: the writer goes back on what was just said. */
export const TAKES_BACK =
  /\bwait\b|\bhold on\b|\bactually\b|\boops\b|\bscratch that\b|\blet me (?:re-?check|re-?do|re-?calculate|correct|fix)|\bthat(?:['’]s| is|['’]s not| is not) (?:wrong|right|incorrect|not right)|\bI made (?:a|an) (?:mistake|error)|\b(?:mistake|error)\b.{0,80}\b(?:above|earlier|step)|^\W*no[,.:;—–-]|等等|不对|等一下|算错|重新算|更正|应该是/i;
/** Sums of one step between two moments at which the work may be left. */
const BREATH = 1024;
/** Steps behind a wrong sum within which it is taken back at once. */
const AT_ONCE = 3;

/** The steps, with what follows from their wrong sums, in pieces. What was given is `question`. */
export function* propagation(steps: readonly Step[], question: string | null): Work<Step[]> {
  const known = new Set(numbersIn(question ?? ''));
  /** Wrong values that are not taken back yet. */
  const wrong = new Set<number>();
  const wrongSteps = new Set<number>();
  const repaired = yield* repairs(steps);
  /** What is taken back, by the step that does it. */
  const takenBack = new Map<number, Equation[]>();
  for (const [sum, by] of repaired) takenBack.set(by, [...(takenBack.get(by) ?? []), sum]);
  const followed: Step[] = [];
  for (const [at, step] of steps.entries()) {
    const { equations } = step;
    for (const { stated } of takenBack.get(at) ?? []) wrong.delete(stated);
    const isOnWrong = (sum: Equation): boolean => wrong.size > 0 && operands(sum).some((value) => wrong.has(value));
    const buildsOnWrong = (wrong.size > 0 && equations.some(isOnWrong)) || names(step, wrongSteps);
    const isWrong = equations.some(({ right }) => !right);
    for (const [i, sum] of equations.entries()) {
      if (i % BREATH === BREATH - 1) yield 0;
      const { stated, right } = sum;
      const isTainted = isOnWrong(sum);
      if ((!right && (repaired.get(sum) ?? Infinity) > at) || (right && isTainted)) {
        if (!known.has(stated)) wrong.add(stated);
      } else if (right) {
        known.add(stated);
        wrong.delete(stated);
      }
    }
    if (equations.some((sum) => !sum.right && !repaired.has(sum))) wrongSteps.add(at + 1);
    for (const value of numbersOutside(step)) if (!wrong.has(value)) known.add(value);
    const corrected = isWrong && equations.every((sum) => sum.right || repaired.has(sum));
    followed.push({ ...step, ...(buildsOnWrong ? { buildsOnWrong } : {}), ...(corrected ? { corrected } : {}) });
    yield 0;
  }
  return followed;
}

/**
 * Wrong sums whose like is stated rightly later, and the step (from 0) that does it: the same sum anywhere, its right value
 * soon behind words that take it back.
 */
function* repairs(steps: readonly Step[]): Work<Map<Equation, number>> {
  const repaired = new Map<Equation, number>();
  const open = new Map<string, Equation[]>();
  let recent: { sum: Equation; at: number }[] = [];
  for (const [at, { text, equations }] of steps.entries()) {
    yield 0;
    recent = recent.filter((one) => at - one.at <= AT_ONCE);
    const takesBack = TAKES_BACK.test(text);
    for (const [i, sum] of equations.entries()) {
      if (i % BREATH === BREATH - 1) yield 0;
      const key = sumKey(sum);
      if (!sum.right) {
        const same = open.get(key);
        if (same) same.push(sum);
        else open.set(key, [sum]);
        recent.push({ sum, at });
        continue;
      }
      for (const one of open.get(key) ?? []) repaired.set(one, repaired.get(one) ?? at);
      open.delete(key);
    }
    if (!takesBack) continue;
    for (const { sum, at: stated } of recent) {
      const after = stated === at ? text.slice(behind(text, sum)) : text;
      if (sum.computed !== null && TAKES_BACK.test(after) && numbersIn(after).includes(sum.computed))
        repaired.set(sum, repaired.get(sum) ?? at);
    }
  }
  return repaired;
}

const behind = (text: string, sum: Equation): number => Math.max(0, text.indexOf(sum.text)) + sum.text.length;

/** What is computed, without its result: the same however it is spaced. */
const sumKey = ({ text, stated }: Equation): string => {
  const [left, right] = sides(text);
  const own = Number(left.replaceAll(',', '')) === stated ? right : left;
  return own
    .replace(/[\s$€£¥￥]/g, '')
    .replace(/[×·⋅∗xX]/g, '*')
    .replace(/÷/g, '/');
};

function sides(text: string): [string, string] {
  const at = text.search(/[=＝≈≡]|\b(?:is|equals)\b|等于|得|是/);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Numbers that a sum computes with. */
function operands({ text, stated }: Equation): number[] {
  const [left, right] = sides(text);
  const own = /[-+*/^×÷·−–]/.test(left.trim().slice(1)) ? left : right;
  const numbers = numbersIn(own);
  return own === right ? numbers.filter((value) => value !== stated) : numbers;
}

const numbersIn = (text: string): number[] =>
  Array.from(text.matchAll(NUMBER), ([number]) => Number(number.replaceAll(',', '')));

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

/** "from step 8": a step that states a wrong sum, by its number. */
function names({ text }: Step, wrong: ReadonlySet<number>): boolean {
  for (const { 1: number } of text.matchAll(/\b(?:from|using|by|in|of) steps? (\d{1,4})\b|由第 ?(\d{1,4}) ?步/gi)) {
    if (number && wrong.has(Number(number))) return true;
  }
  return false;
}
