/**
 * Maximum flow through a layered graph, from one node of the top layer to each node of the bottom one. Dinic's algorithm
 * (Dinitz 1970) on dense layers: capacities are the weights between neighbouring layers.
 */

/** Flows smaller than this are rounding. */
const LEAST = 1e-7;

/** `layers`: [depth][n][n], capacity of query → key, bottom layer first. Result: [n], flow from `source` to each key. */
export async function maximumFlows(
  layers: readonly Float32Array[],
  n: number,
  source: number,
  pause: () => Promise<void> | void = () => {},
): Promise<Float32Array> {
  const flows = new Float32Array(n);
  for (let sink = 0; sink < n; sink++) {
    flows[sink] = maximumFlow(layers, n, source, sink);
    await pause();
  }
  return flows;
}

function maximumFlow(layers: readonly Float32Array[], n: number, source: number, sink: number): number {
  const depth = layers.length;
  const down = layers.map((layer) => layer.slice()); // what is left from a query to a key one layer below
  const up = layers.map(() => new Float32Array(n * n)); // what may be taken back
  const node = (level: number, token: number): number => level * n + token;
  const [from, to] = [node(depth, source), node(0, sink)];
  const nodes = (depth + 1) * n;
  const level = new Int32Array(nodes);
  let total = 0;

  /** Distance of every node from the source over edges with room; false when the sink cannot be reached. */
  const measure = (): boolean => {
    level.fill(-1);
    level[from] = 0;
    const queue = [from];
    for (const at of queue) {
      eachEdge(at, (next, room) => {
        if (room > LEAST && level[next] < 0) {
          level[next] = level[at] + 1;
          queue.push(next);
        }
      });
    }
    return level[to] >= 0;
  };
  const eachEdge = (at: number, visit: (next: number, room: number) => void): void => {
    const [layer, token] = [Math.floor(at / n), at % n];
    if (layer > 0) {
      for (let key = 0; key <= token; key++) visit(node(layer - 1, key), down[layer - 1][token * n + key]);
    }
    if (layer < depth) {
      for (let query = token; query < n; query++) visit(node(layer + 1, query), up[layer][query * n + token]);
    }
  };
  /** Sends as much as `limit` from `at` on; the neighbours that are full are not tried again within one phase. */
  const push = (at: number, limit: number, tried: Int32Array): number => {
    if (at === to) return limit;
    const [layer, token] = [Math.floor(at / n), at % n];
    const below = layer > 0 ? token + 1 : 0;
    const above = layer < depth ? n - token : 0;
    for (; tried[at] < below + above; tried[at]++) {
      const i = tried[at];
      const descends = i < below;
      const next = descends ? node(layer - 1, i) : node(layer + 1, token + i - below);
      if (level[next] !== level[at] + 1) continue;
      const edge = descends ? token * n + i : (token + i - below) * n + token;
      const matrix = descends ? layer - 1 : layer;
      const room = descends ? down[matrix][edge] : up[matrix][edge];
      if (room <= LEAST) continue;
      const sent = push(next, Math.min(limit, room), tried);
      if (sent <= 0) continue;
      down[matrix][edge] += descends ? -sent : sent;
      up[matrix][edge] += descends ? sent : -sent;
      return sent;
    }
    return 0;
  };

  while (measure()) {
    const tried = new Int32Array(nodes);
    for (;;) {
      const sent = push(from, Infinity, tried);
      if (sent <= 0) break;
      total += sent;
    }
  }
  return total;
}
