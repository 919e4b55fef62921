import assert from 'node:assert/strict';
import { forward } from '../../../../src/engine/model/forward';
import { mapsWithout } from '../../../../src/engine/reading/mapsWithout';
import { tileWeightsWithout } from '../../../../src/engine/reading/tileWithout';
import { Trace } from '../../../../src/engine/trace/trace';
import { headWeights, layerMaps } from '../../../../src/engine/trace/weights';
import { sinkTokens } from '../../../../webview/explain/heads/sinks';
import { tokensOf } from '../../../support/pieces';
import { tinyModel } from '../../../support/tinyModel';
import { assertClose } from '../../../support/close';

describe('maps without sinks', () => {
  const ids = Array.from({ length: 70 }, (_, i) => (i === 0 ? 256 : 40 + ((i * 7) % 31)));

  it('hold the largest weight of each cell that is not on a key left out', async () => {
    const model = await tinyModel();
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const without = Uint8Array.from(ids, (_, token) => Number(token === 0 || token % 10 === 3));
    const maps = await mapsWithout(model.kernel, trace, 1, without);
    assert.equal(maps.size, 48);
    const start = (cell: number): number => Math.ceil((cell * 70) / 48);
    for (const head of [0, 3]) {
      for (const [row, col] of [
        [47, 0],
        [47, 2],
        [30, 30],
        [20, 9],
      ]) {
        let largest = 0;
        for (let query = start(row); query < start(row + 1); query++) {
          const weights = headWeights(trace, 1, head, query, 'from');
          for (let key = start(col); key < start(col + 1); key++)
            if (!without[key]) largest = Math.max(largest, weights[key]);
        }
        const shown = (maps.values[(head * 48 + row) * 48 + col] / 255) * maps.scales[head];
        assert.ok(
          Math.abs(shown - largest) <= maps.scales[head] / 509,
          `head ${head}, ${row}, ${col}: ${shown}, ${largest}`,
        );
      }
    }
  });

  it('a tile of a part of the matrix, by its largest and by its mean, leaves the same keys out', async () => {
    const model = await tinyModel();
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const without = Uint8Array.from(ids, (_, token) => Number(token % 9 === 1));
    const part = { layer: 1, head: 2, q0: 20, q1: 51, k0: 4, k1: 35, rows: 8, cols: 6 };
    for (const pool of ['max', 'mean'] as const) {
      const cells = Array.from({ length: part.rows * part.cols }, () => ({ largest: 0, sum: 0, count: 0 }));
      for (let query = part.q0; query < part.q1; query++) {
        const weights = headWeights(trace, part.layer, part.head, query, 'from');
        for (let key = part.k0; key < part.k1; key++) {
          const row = Math.floor(((query - part.q0) * part.rows) / (part.q1 - part.q0));
          const cell = cells[row * part.cols + Math.floor(((key - part.k0) * part.cols) / (part.k1 - part.k0))];
          cell.count++;
          if (without[key]) continue;
          cell.largest = Math.max(cell.largest, weights[key]);
          cell.sum += weights[key];
        }
      }
      const picture = await tileWeightsWithout(model.kernel, trace, { ...part, pool, without });
      picture.forEach((value, i) => {
        const expected = pool === 'max' ? cells[i].largest : cells[i].sum / cells[i].count;
        assertClose(value, expected, 1e-5);
      });
    }
  });

  it('are the maps themselves where nothing is left out', async () => {
    const model = await tinyModel();
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const [plain, dimmed] = [
      await layerMaps(model.kernel, trace, 0),
      await mapsWithout(model.kernel, trace, 0, new Uint8Array(70)),
    ];
    assert.deepEqual(dimmed.scales, plain.scales);
    dimmed.values.forEach((value, i) => assertClose(value, plain.values[i], 1));
  });

  it('sinks are the first token and tokens of nothing but a line break and white space', () => {
    const { tokens, text } = tokensOf(['', 'a', '\n', ' b', '\n  ', ' ', 'c\n']);
    assert.deepEqual([...sinkTokens({ tokens, subject: { text } as never })], [1, 0, 1, 0, 1, 0, 0]);
  });
});
