/**
 * Which wrong sums does the text put right, where, and does it say so? Words such as "wait" alone put nothing right: the same
 * sum has to be stated rightly, or its right value as its result.
 */
import type { Correction, Equation, Step } from '../../protocol/reasoning';
import { rational, toNumber } from '../../shared/rational';
import { withoutLatex } from '../import/latex';
import type { Work } from '../import/work';
import { sumKey } from './sumText';

/** "no, wait", 不对: the writer goes back on what was just said. */
const TAKES_BACK =
  /\bwait\b|\bhold on\b|\bactually\b|\boops\b|\bscratch that\b|\bcorrection\b|\blet me (?:re-?check|re-?do|re-?calculate|re-?compute|correct|fix)|\bthat(?:['’]s| is|['’]s not| is not) (?:wrong|right|incorrect|not right)|\bI made (?:a|an) (?:mistake|error)|\b(?:mistake|error)\b.{0,80}\b(?:above|earlier|step)|\b(?:was|is) wrong\b|^\W*no[,.:;—–-]|等等|不对|等一下|算错|错了|重新算|更正|应该是|应为/i;
/** Sums of one step between two moments at which the work may be left. */
const BREATH = 1024;
/** Steps behind a wrong sum, or before a right one, within which words that take back mean it. */
const AT_ONCE = 3;
/** Behind these a number is a result: "is" behind what stands for the sum, not behind any other thing ("the ticket is $7"). */
const RESULT_BEFORE =
  /(?:[=＝]|\b(?:it|that|this|which|answer|result|sum|total|difference|product|quotient|remainder|rest|left|value|number)\s+(?:is|was)\b|\d\s*(?:is|was)\b|\b(?:it['’]s|that['’]s|be|equals|gives?|makes?)\b|(?<!\b(?:he|she|they)\s+)\b(?:get|got)\b|应该?[是为得]|[等]于|[是得为])\s*(?:about |just |only |actually |really )?[$€£¥￥]?$/i;
/** Behind a number: it is no result, but one more of something, or itself taken for wrong. */
const NO_RESULT_BEHIND = /^\s*(?:more|extra|other|further|wrong|not right|incorrect)\b/i;

/** "30 …, but that is wrong; it is 35": what was named before is not what the writer holds for right. */
const REJECTS = /\b(?:but|however|actually|wrong|incorrect|not right)\b|(?:^|[.;,:]\s*)no\b|但|不对|错/i;
/** "I wrote that it is 35": what once was held for right, or is not said to be. */
const ONCE =
  /\b(?:was|were|sa(?:id|ys?)|wrote|thought|had|got|claimed|earlier|before|previous(?:ly)?|if)\b|之前|刚才|如果/i;
/** How far behind a right value it may be rejected. */
const REJECTED_WITHIN = 200;

/** Wrong sums whose like is stated rightly later, and where. */
export function* repairs(steps: readonly Step[]): Work<Map<Equation, Correction>> {
  const repaired = new Map<Equation, Correction>();
  const open = new Map<string, Equation[]>();
  let recent: { sum: Equation; at: number }[] = [];
  /** The last step that takes something back. */
  let said = -Infinity;
  for (const [at, step] of steps.entries()) {
    yield 0;
    const { text, equations } = step;
    recent = recent.filter((one) => at - one.at <= AT_ONCE);
    if (TAKES_BACK.test(text)) said = at;
    const isTakenBack = at - said <= AT_ONCE;
    const next = steps[at + 1]?.equations.length === 0 ? `\n${steps[at + 1].text}` : '';
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
      const same = open.get(key);
      if (!same) continue;
      const behind = (text.slice(sum.end, sum.end + REJECTED_WITHIN) + next).slice(0, REJECTED_WITHIN);
      const rejected = same.filter((one) => isRejected(behind, one));
      for (const one of same)
        if (!rejected.includes(one) && !repaired.has(one)) repaired.set(one, { by: at, isTakenBack });
      if (rejected.length > 0) open.set(key, rejected);
      else open.delete(key);
    }
    if (said !== at) continue;
    for (const { sum, at: stated } of recent) {
      const after = stated === at ? text.slice(sum.end) : text;
      if (!repaired.has(sum) && TAKES_BACK.test(after) && givesResult(after, next, sum))
        repaired.set(sum, { by: at, isTakenBack: true });
    }
  }
  return repaired;
}

/** A fraction is one number: "5/6". */
const SIGNED =
  /(?:[-−](?<![\d)\]%]\s{0,3}[-−]|[a-z][-−]))?(?:\d{1,15}\/\d{1,15}(?![\d/]|\.\d)|\d[\d,]*(?:\.\d+)?|\.\d+)/gi;

/** As `computed` and `stated` are read. */
function valueOf(number: string): number {
  const plain = number.replace(/,(?=\d{3})|,$/g, '').replace('−', '-');
  const fraction = /^(-?\d+)\/(\d+)$/.exec(plain);
  if (!fraction) return Number(plain);
  const [over, under] = fraction.slice(1).map(BigInt);
  return under === 0n ? NaN : toNumber(rational(over, under));
}

/** "it is 7", "= 7", "7, not 8": the right value as what comes out, and no number that happens to be the same. */
function givesResult(written: string, next: string, sum: Equation): boolean {
  const { computed, stated } = sum;
  if (computed === null) return false;
  const text = withoutLatex(written);
  for (const { 0: number, index } of text.matchAll(SIGNED)) {
    if (valueOf(number) !== computed) continue;
    const [before, behind] = [
      text.slice(Math.max(0, index - 40), index),
      text.slice(index + number.length, index + number.length + 24),
    ];
    const end = index + number.length;
    const later = (text.slice(end, end + REJECTED_WITHIN) + next).slice(0, REJECTED_WITHIN);
    if (RESULT_BEFORE.test(before) && !NO_RESULT_BEHIND.test(behind) && !isRejected(later, sum)) return true;
    const not = /^[^\d.]{0,8}(?:\bnot\b|而?不是|instead of|rather than)[^\d]{0,4}([\d.,]+(?:\/\d+)?)/i.exec(behind);
    if (not && valueOf(not[1].replace(/[.,]$/, '')) === stated) return true;
  }
  return false;
}

/** Whether what follows the right value turns from it to the wrong one: "but that is wrong; it is 35". */
function isRejected(behind: string, { stated }: Equation): boolean {
  const turns = REJECTS.exec(behind);
  if (!turns) return false;
  const rest = behind.slice(turns.index);
  return Array.from(rest.matchAll(SIGNED)).some(({ 0: number, index }) => {
    const before = rest.slice(Math.max(0, index - 40), index);
    const isResult = RESULT_BEFORE.test(before) && !NO_RESULT_BEHIND.test(rest.slice(index + number.length));
    return isResult && !ONCE.test(before) && valueOf(number) === stated;
  });
}
