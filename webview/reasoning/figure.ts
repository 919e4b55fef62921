/**
 * The picture: the question and the steps in a row, arcs to what the step looked at, and below, on the same axis, the
 * probability of the answer if it had to be given after each step.
 */
import type { Reading } from '../../src/protocol/reasoning';
import { h, oncePerFrame, show } from '../shared/dom';
import { t } from '../shared/l10n';
import { percent, roundPercent } from '../shared/numbers';
import { onResize } from '../shared/surface';
import { tableTwin } from '../shared/tableTwin';
import { onThemeChange } from '../shared/theme';
import { axisMarks } from './axis';
import type { Stage, View } from './stage';
import { chunkOf, isQuestionRead, isReadWhole, wantedAnswer, type Shown, type State } from './state';
import { s } from '../shared/plot/svg';
import { reachSentence, segmentName, stepName } from './words';

const [ARCS, AXIS, CURVE, LEFT, RIGHT] = [120, 34, 100, 42, 18];
const HEIGHT = ARCS + AXIS + CURVE + 14;
/** Fainter arcs show nothing. */
const LEAST_SHARE = 0.02;
/** Arcs of all other steps, the strongest of the whole trace. */
const MOST_ARCS = 150;
/** Of a trace that was not read, and rows of the table on the page: those around the step where one stands. */
const MOST_STEPS = 1000;

export function figureView(stage: Stage): View & { picture(): SVGElement } {
  const box = h('div', { class: 'figure-box' });
  const caption = h('p', { class: 'hint' });
  const twin = tableTwin((_, all) => curveRows(stage.state, all));
  const element = h(
    'section',
    { class: 'figure', 'data-section': 'figure' },
    h('h2', {}, t('What each step looked at, and when the answer is known')),
    box,
    caption,
    twin.element,
  );
  let width = 0;
  let svg: SVGElement = s('svg');
  const draw = oncePerFrame(() => {
    const { shown } = stage.state;
    show(element, shown !== null);
    if (!shown || width === 0) return;
    svg = drawing(stage.state, shown, width);
    svg.addEventListener('click', (event) => {
      const at = (event.target as Element).closest('[data-step]')?.getAttribute('data-step');
      if (at != null) stage.goTo(Number(at));
    });
    box.replaceChildren(svg);
    caption.textContent = captionWords(stage.state, shown);
    twin.invalidate();
  });
  onResize(box, (to) => {
    width = to;
    draw();
  });
  onThemeChange(draw);
  return { element, begun: draw, draw, picture: () => svg };
}

/** Of a trace that is read in chunks, the one in view is drawn until all are read: the rest has neither arcs nor a curve. */
function drawnSteps(state: State, { steps }: Shown): { first: number; end: number } {
  const { reading, position } = state;
  if (reading && !isReadWhole(state)) return { first: reading.firstStep, end: reading.endStep };
  const first = Math.max(0, Math.min(position - MOST_STEPS / 2, steps.length - MOST_STEPS));
  return { first, end: Math.min(steps.length, first + MOST_STEPS) };
}

function drawing(state: State, shown: Shown, width: number): SVGElement {
  const { first, end: count } = drawnSteps(state, shown);
  const x = (step: number): number =>
    step < 0 ? LEFT : LEFT + ((step - first + 1) * (width - LEFT - RIGHT)) / Math.max(1, count - first);
  const base = ARCS;
  const label = t(
    '{0}: arcs to what it looked at; below, the probability of the answer after each step.',
    stepName(shown, state.position),
  );
  const svg = s('svg', {
    class: 'arcs',
    width,
    height: HEIGHT,
    viewBox: `0 0 ${width} ${HEIGHT}`,
    role: 'img',
    'aria-label': label,
  });
  svg.append(...arcs(state, { first, end: count }, x, base));
  svg.append(...axisMarks(state, shown, { first, end: count, x, y: base }));
  const inWindow = (done: number): boolean => done === 0 || (done > first && done <= count);
  svg.append(...curveLines(state, x, base + AXIS, width, inWindow));
  return svg;
}

interface Arc {
  from: number;
  to: number;
  share: number;
}

/** Of the steps from `from` on: to the question and to earlier steps; a look at itself and at the start token is in the bars. */
function arcsOf({ attention, firstStep, endStep }: Reading, from: number): Arc[] {
  const segments = 2 + endStep - firstStep;
  const found: Arc[] = [];
  for (let i = from - firstStep; i < endStep - firstStep; i++) {
    for (let segment = 1; segment < 2 + i; segment++) {
      const share = attention[i * segments + segment];
      if (share < LEAST_SHARE) continue;
      found.push({ from: firstStep + i, to: segment === 1 ? -1 : firstStep + segment - 2, share });
    }
  }
  return found;
}

function arcs(
  state: State,
  { first, end }: { first: number; end: number },
  x: (step: number) => number,
  base: number,
): SVGElement[] {
  const { reading, position, chunks } = state;
  if (!reading) return [];
  const all = isReadWhole(state)
    ? [...chunks.values()].flatMap((chunk) => arcsOf(chunk, chunk.ownStep))
    : arcsOf(reading, reading.firstStep);
  const drawn = all.filter(({ from, to }) => from < end && (to < 0 || to >= first) && from >= first);
  const own = drawn.filter(({ from }) => from === position);
  const others = drawn.filter(({ from }) => from !== position);
  others.sort((a, b) => b.share - a.share);
  const path = ({ from, to, share }: Arc, kind: string): SVGElement => {
    const [a, b] = [x(to), x(from)];
    const rise = Math.min(base - 14, 16 + (b - a) * 0.45);
    const d = `M ${a} ${base} C ${a} ${base - rise * 1.25}, ${b} ${base - rise * 1.25}, ${b} ${base}`;
    return s(
      'path',
      { class: kind, d, 'stroke-width': Math.max(0.8, share * 16).toFixed(2) },
      s('title', {}, percent(share)),
    );
  };
  return [
    ...others.slice(0, MOST_ARCS).map((arc) => path(arc, 'arc other')),
    ...own.map((arc) => path(arc, 'arc own')),
  ];
}

function curveLines(
  { curve, position }: State,
  x: (step: number) => number,
  top: number,
  width: number,
  inWindow: (stepsDone: number) => boolean,
): SVGElement[] {
  const y = (probability: number): number => top + (1 - probability) * CURVE;
  const found: SVGElement[] = [];
  for (const level of [0, 0.5, 1]) {
    found.push(s('line', { class: 'grid', x1: LEFT - 6, y1: y(level), x2: width - RIGHT, y2: y(level) }));
    found.push(s('text', { class: 'tick', x: LEFT - 10, y: y(level) + 4, 'text-anchor': 'end' }, roundPercent(level)));
  }
  const points = curve.flatMap((probability, done) =>
    Number.isNaN(probability) || !inWindow(done) ? [] : [{ done, probability }],
  );
  if (points.length > 0) {
    // What is not known is not drawn over.
    const joins = (i: number): boolean => i > 0 && points[i - 1].done === points[i].done - 1;
    const line = points
      .map(({ done, probability }, i) => `${joins(i) ? 'L' : 'M'} ${x(done - 1)} ${y(probability)}`)
      .join(' ');
    found.push(s('path', { class: 'curve', d: line }));
  }
  for (const { done, probability } of points) {
    const here = done - 1 === position;
    found.push(
      s(
        'circle',
        {
          class: here ? 'point here' : 'point',
          cx: x(done - 1),
          cy: y(probability),
          r: here ? 5 : points.length > 60 ? 1.5 : 3,
        },
        s('title', {}, percent(probability)),
      ),
    );
  }
  return found;
}

function captionWords(state: State, shown: Shown): string {
  const { reading, curve } = state;
  const wanted = wantedAnswer(shown);
  const parts = [
    reading ? t('Arcs: attention, mean over all heads; the thicker, the more.') : t('Attention is being computed…'),
  ];
  if (wanted === null) parts.push(t('There is no answer to draw a curve for.'));
  else if (curve.length > 0) {
    parts.push(
      shown.expected === null
        ? t('Curve: probability of {0}, the answer it comes to, if it had to answer after that step.', wanted)
        : t('Curve: probability of {0}, the right answer, if it had to answer after that step.', wanted),
    );
  }
  const sight = reachSentence(state);
  return [...parts, ...(sight && wanted !== null ? [sight] : [])].join(' ');
}

function curveRows(state: State, all: boolean): { caption: string; columns: string[]; rows: string[][] } | null {
  const { shown, curve } = state;
  if (!shown) return null;
  const isWhole = all || shown.steps.length <= MOST_STEPS;
  const { first, end } = isWhole ? { first: 0, end: shown.steps.length } : drawnSteps(state, shown);
  const least = isQuestionRead(state) ? 1 : 2;
  const strongest = (step: number): string => {
    const reading = chunkOf(state, step);
    if (!reading) return '–';
    const segments = 2 + reading.endStep - reading.firstStep;
    const own = reading.attention.subarray(
      (step - reading.firstStep) * segments,
      (step - reading.firstStep + 1) * segments,
    );
    const before = [...own.keys()].filter((segment) => segment >= least && segment < 2 + step - reading.firstStep);
    if (before.length === 0) return '–';
    const best = before.reduce((most, segment) => (own[segment] > own[most] ? segment : most), before[0]);
    return `${segmentName(shown, reading.firstStep, best)} (${percent(own[best])})`;
  };
  return {
    caption: t('After each step: probability of the answer, and what the step looked at most besides itself'),
    columns: [t('Step'), t('Probability'), t('Looked at most')],
    rows: [
      [
        shown.question === null ? t('Before the first step') : t('Question'),
        curve[0] === undefined || Number.isNaN(curve[0]) ? '–' : percent(curve[0]),
        '–',
      ],
      ...Array.from({ length: end - first }, (_, i) => [
        stepName(shown, first + i),
        curve[first + i + 1] === undefined || Number.isNaN(curve[first + i + 1]) ? '–' : percent(curve[first + i + 1]),
        strongest(first + i),
      ]),
    ],
  };
}
