/** What each view draws of a short text: its words and numbers as a screen reader has them, and its figure as SVG. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { openExplained, type Explained } from '../driver/explained';
import { assertFigure, assertReadOut } from '../driver/snapshot';
import { linesOf } from '../driver/texts';

/** Group → its views. */
const VIEWS = {
  attention: ['text', 'heads', 'matrix'],
  edges: ['why', 'arcs', 'edges', 'stages'],
  roles: ['roles'],
  rollup: ['rollup'],
  experts: ['experts', 'expert-report'],
  predictions: ['surprisal', 'next', 'typed', 'lens'],
};

/** Random weights, which stay when the bundled model is trained anew. */
const MODEL = path.join(root, 'test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf');

describe('Drawn', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ ...linesOf('sample.ts', 9, 11), model: MODEL })));
  after(() => view.close());

  for (const [group, names] of Object.entries(VIEWS)) {
    for (const name of names) {
      it(`${name}, read out`, async () => {
        await view.openTab(group);
        await view.complete();
        await assertReadOut(view.section(name), `explain/${name}`);
      });
    }

    it(`${group}, as figures`, async () => {
      await view.openTab(group);
      await view.complete();
      const { views } = (await view.rpc.call('exportable', {}))!;
      assert.ok(views.length > 0, group);
      for (const { name } of views) {
        const figure = await view.rpc.call('exported', { format: 'svg', view: name });
        assertFigure(String(figure!.content), `explain/${name}.svg`);
      }
    });
  }
});
