/** What a selected text is taken for is said, with the other reading one click away; where that is not sure, nothing runs. */
import assert from 'node:assert/strict';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';

/** It asks and computes. */
const BOTH =
  'Ann has 5 pens. She buys 3 more: 5 + 3 = 8. She gives 2 to Bob: 8 - 2 = 6. How many pens does Ann have now?';
const TRACE = '<think>\nShe buys 3 more: 5 + 3 = 8.\nShe gives 2 away: 8 - 2 = 6.\n</think>\n6\n';

describe('A selected text', () => {
  let view: ChainOfThought;
  before(async () => {
    view = await openChainOfThought();
  });
  after(() => view.close());
  const selection = (): ReturnType<ChainOfThought['steps']['section']> => view.steps.section('selection');
  const read = (): ReturnType<ChainOfThought['steps']['section']> =>
    selection().getByText('Read it as a chain of thought');
  const solve = (): ReturnType<ChainOfThought['steps']['section']> => selection().getByText('Solve it as a problem');

  it('that asks and computes is asked about, and nothing is run or read before the person has said', async () => {
    await view.text('both.txt', BOTH);
    await selection().getByText('Is it a chain of thought to be read, or a problem to be solved?').waitFor();
    assert.equal(await selection().locator('.selected-text').textContent(), BOTH);
    assert.equal(await view.page.locator('#app').getAttribute('data-state'), 'empty');
    assert.equal(await view.steps.all.count(), 0);
    assert.ok((await read().isVisible()) && (await solve().isVisible()));
  });

  it('is read where that is said, and solved where that is said then', async () => {
    await read().click();
    await view.steps.shown();
    assert.match((await view.steps.all.first().textContent())!, /Ann has 5 pens/);
    await solve().click();
    await view.steps
      .section('answer')
      .getByText(/^Step by step: /)
      .first()
      .waitFor();
    await selection()
      .getByText(/The selected text was taken for a problem\./)
      .waitFor();
    await read().waitFor();
  });

  it('with marks is read at once, and it is said what told', async () => {
    await view.text('trace.txt', TRACE);
    await view.steps.section('answer').locator('.place', { hasText: 'trace.txt' }).waitFor();
    const words = (await selection().locator('.words').textContent())!;
    assert.match(words, /^The selected text was taken for a chain of thought\. \S.+/);
    await solve().waitFor();
  });
});
