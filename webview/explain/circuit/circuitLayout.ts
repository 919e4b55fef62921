/** Where does each node of a circuit stand? Tokens from left to right, layers from the bottom up; tokens without nodes take no room. No DOM. */
import type { Circuit, CircuitEdge, CircuitNode } from '../../../src/protocol/circuits';

/** CSS pixels: from node to node, between columns and between rows; nodes that stand beside each other in one place. */
export const NODE = 14;
const [GAP, ROW_GAP, ABREAST] = [8, 26, 4];

export interface Pruned {
  nodes: CircuitNode[];
  edges: CircuitEdge[];
}

/** The `most` strongest nodes, and the edges between them; a node from which nothing leads to the prediction goes with it. */
export function pruned({ nodes, edges }: Pick<Circuit, 'nodes' | 'edges'>, most: number): Pruned {
  const strength = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { from, influence } of edges) strength.set(from, Math.max(strength.get(from) ?? 0, Math.abs(influence)));
  const order = [...nodes].sort((a, b) => strength.get(b.id)! - strength.get(a.id)! || (a.id < b.id ? -1 : 1));
  const kept = new Set(order.slice(0, most).map(({ id }) => id));
  const reached = new Set(['D']);
  // Receivers are above their senders: as many rounds as there are layers at most.
  for (let before = 0; before !== reached.size;) {
    before = reached.size;
    for (const { from, to } of edges) if (reached.has(to) && kept.has(from)) reached.add(from);
  }
  return {
    nodes: nodes.filter(({ id }) => reached.has(id)),
    edges: edges.filter(({ from, to }) => reached.has(from) && reached.has(to)),
  };
}

export interface Layout {
  width: number;
  height: number;
  /** Of nodes and of the prediction, "D": their middles. */
  places: Map<string, { x: number; y: number }>;
  /** Tokens that have nodes; `skipped`: there are others to the left of it. */
  columns: { token: number; x: number; width: number; skipped: boolean }[];
  /** From the top: the prediction (null), the layers, the embeddings (−1). */
  rows: { layer: number | null; y: number; height: number }[];
}

/** `position`: of the prediction, whose column is always there. */
export function layout(nodes: readonly CircuitNode[], layers: number, position: number): Layout {
  const cells = new Map<string, CircuitNode[]>();
  for (const node of nodes) {
    const name = `${node.layer ?? -1} ${node.position}`;
    cells.set(name, [...(cells.get(name) ?? []), node]);
  }
  const at = (layer: number, token: number): CircuitNode[] => cells.get(`${layer} ${token}`) ?? [];
  const levels = [...Array.from({ length: layers }, (_, i) => layers - 1 - i), -1];
  const tokens = [...new Set([position, ...nodes.map((node) => node.position)])].sort((a, b) => a - b);
  const columns: Layout['columns'] = [];
  let x = 0;
  for (const [i, token] of tokens.entries()) {
    const widest = Math.max(1, ...levels.map((layer) => Math.min(ABREAST, at(layer, token).length)));
    columns.push({ token, x, width: widest * NODE, skipped: token > (tokens[i - 1] ?? -1) + 1 });
    x += widest * NODE + GAP;
  }
  const rows: Layout['rows'] = [{ layer: null, y: 0, height: NODE }];
  const places: Layout['places'] = new Map();
  const own = columns.find(({ token }) => token === position)!;
  places.set('D', { x: own.x + own.width / 2, y: NODE / 2 });
  let y = NODE + ROW_GAP;
  for (const layer of levels) {
    const tallest = Math.max(1, ...tokens.map((token) => Math.ceil(at(layer, token).length / ABREAST)));
    rows.push({ layer, y, height: tallest * NODE });
    for (const { token, x: left } of columns) {
      [...at(layer, token)]
        .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
        .forEach(({ id }, i) =>
          places.set(id, {
            x: left + ((i % ABREAST) + 0.5) * NODE,
            y: y + (Math.floor(i / ABREAST) + 0.5) * NODE,
          }),
        );
    }
    y += tallest * NODE + ROW_GAP;
  }
  return { width: x - GAP, height: y - ROW_GAP, places, columns, rows };
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The nearest node in a direction: what is off to the side counts double. Null: there is none. */
export function neighbourOf({ places }: Layout, id: string, direction: Direction): string | null {
  const from = places.get(id);
  if (!from) return null;
  const [right, down] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction];
  let best: { id: string; far: number } | null = null;
  for (const [other, { x, y }] of places) {
    const [dx, dy] = [x - from.x, y - from.y];
    const [along, aside] = [dx * right + dy * down, Math.abs(dx * down) + Math.abs(dy * right)];
    if (along <= 0.5) continue;
    const far = along + 2 * aside;
    if (!best || far < best.far) best = { id: other, far };
  }
  return best?.id ?? null;
}
