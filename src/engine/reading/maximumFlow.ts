/**
 * Maximum flow through a layered graph, from one node of the top layer to each node of the bottom one. Dinic's algorithm
 * (Dinitz 1970) on dense layers: capacities are the weights between neighbouring layers.
 */

/** Flows smaller than this are rounding. */
const LEAST = 1e-7;

/**
 * `layers`: [depth][n][n], capacity of query → key, bottom layer first; no query has room to a later key.
 * Result: [n], flow from `source` to each key.
 */
export async function maximumFlows(
  layers: readonly Float32Array[],
  n: number,
  source: number,
  pause: () => Promise<void> | void = () => {},
): Promise<Float32Array> {
  const flows = new Float32Array(n);
  for (let sink = 0; sink <= source; sink++) {
    flows[sink] = maximumFlow(between(layers, n, sink, source), source - sink + 1);
    await pause();
  }
  return flows;
}

/** Only tokens from the sink to the source can pass anything on: later ones are not reached, earlier ones do not reach it. */
function between(layers: readonly Float32Array[], n: number, sink: number, source: number): Float32Array[] {
  const width = source - sink + 1;
  return layers.map((layer) => {
    const part = new Float32Array(width * width);
    for (let query = 0; query < width; query++) {
      const from = (sink + query) * n + sink;
      part.set(layer.subarray(from, from + query + 1), query * width);
    }
    return part;
  });
}

/** From the last node of the top layer to the first of the bottom one. `down`: [depth][n][n], what is left; is changed. */
function maximumFlow(down: readonly Float32Array[], n: number): number {
  const depth = down.length;
  const up = down.map(() => new Float32Array(n * n)); // what may be taken back
  const nodes = (depth + 1) * n; // node: level · n + token
  const [from, to] = [nodes - 1, 0];
  const level = new Int32Array(nodes);
  const queue = new Int32Array(nodes);
  /** In the bottom layer only the sink counts: nothing leads on from the others. */
  const lastKey = (layer: number, token: number): number => (layer === 1 ? 0 : token);

  /** Distance from the source over edges with room, of all nodes nearer than the sink; false when it cannot be reached. */
  const measure = (): boolean => {
    level.fill(-1);
    level[from] = 0;
    queue[0] = from;
    let count = 1;
    const reach = (next: number, at: number): void => {
      level[next] = level[at] + 1;
      queue[count++] = next;
    };
    for (let i = 0; i < count && level[to] < 0; i++) {
      const at = queue[i];
      const [layer, token] = [Math.floor(at / n), at % n];
      if (layer > 0) {
        const row = down[layer - 1].subarray(token * n, (token + 1) * n);
        const first = (layer - 1) * n;
        for (let key = lastKey(layer, token); key >= 0; key--) {
          if (row[key] > LEAST && level[first + key] < 0) reach(first + key, at);
        }
      }
      if (layer < depth) {
        const first = (layer + 1) * n;
        for (let query = token; query < n; query++) {
          if (level[first + query] < 0 && up[layer][query * n + token] > LEAST) reach(first + query, at);
        }
      }
    }
    return level[to] >= 0;
  };

  /** Sends as much as `limit` from `at` on; the neighbours that are full are not tried again within one phase. */
  const push = (at: number, limit: number, tried: Int32Array): number => {
    if (at === to) return limit;
    const [layer, token] = [Math.floor(at / n), at % n];
    const below = layer > 0 ? lastKey(layer, token) + 1 : 0;
    const above = layer < depth ? n - token : 0;
    for (; tried[at] < below + above; tried[at]++) {
      const i = tried[at];
      const descends = i < below;
      const next = descends ? (layer - 1) * n + i : (layer + 1) * n + token + i - below;
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

  let total = 0;
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
