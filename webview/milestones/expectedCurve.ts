/** The curve that a learner expects: drawn with the mouse or set point by point with arrow keys, and later beside what was measured. */
import { line as lineShape } from 'd3-shape';
import { h, setAttribute } from '../shared/dom';
import { t } from '../shared/l10n';
import { linePlot } from '../shared/plot';
import { drawAxes, type Frame } from '../shared/plot/axes';
import { s } from '../shared/plot/svg';
import { onResize } from '../shared/surface';
import { apart, type Points } from './curveApart';
import type { CurveToPredict, KeptInputs } from './experimentView';

export interface ExpectedCurve {
  /** To be drawn on. */
  readonly question: HTMLElement;
  /** Both curves; empty until there are both. */
  readonly outcome: HTMLElement;
  /** Nothing is drawn any more. */
  clear(): void;
  measured(points: Points | null): void;
  /** How far apart both are, in a sentence; '' without either. */
  inWords(): string;
}

/** Of what is kept: the heights. */
const HEIGHTS = '#expected';
/** An arrow key goes so much of the axis; a page key ten times that. */
const STEP = 0.02;

export function expectedCurve(
  { name, x, y, at, difference }: Omit<CurveToPredict<never>, 'of'>,
  kept: KeptInputs,
): ExpectedCurve {
  const [low, high] = y.domain;
  const drawn = (): number[] | null => {
    const heights = kept.get(HEIGHTS);
    const fits = Array.isArray(heights) && heights.length === at.length && heights.every(Number.isFinite);
    return fits ? (heights as number[]) : null;
  };
  const heights = (): number[] => drawn() ?? at.map(() => (low + high) / 2);
  let frame: Frame | undefined;
  let other: Points | null = null;

  const path = s('path', { class: 'plot-line series-0' });
  const points = at.map((place, index) =>
    s('circle', {
      class: 'plot-dot series-0 expected-point',
      r: 6,
      role: 'slider',
      tabindex: index === 0 ? 0 : -1,
      'aria-orientation': 'vertical',
      'aria-label': `${x.label} ${x.format(place)}`,
      'aria-valuemin': low,
      'aria-valuemax': high,
    }),
  );
  const area = s('svg', {
    class: 'plot-area expected-area',
    role: 'group',
    'aria-label': t('The curve that you expect'),
  });
  const box = h('div', { class: 'plot-box' }, area);
  const question = h(
    'div',
    { class: 'plot expected', 'data-section': 'expected' },
    h('p', {}, t('Or draw the curve that you expect: {0}', name)),
    h(
      'p',
      { class: 'hint' },
      t('Drag across the picture; or with keys: left and right to a point, up and down move it.'),
    ),
    box,
  );
  const both = linePlot({ title: t('Expected and measured: {0}', name), x, y, named: true });
  const outcome = h('div', { class: 'expected-outcome', 'data-section': 'expected-outcome' });

  onResize(box, (width) => {
    const held = points.indexOf(document.activeElement as SVGCircleElement);
    area.replaceChildren();
    frame = drawAxes(area, width, x, y, at, [low, high]);
    setAttribute(area, 'width', width);
    setAttribute(area, 'height', frame.height);
    setAttribute(area, 'viewBox', `0 0 ${width} ${frame.height}`);
    area.append(path, ...points);
    draw();
    if (held >= 0) points[held].focus();
  });

  function draw(): void {
    const now = heights();
    points.forEach((point, index) => {
      setAttribute(point, 'aria-valuenow', Number(now[index].toPrecision(4)));
      setAttribute(point, 'aria-valuetext', y.format(now[index]));
      if (!frame) return;
      setAttribute(point, 'cx', frame.x(at[index]));
      setAttribute(point, 'cy', frame.y(now[index]));
    });
    const { x: across, y: up } = frame ?? {};
    if (across && up) {
      const line = lineShape<number>()
        .x((index) => across(at[index]))
        .y((index) => up(now[index]));
      setAttribute(path, 'd', line([...at.keys()]));
    }
    compare();
  }

  function compare(): void {
    const own = drawn();
    outcome.replaceChildren(...(own && other ? [both.element] : []));
    if (!own || !other) return;
    both.set([
      { name: t('expected'), x: at, y: own, dots: true },
      { name, ...other, dots: true },
    ]);
    both.describe(inWords());
  }

  /** Sets points from one to another, those between in a line. */
  function set(from: [index: number, height: number], [to, height]: [index: number, height: number]): void {
    const now = [...heights()];
    const steps = Math.max(1, Math.abs(to - from[0]));
    for (let step = 0; step <= steps; step++) {
      const share = from[0] === to ? 1 : step / steps;
      const index = Math.round(from[0] + share * (to - from[0]));
      now[index] = Math.min(high, Math.max(low, from[1] + share * (height - from[1])));
    }
    kept.set(HEIGHTS, now);
    draw();
  }

  function pointed({ clientX, clientY }: PointerEvent): [number, number] | null {
    if (!frame) return null;
    const { left, top } = area.getBoundingClientRect();
    const { x: across, y: up } = frame;
    const far = (index: number): number => Math.abs(across(at[index]) - (clientX - left));
    const nearest = [...at.keys()].reduce((best, index) => (far(index) < far(best) ? index : best), 0);
    return [nearest, up.invert(clientY - top)];
  }

  let last: [number, number] | null = null;
  area.addEventListener('pointerdown', (event) => {
    last = pointed(event);
    if (!last) return;
    event.preventDefault();
    area.setPointerCapture(event.pointerId);
    set(last, last);
    go(last[0]);
  });
  area.addEventListener('pointermove', (event) => {
    const now = last && pointed(event);
    if (!last || !now) return;
    set(last, now);
    last = now;
  });
  for (const end of ['pointerup', 'pointercancel'] as const) area.addEventListener(end, () => (last = null));

  function go(index: number): void {
    points.forEach((point, each) => setAttribute(point, 'tabindex', each === index ? 0 : -1));
    points[index].focus();
  }

  area.addEventListener('keydown', (event) => {
    const index = points.indexOf(event.target as SVGCircleElement);
    if (index < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const upwards = { ArrowUp: STEP, ArrowDown: -STEP, PageUp: 10 * STEP, PageDown: -10 * STEP }[event.key];
    const end = { Home: low, End: high }[event.key];
    if (sideways === undefined && upwards === undefined && end === undefined) return;
    event.preventDefault();
    if (sideways !== undefined) return go(Math.min(at.length - 1, Math.max(0, index + sideways)));
    const height = end ?? heights()[index] + upwards! * (high - low);
    set([index, height], [index, height]);
  });

  function inWords(): string {
    const own = drawn();
    const off = own && other && apart({ x: at, y: own }, other);
    return off === null ? '' : t('Your curve lies {0} from the measured one on average.', difference(off));
  }

  draw();
  return {
    question,
    outcome,
    clear() {
      kept.set(HEIGHTS, undefined);
      draw();
    },
    measured(given) {
      other = given;
      compare();
    },
    inWords,
  };
}
