/** A circuit as a picture: nodes over tokens and layers, edges as wide as their influence; pointer and keys go from node to node. */
import { t } from '../../shared/l10n';
import { s } from '../../shared/plot/svg';
import { standsFor } from '../interventions/things';
import { layout, neighbourOf, NODE, type Direction, type Pruned } from './circuitLayout';
import { nodeThing } from './circuitWords';

/** CSS pixels: room for the layers' names, for the tokens' labels; of a node, and of the widest edge. */
const [NAMES, LABELS] = [62, 98];
const [SMALL, LARGE, WIDEST] = [2.5, 6, 4];

export interface CircuitPicture {
  readonly element: SVGElement;
  /** Its edges stand out; null: all alike. */
  choose(id: string | null): void;
}

export interface Drawn extends Pruned {
  layers: number;
  position: number;
  /** What a token is called under its column. */
  column(token: number): string;
  /** For those who do not see it. */
  label: string;
  words(id: string): string;
  chosen(id: string | null): void;
}

const KEYS: Record<string, Direction> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

export function circuitPicture({
  nodes,
  edges,
  layers,
  position,
  column,
  label,
  words,
  chosen,
}: Drawn): CircuitPicture {
  const placed = layout(nodes, layers, position);
  const { width, height, places, columns, rows } = placed;
  const most = Math.max(...edges.map(({ influence }) => Math.abs(influence)), 1e-9);
  const lines = edges.map(({ from, to, influence }) => {
    const [one, other] = [places.get(from)!, places.get(to)!];
    const share = Math.abs(influence) / most;
    const line = s('path', {
      d: curve(one, other),
      class: influence < 0 ? 'circuit-edge negative' : 'circuit-edge',
      'stroke-width': Math.max(0.6, WIDEST * Math.sqrt(share)).toFixed(2),
      opacity: (0.15 + 0.75 * Math.sqrt(share)).toFixed(2),
    });
    return { from, to, line };
  });
  const largest = Math.max(...nodes.map(({ effect }) => Math.abs(effect)), 1e-9);
  const circles = new Map<string, SVGElement>();
  for (const node of nodes) {
    const { x, y } = places.get(node.id)!;
    const radius = SMALL + (LARGE - SMALL) * Math.sqrt(Math.abs(node.effect) / largest);
    const name = words(node.id);
    const mark = s(
      'g',
      { class: 'circuit-node', role: 'button', tabindex: -1, 'aria-label': name, 'data-node': node.id },
      s('title', {}, name),
      s('rect', { x: x - NODE / 2, y: y - NODE / 2, width: NODE, height: NODE, class: 'circuit-room' }),
      node.layer === null
        ? s('rect', {
            x: x - radius,
            y: y - radius,
            width: 2 * radius,
            height: 2 * radius,
            class: node.effect < 0 ? 'circuit-mark negative' : 'circuit-mark',
          })
        : s('circle', { cx: x, cy: y, r: radius, class: node.effect < 0 ? 'circuit-mark negative' : 'circuit-mark' }),
    );
    circles.set(node.id, standsFor(mark, nodeThing(node)));
  }
  const d = places.get('D')!;
  const prediction = s(
    'g',
    { class: 'circuit-node', role: 'button', tabindex: 0, 'aria-label': words('D'), 'data-node': 'D' },
    s('title', {}, words('D')),
    s('rect', { x: d.x - LARGE, y: d.y - LARGE, width: 2 * LARGE, height: 2 * LARGE, class: 'circuit-prediction' }),
  );
  circles.set('D', prediction);
  const element = s(
    'svg',
    {
      viewBox: `${-NAMES} -4 ${width + NAMES + 8} ${height + LABELS}`,
      width: width + NAMES + 8,
      height: height + LABELS,
      class: 'circuit',
      role: 'group',
      'aria-label': label,
    },
    ...rows.map((row) =>
      s(
        'text',
        { x: -8, y: row.y + row.height / 2 + 4, 'text-anchor': 'end', class: 'circuit-layer' },
        rowName(row.layer),
      ),
    ),
    ...columns.map(({ token, x, width: wide, skipped }) =>
      s(
        'g',
        {},
        ...(skipped ? [s('line', { x1: x - 4, x2: x - 4, y1: 0, y2: height, class: 'circuit-skip' })] : []),
        s(
          'text',
          {
            transform: `translate(${x + wide / 2 - 3} ${height + 6}) rotate(90)`,
            class: token === position ? 'circuit-token own' : 'circuit-token',
          },
          column(token),
        ),
      ),
    ),
    ...lines.map(({ line }) => line),
    ...circles.values(),
  );

  let focused = 'D';
  const enter = (id: string): void => {
    circles.get(focused)?.setAttribute('tabindex', '-1');
    focused = id;
    const mark = circles.get(id)!;
    mark.setAttribute('tabindex', '0');
    mark.focus();
  };
  const idAt = (event: Event): string | null =>
    (event.target as Element).closest<SVGElement>('.circuit-node')?.dataset.node ?? null;
  element.addEventListener('keydown', (event) => {
    const id = idAt(event);
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') chosen(id);
    else if (Object.hasOwn(KEYS, event.key)) {
      const to = neighbourOf(placed, id, KEYS[event.key]);
      if (to) enter(to);
    } else return;
    event.preventDefault();
  });
  element.addEventListener('click', (event) => chosen(idAt(event)));

  return {
    element,
    choose(id) {
      element.classList.toggle('chosen', id !== null);
      for (const { from, to, line } of lines) line.classList.toggle('on', id !== null && (from === id || to === id));
      for (const [name, mark] of circles) mark.classList.toggle('on', name === id);
    },
  };
}

function rowName(layer: number | null): string {
  if (layer === null) return t('prediction');
  return layer < 0 ? t('embedding') : t('layer {0}', layer);
}

/** From the sender up to the receiver. */
function curve(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const middle = (from.y + to.y) / 2;
  return `M${from.x} ${from.y}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
}
