/** The circuit of a prediction on the page: drawn by the real engine, pruned, walked through, cut from. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { openExplained, type Explained } from '../driver/explained';
import { inNarrowColumn } from '../driver/narrow';
import { linesOf } from '../driver/texts';

describe('A circuit', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 9, 10));
    // The first sentence chooses the token that the circuit is of.
    await view.complete();
    await view.openTab('receipts');
    // What it will take is said before it runs.
    await circuit()
      .getByText(/^Takes about \d+ s of one core/)
      .waitFor();
    await circuit().getByText('Draw the circuit').click();
    await circuit().locator('svg.circuit').waitFor({ timeout: 110_000 });
  });
  after(() => view.close());

  const circuit = (): Locator => view.section('circuit');
  const nodes = (): Locator => circuit().locator('.circuit-node');

  it('is drawn over tokens and layers with its three ratios, and its strongest cuts are what they were predicted to be', async () => {
    const words = (await circuit().locator('.words').first().textContent())!;
    assert.match(
      words,
      /a difference of [+−-][\d.]+ logits\. \d+ nodes are drawn: .*% of the difference.*% of all terms by size\. All terms are [\d.]+ times/,
    );
    assert.ok((await nodes().count()) > 20);
    const rows = await circuit()
      .locator('[data-reading="checked"] tbody tr')
      .evaluateAll((all) => all.map((row) => [...row.querySelectorAll('td')].map((one) => one.textContent)));
    // The five strongest of all, and as many between neurons; the prediction is named by its two tokens.
    assert.ok(rows.length >= 5 && rows.length <= 10, `${rows.length}`);
    const names = await circuit().locator('[data-reading="checked"] tbody th').allTextContents();
    assert.ok(
      names.some((name) => /→ ‘.*’ against ‘.*’$/.test(name)),
      names.join('\n'),
    );
    assert.ok(
      names.some((name) => /^layer \d neuron .*→ layer \d neuron/.test(name)),
      names.join('\n'),
    );
    // Activations are rounded to 8 bits on the way, which is the floor of each; all are shown with two digits.
    const number = (words: string): number => Number(words.replace('−', '-'));
    for (const [one, other, below] of rows) {
      const [predicted, frozen, floor] = [one, other, below].map(number);
      assert.ok(Math.abs(predicted - frozen) <= floor + 0.015, `${one} against ${other}, floor ${below}`);
    }
  });

  it('has all numbers of its cuts in sight in a narrow column', async () => {
    await inNarrowColumn(view, async (standing) => {
      assert.deepEqual(await standing(), []);
      const [table, around] = await Promise.all([
        circuit().locator('[data-reading="checked"]').boundingBox(),
        circuit().boundingBox(),
      ]);
      assert.ok(table!.x + table!.width <= around!.x + around!.width, `${table!.width} of ${around!.width}`);
    });
  });

  it('the slider prunes it; the keys go from node to node and tell what makes it; the table has the edges', async () => {
    const before = await nodes().count();
    const slider = circuit().locator('input[type="range"]');
    await slider.focus();
    await slider.press('Home');
    await circuit()
      .locator('.circuit-slider .number', { hasText: /^[1-4]$/ })
      .waitFor();
    assert.ok((await nodes().count()) <= 5 && before > 5);
    await slider.press('End');
    await circuit()
      .locator('.circuit-slider .number', { hasText: /^\d\d+$/ })
      .waitFor();
    const full = await nodes().count();
    assert.ok(full >= before && full <= 401, `${full}`);

    await circuit().locator('[data-node="D"]').focus();
    await view.page.keyboard.press('ArrowDown');
    const on = circuit().locator('.circuit-node:focus');
    assert.match(
      (await on.getAttribute('aria-label'))!,
      /^layer \d neuron \d+\.\d+ at token \d+:\d+ .*logits along direct paths$/,
    );
    await view.page.keyboard.press('Enter');
    await circuit().locator('.circuit-node-words', { hasText: 'What it makes' }).waitFor();
    assert.ok((await circuit().locator('.circuit-edge.on').count()) > 0);

    const twin = circuit().locator('details.twin');
    await twin.locator('summary').click();
    await twin.locator('tbody tr').first().waitFor();
    assert.equal(await twin.locator('tbody tr').count(), await circuit().locator('.circuit-edge').count());
  });

  it('receipts stand beside it: neurons are cut too, and each cut is told in three runs with the routers that flip', async () => {
    const receipts = view.section('receipts');
    const rows = (name: string): Locator => receipts.locator(`[data-reading="${name}"] tbody tr`);
    await rows('routing').first().waitFor({ timeout: 60_000 });
    for (const name of ['edges', 'heads', 'experts', 'neurons']) assert.ok((await rows(name).count()) >= 10, name);
    const routed = await rows('routing').evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((one) => one.textContent)),
    );
    assert.ok(
      routed.every(([, ids, free, rechosen]) => [ids, free, rechosen].every((one) => /^([+−-]\d|0\.00$)/.test(one))),
    );
    assert.ok(routed.some(([, , , , flips]) => /^layer \d: \d+ → \d+/.test(flips)));
    assert.match((await receipts.textContent())!, /KL [\d.]+ nats/);
    assert.match(
      (await receipts.locator('[data-reading="edges"]').textContent())!,
      /beyond its weight|no fair control/,
    );
  });

  it('receipts are listed by the chosen measure: by weight, the heaviest look first', async () => {
    const receipts = view.section('receipts');
    const weights = async (): Promise<number[]> =>
      (await receipts.locator('[data-reading="edges"] tbody td:nth-child(2)').allTextContents()).map(parseFloat);
    const before = await weights();
    await receipts.locator('select').selectOption('weight');
    const after = await weights();
    assert.equal(after.length, before.length);
    assert.deepEqual(
      after,
      after.toSorted((a, b) => b - a),
    );
    assert.notDeepEqual(before, after);
    await receipts.locator('select').selectOption('total');
    assert.deepEqual(await weights(), before);
  });

  it('a neuron is cut where it is drawn', async () => {
    const node = circuit().locator('[data-node^="L"]').first();
    const [, layer, name, token] = /^L(\d)N([\d.]+)@(\d+)$/.exec((await node.getAttribute('data-node'))!)!;
    await node.click({ button: 'right' });
    await view.rpc.call('event', { kind: 'intervene', act: 'cut', here: true });
    const code = view.section('interventions').locator('li code').first();
    await code.waitFor();
    assert.equal(await code.textContent(), `blocks.${layer}.mlp.neuron[${name},pos=${token}] = zero`);
    await circuit().getByText('switch the interventions off to see it').waitFor();
  });
});
