/** The axis of the picture: a mark for the question and for each step, and as many of their names as have room. */
import { t } from '../shared/l10n';
import { s } from '../shared/plot/svg';
import { textWidth } from '../shared/plot/ticks';
import { isQuestionRead, wrongSteps, type Shown, type State } from './state';
import { stepName } from './words';

export interface AxisPlace {
  /** Steps that are drawn: [first, end). */
  first: number;
  end: number;
  /** Pixels from the left; −1 is the question. */
  x: (step: number) => number;
  y: number;
}

export function axisMarks(state: State, shown: Shown, { first, end, x, y }: AxisPlace): SVGElement[] {
  const wrong = new Set(wrongSteps(shown));
  const gap = x(first + 1) - x(first);
  const found: SVGElement[] = [s('line', { class: 'axis', x1: x(-1), y1: y, x2: x(end - 1), y2: y })];
  if (isQuestionRead(state)) {
    const square = { class: 'dot', x: x(-1) - 4, y: y - 4, width: 8, height: 8 };
    found.push(s('rect', square, s('title', {}, t('Question'))));
  }
  for (let step = first; step < end; step++) {
    const here = step === state.position;
    const kind = ['dot', here ? 'here' : '', step > state.position ? 'later' : '', wrong.has(step) ? 'wrong' : ''];
    const r = here ? 6 : Math.max(1.5, Math.min(4.5, gap / 3));
    const title = s('title', {}, `${stepName(shown, step)}: ${shown.steps[step].text.slice(0, 120)}`);
    found.push(s('circle', { class: kind.join(' '), cx: x(step), cy: y, r, 'data-step': step }, title));
    if (wrong.has(step)) found.push(s('text', { class: 'cross', x: x(step), y: y - 9, 'text-anchor': 'middle' }, '✗'));
  }
  for (const { words, at, anchor, rank } of withRoom(axisLabels(state, shown, { first, end, x }))) {
    const place = { class: rank === HERE ? 'tick here' : 'tick', x: at, y: y + 20, 'text-anchor': anchor };
    found.push(s('text', place, words));
  }
  return found;
}

export interface AxisLabel {
  words: string;
  /** Pixels from the left. */
  at: number;
  anchor: 'start' | 'middle';
  /** Of two that touch, the higher one stays. */
  rank: number;
}

/** Where one stands; the two ends; the first step beside the question; all others. */
const [HERE, ENDS, BESIDE, BETWEEN] = [3, 2, 1, 0];
/** Pixels between two labels. */
const LEAST_GAP = 5;
/** Steps between two labels. */
const ROUND = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

export function axisLabels(
  state: State,
  shown: Shown,
  { first, end, x }: Pick<AxisPlace, 'first' | 'end' | 'x'>,
): AxisLabel[] {
  const asked = isQuestionRead(state);
  const widest = widthOf(String(end)) + LEAST_GAP;
  const every = ROUND.find((steps) => steps * (x(first + 1) - x(first)) >= widest) ?? Infinity;
  const labels: AxisLabel[] = asked ? [{ words: t('Question'), at: 2, anchor: 'start', rank: ENDS }] : [];
  for (let step = first; step < end; step++) {
    const isAnswer = shown.steps[step].isAnswer ?? false;
    const isFirst = step === first;
    const isEnd = step === end - 1 || (isFirst && !asked);
    if (step !== state.position && !isEnd && !isFirst && !isAnswer && (step + 1) % every !== 0) continue;
    const rank = step === state.position ? HERE : isEnd ? ENDS : isFirst || isAnswer ? BESIDE : BETWEEN;
    labels.push({ words: isAnswer ? '=' : String(step + 1), at: x(step), anchor: 'middle', rank });
  }
  return labels;
}

/** Those that touch none of higher rank, nor, of the same rank, one before them. */
export function withRoom(labels: readonly AxisLabel[]): AxisLabel[] {
  const kept: AxisLabel[] = [];
  for (const label of [...labels].sort((a, b) => b.rank - a.rank)) {
    const [from, to] = extent(label);
    const touches = kept.map(extent).some(([left, right]) => from < right + LEAST_GAP && left < to + LEAST_GAP);
    if (!touches) kept.push(label);
  }
  return labels.filter((label) => kept.includes(label));
}

/** Pixels that a label takes: [left, right]. */
export function extent({ words, at, anchor }: AxisLabel): [number, number] {
  const width = widthOf(words);
  return anchor === 'start' ? [at, at + width] : [at - width / 2, at + width / 2];
}

/** At most: of 11 px, in any of the fonts that VS Code brings or finds, bold. */
const widthOf = (words: string): number => textWidth(words, 7.5, 11.5);
