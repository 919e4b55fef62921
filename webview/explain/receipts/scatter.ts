/** Every look as a point: its weight to the right, the size of its effect upwards, both by factors of ten. */
import type { EdgeReceipt, Receipt } from '../../../src/protocol/receipts';
import { t } from '../../shared/l10n';
import { percent, signedDecimal } from '../../shared/numbers';
import { s } from '../../shared/plot/svg';
import { standsFor } from '../interventions/things';
import type { Run } from '../state/run';
import { headName, quoted } from '../words';

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [420, 300, 44, 28, 8];
/** Weights below this stand at the left edge. */
const LEAST_WEIGHT = 1e-5;

export function scatter(
  run: Run,
  { edges, floor, position }: Receipt,
  choose: (edge: EdgeReceipt) => void,
): SVGElement {
  const svg = s('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    class: 'receipt-scatter',
    role: 'img',
    'aria-label': t('Weight and effect of {0} looks; the table below has the same numbers', edges.length),
  });
  const points = edges.filter((edge) => edge.knockout !== null);
  const largest = Math.max(...points.map(({ knockout }) => Math.abs(knockout!.total)), floor * 10, 1e-6);
  const least = Math.max(floor, largest * 1e-5);
  const x = (weight: number): number =>
    LEFT +
    (Math.log10(Math.max(weight, LEAST_WEIGHT) / LEAST_WEIGHT) / Math.log10(1 / LEAST_WEIGHT)) * (WIDTH - LEFT - 8);
  const y = (size: number): number =>
    HEIGHT -
    BOTTOM -
    (Math.log10(Math.max(size, least) / least) / Math.log10(largest / least)) * (HEIGHT - BOTTOM - TOP);
  svg.append(
    s('line', { x1: LEFT, x2: WIDTH - 8, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: 'axis' }),
    s('line', { x1: LEFT, x2: LEFT, y1: TOP, y2: HEIGHT - BOTTOM, class: 'axis' }),
    ...[1e-4, 1e-3, 1e-2, 0.1, 1].map((weight) =>
      text(x(weight), HEIGHT - 10, percent(weight), weight === 1 ? 'end' : 'middle'),
    ),
    ...[largest, Math.sqrt(largest * least), least].map((size) =>
      text(LEFT - 4, y(size) + 4, size.toPrecision(1), 'end'),
    ),
  );
  for (const edge of points) {
    const total = edge.knockout!.total;
    const point = s('circle', {
      cx: x(edge.weight),
      cy: y(Math.abs(total)),
      r: 2.5,
      class: total < 0 ? 'for' : 'against',
    });
    const words = `${headName(edge)} → ${quoted(run.tokens[edge.key])}: ${percent(edge.weight)}, ${signedDecimal(total)}`;
    point.append(s('title', {}, words));
    point.addEventListener('click', () => choose(edge));
    const { layer, head, key } = edge;
    svg.append(standsFor(point, { kind: 'edge', layer, head, query: position, key }));
  }
  return svg;
}

const text = (x: number, y: number, words: string, anchor: string): SVGElement =>
  s('text', { x, y, 'text-anchor': anchor }, words);
