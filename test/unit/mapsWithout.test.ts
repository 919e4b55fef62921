import assert from 'node:assert/strict';
import { forward } from '../../src/engine/model/forward';
import { mapsWithout } from '../../src/engine/reading/mapsWithout';
import { Trace } from '../../src/engine/trace/trace';
import { headWeights, layerMaps } from '../../src/engine/trace/weights';
import { sinkTokens } from '../../webview/explain/sinks';
import { tokensOf } from '../support/pieces';
import { tinyModel } from '../support/tinyModel';

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
        // prettier-ignore
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

  it('are the maps themselves where nothing is left out', async () => {
    const model = await tinyModel();
    const trace = new Trace(model.config, model.kernel, ids.length);
    await forward(model, trace, ids);
    const [plain, dimmed] = [
      await layerMaps(model.kernel, trace, 0),
      await mapsWithout(model.kernel, trace, 0, new Uint8Array(70)),
    ];
    assert.deepEqual(dimmed.scales, plain.scales);
    dimmed.values.forEach((value, i) => assert.ok(Math.abs(value - plain.values[i]) <= 1));
  });

  it('sinks are the first token and tokens of nothing but a line break and white space', () => {
    const { tokens, text } = tokensOf(['', 'a', '\n', ' b', '\n  ', ' ', 'c\n']);
    assert.deepEqual([...sinkTokens({ tokens, subject: { text } as never })], [1, 0, 1, 0, 1, 0, 0]);
  });
});
