/** Neurons by what they answer to, on the page: searched in the real engine, shown where they are strongest, cut from there. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

describe('Cards of neurons', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 9, 15));
    await view.openTab('experts');
  });
  after(() => view.close());

  const cards = (): Locator => view.section('neuron-cards');
  const search = async (words: string): Promise<void> => {
    await cards().locator('input').fill(words);
    await cards().locator('input').press('Enter');
    // Said at once; *Cancel* is drawn a frame later.
    await cards().locator('.words', { hasText: 'Running other texts' }).waitFor({ state: 'hidden', timeout: 60_000 });
  };

  it('neurons for closing brackets are found, told with how exact they are, and cut from their card', async () => {
    await search('neurons for closing brackets');
    await cards().locator('.words', { hasText: 'go best with closing brackets' }).waitFor();
    assert.match(
      (await cards().locator('.words').textContent())!,
      /[\d,]+ of 12,288 neurons have a name.* With the weights shuffled \d+–\d+ have a name\. The best for this of shuffled/,
    );
    const first = cards().locator('.neuron-card').first();
    assert.match(
      (await first.textContent())!,
      /closing brackets: they are \d+% of where it is on, and it is on at \d+%/,
    );
    // All 24 are told, and where the best is strongest there are closing brackets.
    assert.equal(await cards().locator('.neuron-card').count(), 24);
    assert.match((await first.locator('mark').allTextContents()).join(' '), /^[^a-z]*[)\]}][^a-z]*$/);
    const place = first.locator('button.receipt-name').first();
    await place.click();
    const name = (await first.getAttribute('data-neuron'))!;
    const [, layer, neuron] = /^L(\d)N([\d.]+)$/.exec(name)!;
    // At that token by the context menu; everywhere by the card's own button.
    await place.click({ button: 'right' });
    await view.rpc.call('event', { kind: 'intervene', act: 'cut', here: true });
    const code = view.section('interventions').locator('li code');
    await code.first().waitFor();
    assert.match((await code.first().textContent())!, new RegExp(`^blocks\\.${layer}\\.mlp\\.neuron\\[${neuron},pos=\\d+\\] = zero$`)); // prettier-ignore
    await view.complete();
    await cards().locator('.words', { hasText: 'switch the interventions off' }).waitFor();
    assert.equal(await cards().locator('.neuron-card').count(), 24, 'what was found stays');
    await first.getByText('Cut at every token').click();
    await code.nth(1).waitFor();
    assert.equal(await code.nth(1).textContent(), `blocks.${layer}.mlp.neuron[${neuron},pos=*] = zero`);
    await view.complete();
    await view.section('interventions').getByText('Remove all').click();
    await view.complete();
  });

  it('one is found by its name, a token by its characters; a name that is none is told and what was found stays', async () => {
    await search('L4N33.29');
    assert.deepEqual(await cards().locator('.neuron-card h3').allTextContents(), ['layer 4 neuron 33.29']);
    await search('L9N1.1');
    await cards().locator('.words', { hasText: 'no neuron 1.1 in layer 9' }).waitFor();
    assert.equal(await cards().locator('.neuron-card').count(), 1);
    await search('"no such token here"');
    await cards().locator('.words', { hasText: 'No neuron is on where ‘no such token here’ is.' }).waitFor();
    const twin = cards().locator('details.twin');
    await search('return');
    await twin.locator('summary').click();
    await twin.locator('tbody tr').first().waitFor();
    assert.equal(await twin.locator('tbody tr').count(), await cards().locator('.neuron-card').count());
  });
});
