/** What each view draws of a short text: its words and numbers as a screen reader has them, and its figure as SVG. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import type { NeuronCards } from '../../../src/protocol/neuronCards';
import { openExplained, type Explained } from '../driver/explained';
import { assertFigure, assertReadOut } from '../driver/snapshot';
import { linesOf } from '../driver/texts';

/** Tab → its views; those that choose another token come last. */
const VIEWS: Record<string, readonly string[]> = {
  attention: ['text', 'heads', 'matrix'],
  edges: ['why', 'arcs', 'edges', 'stages'],
  roles: ['roles'],
  rollup: ['rollup', 'rollup-units'],
  predictions: ['surprisal', 'next', 'typed', 'lens'],
  experts: ['experts', 'expert-report', 'neuron-cards'],
  receipts: ['receipts', 'circuit', 'patch'],
};

/** Over the tabs, of a run with an intervention. */
const EDITED = ['interventions', 'changes'];

/** Of dense layers, in a model that looks both ways: no story is told of it, what heads do stands in its place. */
const DENSE = ['summary', 'neurons'];

const LEFT_OUT: Record<string, string> = {
  header: 'buttons, and what other tests read (origin.test.ts)',
  status: 'nothing to say of a run that is done',
  live: 'a field to type into (live.test.ts)',
  architecture: 'told of every kind of layer by kinds.test.ts',
  provenance: 'its hash comes when it comes (origin.test.ts)',
};

/** What the views of a tab are asked for before they have all to show. */
const ASKED: Record<string, (view: Explained) => Promise<unknown>> = {
  async experts(view) {
    const cards = view.section('neuron-cards');
    await cards.locator('input').fill('closing brackets');
    await cards.locator('input').press('Enter');
    await cards.locator('.neuron-card').waitFor();
  },
  async receipts(view) {
    const [receipts, circuit, patch] = VIEWS.receipts.map((name) => view.section(name));
    await receipts.locator('[data-reading="edges"] tbody tr').first().waitFor();
    await circuit.getByText('Draw the circuit').click();
    await circuit.locator('svg.circuit').waitFor();
    await circuit.locator('input[type="range"]').press('Home');
    await patch.locator('textarea').fill(TEXT.text.replace(/\{$/, '['));
    await patch.getByText('Patch with this text').click();
    await patch.locator('.patch-texts tbody tr').first().waitFor();
  },
};

/** Random weights, which stay when the bundled model is trained anew. */
const fixture = (name: string): string => path.join(root, 'test', 'fixtures', 'models', `${name}.gguf`);
const TEXT = linesOf('sample.ts', 9, 11);

/** What a search finds is of the stories of the Milestone History, which change: this one is made up. */
const FOUND: NeuronCards = {
  cards: [
    {
      layer: 1,
      expert: 3,
      neuron: 2,
      peak: -6.75,
      density: 0.02,
      here: [{ text: null, position: 61, before: 'let i = 0', token: ')', after: ' {', value: -6.75 }],
      elsewhere: [{ text: 'a.md', position: 7, before: 'f(x', token: ')', after: '\n', value: -5.5 }],
      writes: { up: [{ id: 5, text: ' {', logits: 1.5 }], down: [{ id: 6, text: 'of', logits: -0.75 }] },
      label: { kind: 'closing-bracket', before: false, precision: 0.9, recall: 0.1 },
      asked: { precision: 0.9, recall: 0.1 },
    },
  ],
  neurons: 384,
  labelled: 5,
  shuffled: { labelled: [1, 3], best: { precision: 0.3, recall: 0.1 } },
  texts: { count: 2, tokens: 1000 },
};

describe('Drawn', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ ...TEXT, model: fixture('qwen3moe-q8_0') }, {}, (name, _, answered) =>
      name === 'neuronCards' ? Promise.resolve(FOUND) : answered(),
    );
  });
  after(() => view.close());

  for (const [tab, names] of Object.entries(VIEWS)) {
    describe(tab, () => {
      before(async () => {
        await view.openTab(tab);
        await ASKED[tab]?.(view);
        await view.complete();
      });
      for (const name of names) it(`${name}, read out`, () => assertReadOut(view.section(name), `explain/${name}`));

      it('as figures, of every view in it', async () => {
        const { views } = (await view.rpc.call('exportable', {}))!;
        assert.deepEqual(
          views.map(({ name }) => name),
          names,
        );
        for (const name of names) {
          const figure = await view.rpc.call('exported', { format: 'svg', view: name });
          assertFigure(String(figure!.content), `explain/${name}.svg`);
        }
      });
    });
  }

  it('has every tab and section of the page, but for those left out', async () => {
    const all = (attribute: string): Promise<string[]> =>
      view.page
        .locator(`[${attribute}]`)
        .evaluateAll((found, name) => found.map((one) => one.getAttribute(name)!), attribute);
    assert.deepEqual((await all('data-tab')).sort(), Object.keys(VIEWS).sort());
    const drawn = [...Object.values(VIEWS).flat(), ...EDITED, ...DENSE, ...Object.keys(LEFT_OUT)];
    assert.deepEqual((await all('data-section')).sort(), drawn.sort());
  });

  describe('of a run with an intervention', () => {
    before(async () => {
      await view.openTab('attention');
      const heads = view.section('heads').locator('[role="gridcell"]');
      await heads.nth(5).click();
      await heads.nth(2).click({ button: 'right' });
      await view.rpc.call('event', { kind: 'intervene', act: 'cut', here: true });
      await view.section('interventions').locator('.edited-banner').waitFor();
      await view.complete();
    });
    for (const name of EDITED) it(`${name}, read out`, () => assertReadOut(view.section(name), `explain/${name}`));
    it('story, read out', () => assertReadOut(view.page.locator('[data-story]'), 'explain/story'));
  });
});

describe('Drawn of a dense model that looks both ways', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained({ ...TEXT, model: fixture('qwen3-both-ways') });
    await view.openTab('experts');
    await view.complete();
  });
  after(() => view.close());

  for (const name of DENSE) it(`${name}, read out`, () => assertReadOut(view.section(name), `explain/${name}`));

  it('neurons, as a figure', async () => {
    const figure = await view.rpc.call('exported', { format: 'svg', view: 'neurons' });
    assertFigure(String(figure!.content), 'explain/neurons.svg');
  });
});
