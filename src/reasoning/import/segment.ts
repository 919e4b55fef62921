/** Divides a chain of thought into steps: numbered items, lines, sentences within lines, sums within sentences. */
import type { Division, Equation, Step, TextRange } from '../../protocol/reasoning';
import { equationsInPieces, findEquations } from '../arithmetic/equations';
import { notationOf, type Notation } from '../arithmetic/notations';
import { isAnswerLine } from './answerLine';
import { blocksOf } from './blocks';
import { isItem, isTitle } from './item';
import { thoughtParts } from './thoughts';
import { atOnce, shares, type Work } from './work';

/** Words whose full stop ends no sentence. */
const ABBREVIATION = /(?:^|[\s(])(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e|approx|[a-z])\.$/i;
/** "There are 450 L. Left are …": one letter behind a number is a unit. */
const UNIT_AT_END = /\d\s?[a-z]\.$/i;
/** Begins or ends a formula of several lines, each of which is a step. */
const LATEX_MARK = /^(?:\\(?:begin|end)\{[a-z]{1,16}\*?\}|\\[[\]]|\$\$)$/;
/** What a LaTeX file says of itself, and its titles, where they claim nothing; what else stands in the line is a step. */
const LATEX_HEAD =
  /^\\(?:(?:documentclass|usepackage|(?:re)?newcommand(?:\*|\s?\\[a-z]{1,32})?|newtheorem|geometry|pagestyle|author|date|maketitle|label)(?![a-z])(?:\s?(?:\[[^[\]]*\]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}))*|(?:title|(?:sub){0,2}section\*?)\{(?:[^{}=]|\{[^{}=]*\})*\})\s*/;
const SECONDS = String.raw`\d{1,5}(?:\.\d)?\s?(?:s|secs?|seconds?)`;
const MINUTES = String.raw`\d{1,3}\s?(?:m|mins?|minutes?)`;
/** What a chat's page writes above an answer, alone in its line: "Thought for 12 seconds", "已思考（用时 8 秒）". */
const DURATION = new RegExp(
  String.raw`^>?\s?[*_]{0,2}(?:(?:Thought|Reasoned) for (?:about )?(?:a few seconds|${SECONDS}|${MINUTES}(?: (?:and )?${SECONDS})?)|已?(?:深度)?思考了?\s?[（(]?(?:用时)?\s?\d{1,5}\s?秒[)）]?)[*_]{0,2}[.。]?$`,
  'i',
);
const isMark = (line: string): boolean => LATEX_MARK.test(line) || DURATION.test(line);
/** Only before a number: "No. 5", but "The answer is no. Then …". */
const NUMBERED = /(?:^|[\s(])(?:no|fig|eq)\.$/i;

/**
 * Places of the steps within [start, end) of the text, without surrounding white space; empty where there is no text. Where
 * something there is thought, between tags, only that.
 */
export function segment(text: string, range: TextRange, division: Division = 'found'): TextRange[] {
  return thoughtParts(text, range).flatMap((part) => segmentPart(text, part, division));
}

function segmentPart(text: string, { start, end }: TextRange, division: Division): TextRange[] {
  const own = (line: TextRange): string => text.slice(line.start, line.end);
  const all = linesOf(text, start, end).flatMap((line) => behindHead(text, line) ?? []);
  // What closes a trace is no step: the final answer's own line; nor are marks.
  const lines = all.filter((line) => !isAnswerLine(own(line), line === all.at(-1)) && !isMark(own(line)));
  const blocks = blocksOf(lines.map(own));
  const items = lines.map((line, at) => division === 'found' && !blocks[at] && isItem(own(line)));
  const isNumbered = items.filter(Boolean).length >= 2;
  const steps: TextRange[] = [];
  let inItem = false;
  /** An item that is so far only a title: its line is kept, since the item grows. */
  let isOnlyTitle = false;
  for (const [at, line] of lines.entries()) {
    const begins = items[at];
    const block = blocks[at];
    if (isNumbered && inItem && !begins) {
      const item = steps.at(-1)!;
      // An empty line ends an item, but not within code, nor right below a title.
      const goesOn = block?.kind === 'code' || isOnlyTitle || !blankBetween(text, item.end, line.start);
      if (goesOn) {
        item.end = line.end;
        isOnlyTitle = false;
        continue;
      }
    }
    inItem = isNumbered && begins;
    isOnlyTitle = inItem && isTitle(own(line));
    if (inItem || division === 'lines') steps.push({ ...line });
    else if (block && at > 0 && block === blocks[at - 1]) steps.at(-1)!.end = line.end;
    else if (block) steps.push({ ...line });
    // One by one: a line may have more sentences than a call may have arguments.
    else for (const sentence of sentencesOf(text, line)) steps.push(sentence);
  }
  return division === 'sums' ? steps.flatMap((step) => sumsOf(text, step)) : steps;
}

/** The line without the commands of a LaTeX file's head that it begins with; undefined where it has nothing else. */
function behindHead(text: string, { start, end }: TextRange): TextRange | undefined {
  let from = start;
  for (let head = LATEX_HEAD.exec(text.slice(from, end)); head; head = LATEX_HEAD.exec(text.slice(from, end)))
    from += head[0].length;
  return from > start && text[from] === '%' ? undefined : trimmed(text, from, end);
}

/** The steps themselves, with their sums checked. */
export const stepsOf = (text: string, ranges: readonly TextRange[]): Step[] =>
  atOnce(checkSums(text, unchecked(text, ranges)));

/** The steps themselves; their sums are for `checkSums`. */
export const unchecked = (text: string, ranges: readonly TextRange[]): Step[] =>
  ranges.map(({ start, end }) => ({ start, end, text: text.slice(start, end), equations: [] }));

/** Steps of a text with their sums checked; the line of the answer has none. */
export function* checkSums(text: string, steps: readonly Step[]): Work<Step[]> {
  const notation = notationOf(text);
  const all = steps.reduce((sum, { text: own }) => sum + own.length, 0);
  let done = 0;
  const checked: Step[] = [];
  for (const [at, step] of steps.entries()) {
    const [before, behind] = [done / all, (done += step.text.length) / all];
    const goesOn = step.isAnswer || !areLines(text, steps[at - 1], step) ? [] : goingOn(steps, at, text, notation);
    const work = step.isAnswer ? undefined : shares(equationsInPieces(step.text, notation), before, behind);
    checked.push(work ? { ...step, equations: [...goesOn, ...(yield* work)] } : step);
  }
  return checked;
}

/** "= 36 + 4", "&\\approx 40", but no "=>" and no line below a title. */
const GOES_ON = /^&?\s{0,4}(?:[=＝≈](?![=>])|\\approx(?![a-z]))/;
/** What a line says after its last sign, without what ends the line. */
const LAST_SIDE = /(?:^|[=＝≈]|\\approx(?![a-z]))([^=＝≈]*)$/;
const LINE_END = /\s{0,4}(?:\\\\(?:\[[^\]\n]{0,12}\])?|[.,;。，；])?\s{0,4}$/;
const LONGEST_SIDE = 400;
/** A sign of arithmetic behind what it is done to, or a fraction or root of LaTeX's. */
const HAS_SUM =
  /[\d)\]}%²³!\p{L}]\s{0,4}(?:[-+*/^×·⋅÷−–＋－＊／x]|\\(?:times|cdot|div|ast)(?![a-z]))|\\[dt]?frac|\\sqrt|√/u;

/** Whether two steps are lines right below each other. */
const areLines = (text: string, one: TextRange | undefined, next: TextRange | undefined): boolean =>
  one !== undefined && next !== undefined && /^[^\S\n]{0,40}\n[^\S\n]{0,40}$/.test(text.slice(one.end, next.start));

/** A line of one column; null for a longer one and for one of several, in which the neighbour goes on elsewhere. */
const oneColumn = (line: string): string | null =>
  line.length > LONGEST_SIDE || (line.match(/(?<!\\)&/g) ?? []).length > 1 || line.includes('|')
    ? null
    : line.replace(LINE_END, '').replace('&', ' ');

/**
 * The sum that a step finishes which the line before began, as in LaTeX's `align`: its place is in this step. What it says is
 * what it would say in one line, also with the line behind; and the line before has nothing but the sum after its last sign.
 */
function goingOn(steps: readonly Step[], at: number, text: string, notation: Notation): Equation[] {
  const own = steps[at].text;
  if (!GOES_ON.test(own)) return [];
  const previous = steps[at - 1].text;
  const line = oneColumn(previous.slice(previous.lastIndexOf('\n') + 1));
  const [first] = own.split('\n', 1);
  const head = oneColumn(first);
  if (line === null || head === null) return [];
  const [, side = ''] = LAST_SIDE.exec(line) ?? [];
  const begun = side.replace(/\\approx/g, ' ').trim();
  // "= -200" and below it "= -200 + 10" computes on with a result.
  if (!HAS_SUM.test(begun)) return [];
  const behind = first === own && areLines(text, steps[at], steps[at + 1]) ? steps[at + 1].text : '';
  const next = GOES_ON.test(behind) ? ` ${oneColumn(behind.split('\n', 1)[0]) ?? ''}` : '';
  const shift = begun.length + 1;
  return findEquations(`${begun} ${head}${next}`, notation)
    .filter(({ start, end }) => start < shift && end > shift && end <= shift + head.length)
    .filter(({ start }) => /^[-*+•\s$€£¥￥\\([]*$/.test(begun.slice(0, start)))
    .map((one) => ({ ...one, start: 0, end: one.end - shift }));
}

function linesOf(text: string, start: number, end: number): TextRange[] {
  const lines: TextRange[] = [];
  for (let at = start; at < end;) {
    const breakAt = text.indexOf('\n', at);
    const stop = breakAt < 0 || breakAt > end ? end : breakAt;
    const line = trimmed(text, at, stop);
    if (line) lines.push(line);
    at = stop + 1;
  }
  return lines;
}

function blankBetween(text: string, from: number, to: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(from, to));
}

/** Characters before a full stop that tell whether it ends a sentence. */
const BEFORE_STOP = 12;

function sentencesOf(text: string, line: TextRange): TextRange[] {
  const found: TextRange[] = [];
  let from = line.start;
  for (let at = line.start; at < line.end; at++) {
    if (!/[。！？；.!?]/.test(text[at])) continue;
    const stop = at;
    let isChinese = /[。！？；]/.test(text[at]);
    let next = at + 1;
    // Stops that follow each other are one.
    for (; next < line.end && /["'”’）)\]*。！？.!?]/.test(text[next]); next++)
      isChinese ||= /[。！？]/.test(text[next]);
    if (next >= line.end) break;
    at = next - 1;
    // A Latin full stop ends a sentence before white space and something that begins one.
    if (!isChinese && !/^\s+["'“‘(*$]*[\p{Lu}\p{Lo}\d$]/u.test(text.slice(next, next + 8))) continue;
    // "Mr. Smith", "e.g. 5", and the number of an item, "1. First".
    if (text[stop] === '.' && !isChinese) {
      const before = text.slice(Math.max(from, stop - BEFORE_STOP), stop + 1);
      const isNumber = stop - from <= BEFORE_STOP && /^\s*\(?\d{1,3}\.$/.test(text.slice(from, stop + 1));
      if ((ABBREVIATION.test(before) && !UNIT_AT_END.test(before)) || isNumber) continue;
      if (NUMBERED.test(before) && /^\s*\d/.test(text.slice(next, next + 8))) continue;
    }
    const sentence = trimmed(text, from, next);
    if (sentence) found.push(sentence);
    from = next;
  }
  const rest = trimmed(text, from, line.end);
  if (rest) found.push(rest);
  return found;
}

/** A sentence with several sums ends a step after each: at the comma behind it, else at the end of the word. */
function sumsOf(text: string, sentence: TextRange): TextRange[] {
  const own = text.slice(sentence.start, sentence.end);
  const sums = findEquations(own);
  const cuts = sums.slice(1).flatMap(({ start }, i) => {
    // "2 + 3 = 5 = 4 + 1" is one chain.
    if (start < sums[i].end) return [];
    const between = own.slice(sums[i].end, start);
    const comma = /[,;，；、]/.exec(between);
    return sentence.start + sums[i].end + (comma ? comma.index + 1 : /^\S*/.exec(between)![0].length);
  });
  return [...cuts, sentence.end].flatMap((end, i) => trimmed(text, i === 0 ? sentence.start : cuts[i - 1], end) ?? []);
}

function trimmed(text: string, start: number, end: number): TextRange | undefined {
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  return start < end ? { start, end } : undefined;
}
