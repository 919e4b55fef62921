/** What the chain-of-thought page draws of a short trace: its words and numbers as read out, its figure as SVG. */
import path from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';
import { assertDrawing, assertReadOut } from '../driver/snapshot';

/** Random weights, which stay when the bundled model is trained anew. */
const MODEL = path.join(root, 'test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf');
/** The second sum is wrong. */
const TRACE =
  '<think>\nAnn has 5 pens. She buys 3 more: 5 + 3 = 8.\nThen she gives 2 away: 8 - 2 = 5.\nSo 5 are left.\n</think>\n5\n';

describe('A chain of thought, drawn', () => {
  let view: ChainOfThought;
  before(async () => {
    view = await openChainOfThought();
    view.choose(MODEL);
    await view.text('trace.txt', TRACE);
    await view.steps.shown();
    await view.steps.look();
    await view.steps.press('ArrowRight');
    await view.steps.at(/^Step 2 of/);
    await view.steps.section('figure').locator('path.arc').first().waitFor({ state: 'attached' });
    await view.steps.section('figure').locator('.point').first().waitFor({ state: 'attached' });
    await view.steps.section('detail').locator('.bars .value').first().waitFor();
    // What a direct answer would have been is asked last.
    await view.steps
      .section('answer')
      .getByText(/reads it: /)
      .waitFor();
    await view.settled();
  });
  after(() => view.close());

  for (const name of ['answer', 'figure', 'detail']) {
    it(`${name}, read out`, () => assertReadOut(view.steps.section(name), `reasoning/${name}`));
  }

  it('its steps, read out', () => assertReadOut(view.page.locator('.steps'), 'reasoning/steps'));

  it('its figure', () =>
    assertDrawing(view.steps.section('figure').locator('svg:visible').first(), 'reasoning/figure.svg'));
});
