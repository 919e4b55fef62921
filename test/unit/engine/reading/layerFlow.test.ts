import assert from 'node:assert/strict';
import { layerFlow } from '../../../../src/engine/reading/layerFlow';
import { maximumFlows } from '../../../../src/engine/reading/maximumFlow';
import { forward } from '../../../../src/engine/model/forward';
import { headWeights } from '../../../../src/engine/trace/weights';
import { seededRandom } from '../../../../src/shared/random';
import { Trace } from '../../../../src/engine/trace/trace';
import { FLOW_TOKENS } from '../../../../src/protocol/readingApi';
import { plainRun } from '../../../support/plainModel';
import { tinyModel, tinyModelBytes } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

const IDS = [256, ...Buffer.from('f(x) + f(y)')];
const N = IDS.length;

type Square = number[][];
const identity = (n: number): Square =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => Number(i === j)));
const product = (a: Square, b: Square): Square =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));

/** Of the plain program: each layer's heads averaged, with half of the residual stream. */
function mixedLayers(): Square[] {
  return plainRun(tinyModelBytes(), IDS).weights.map((heads) =>
    identity(N).map((row, q) =>
      row.map((one, k) => one / 2 + heads.reduce((sum, head) => sum + (head[q][k] ?? 0), 0) / heads.length / 2),
    ),
  );
}

/** Ford and Fulkerson with depth-first search over an adjacency matrix: slow and plain. */
function plainMaximumFlow(layers: Square[], source: number, sink: number): number {
  const n = layers[0].length;
  const nodes = (layers.length + 1) * n;
  const room = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0));
  layers.forEach((layer, l) =>
    layer.forEach((row, q) => row.forEach((w, k) => (room[(l + 1) * n + q][l * n + k] = w))),
  );
  const [from, to] = [layers.length * n + source, sink];
  let total = 0;
  for (;;) {
    const seen = new Set([from]);
    const search = (at: number, limit: number): number => {
      if (at === to) return limit;
      for (let next = 0; next < nodes; next++) {
        if (seen.has(next) || room[at][next] < 1e-9) continue;
        seen.add(next);
        const sent = search(next, Math.min(limit, room[at][next]));
        if (sent === 0) continue;
        room[at][next] -= sent;
        room[next][at] += sent;
        return sent;
      }
      return 0;
    };
    const sent = search(from, Infinity);
    if (sent === 0) return total;
    total += sent;
  }
}

describe('attention over several heads and layers', () => {
  let trace: Trace;
  let model: Awaited<ReturnType<typeof tinyModel>>;
  before(async () => {
    model = await tinyModel();
    trace = new Trace(model.config, model.kernel, N);
    await forward(model, trace, IDS);
  });
  it('mean: the chosen heads’ weights, averaged', async () => {
    const heads = [{ layer: 0, head: 1 }, { layer: 1, head: 3 }]; // prettier-ignore
    const row = await layerFlow(model.kernel, trace, 7, { method: 'mean', heads });
    const { weights } = plainRun(tinyModelBytes(), IDS);
    assertClose(
      row,
      weights[0][1][7].map((weight, key) => (weight + weights[1][3][7][key]) / 2),
      1e-4,
    );
    await assert.rejects(layerFlow(model.kernel, trace, 7, { method: 'mean', heads: [] }), /no heads/);
  });

  it('rollout: the product of the layers’ mixed matrices', async () => {
    const whole = mixedLayers().reduce((below, layer) => product(layer, below), identity(N));
    for (const token of [0, 5, N - 1]) {
      const row = await layerFlow(model.kernel, trace, token, { method: 'rollout' });
      assertClose(row, whole[token].slice(0, token + 1), 1e-4);
      assertClose(
        row.reduce((a, b) => a + b, 0),
        1,
        1e-5,
      );
    }
  });

  it('rollout: of a longer text in blocks, the same, and it can be stopped between them', async () => {
    const n = 150;
    const ids = Array.from({ length: n }, (_, i) => (i === 0 ? 256 : 40 + ((i * 7) % 31)));
    const long = new Trace(model.config, model.kernel, n);
    await forward(model, long, ids);
    const { layers, heads } = model.config;
    let whole = identity(n);
    for (let layer = 0; layer < layers; layer++) {
      const own = identity(n).map((row) => row.map((one) => one / 2));
      for (let head = 0; head < heads; head++) {
        own.forEach((row, query) =>
          headWeights(long, layer, head, query, 'from').forEach((weight, key) => (row[key] += weight / heads / 2)),
        );
      }
      whole = product(own, whole);
    }
    assertClose(await layerFlow(model.kernel, long, n - 1, { method: 'rollout' }), whole[n - 1], 1e-4);
    let pauses = 0;
    const stop = (): void => {
      if (++pauses === 3) throw new Error('stopped');
    };
    await assert.rejects(layerFlow(model.kernel, long, n - 1, { method: 'rollout' }, stop), /stopped/);
    assert.equal(pauses, 3);
    long.release();
  });

  it('flow: the maximum flow through the layers, scaled to sum to one', async () => {
    const layers = mixedLayers();
    const token = 8;
    const flows = Array.from({ length: token + 1 }, (_, sink) => plainMaximumFlow(layers, token, sink));
    const sum = flows.reduce((a, b) => a + b, 0);
    const row = await layerFlow(model.kernel, trace, token, { method: 'flow' });
    assertClose(row, flows.map((flow) => flow / sum), 1e-4); // prettier-ignore
  });

  it('flow is refused where it would take minutes', async () => {
    const long = new Trace(model.config, model.kernel, FLOW_TOKENS + 1);
    await forward(model, long, new Array<number>(FLOW_TOKENS + 1).fill(65));
    await assert.rejects(layerFlow(model.kernel, long, FLOW_TOKENS, { method: 'flow' }), /first 256 tokens/);
  });
});

describe('maximum flow', () => {
  it('equals the plain method on random layers', async () => {
    const random = seededRandom(11);
    for (let round = 0; round < 20; round++) {
      const [n, depth] = [2 + Math.floor(random() * 5), 1 + Math.floor(random() * 3)];
      const layers = Array.from({ length: depth }, () =>
        Array.from({ length: n }, (_, q) =>
          Array.from({ length: n }, (__, k) => (k <= q && random() < 0.7 ? random() : 0)),
        ),
      );
      const flat = layers.map((layer) => Float32Array.from(layer.flat()));
      (await maximumFlows(flat, n, n - 1)).forEach((flow, sink) => {
        const expected = plainMaximumFlow(layers, n - 1, sink);
        assertClose(flow, expected, 1e-5, `round ${round}, sink ${sink}`);
      });
    }
  });
});
