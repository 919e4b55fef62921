/** What is asked of one token at a time: numbers never stand under another token's title, whatever comes when. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { Story } from '../../../src/protocol/whyApi';
import { openExplained, type Explained } from '../driver/explained';

const fixture = (name: string): string => path.join(root, 'test', 'fixtures', 'models', `${name}.gguf`);
const TEXT = 'function mean(values) {\n  return sum(values) / values.length;\n}\n';

describe('Receipts of one token, then of another', () => {
  let view: Explained;
  /** Of these tokens the answer waits. */
  const held = new Map<number, Promise<void>>();
  const asked: number[] = [];
  before(async () => {
    view = await openExplained(
      { title: 'a.js', text: TEXT, model: fixture('qwen3moe-q8_0') },
      {},
      async (name, params, answered) => {
        if (name !== 'receipt') return answered();
        const { position } = params as { position: number };
        asked.push(position);
        await held.get(position);
        return answered();
      },
    );
    await token(2).click();
    await view.openTab('receipts');
    await words().filter({ hasText: /look/ }).waitFor();
  });
  after(() => view.close());

  const token = (at: number): Locator => view.section('text').locator('.token[role="option"]').nth(at);
  const receipts = (): Locator => view.section('receipts');
  const words = (): Locator => receipts().locator('.receipt-words');
  const busy = (): Locator => receipts().locator('.notice.busy');
  const numbers = (): Locator => receipts().locator('.receipt-columns');

  it('stand under their own title: while another’s come, and when those fail', async () => {
    let fail!: (thrown: Error) => void;
    held.set(4, new Promise((_, reject) => (fail = reject)));
    for (let time = 0; time < 2; time++) {
      await token(4).click();
      await busy().waitFor();
      assert.deepEqual([await numbers().isVisible(), await words().textContent()], [false, ''], `time ${time}`);
      await token(2).click();
      await numbers().waitFor();
      await busy().waitFor({ state: 'hidden' });
    }
    fail(new Error('there was no answer'));
    await view.complete();
    assert.deepEqual([await numbers().isVisible(), await receipts().getByRole('alert').textContent()], [true, '']);
    await token(4).click();
    await receipts().getByText('there was no answer').waitFor();
    assert.equal(await numbers().isVisible(), false);
    held.delete(4);
    await receipts().getByText('Try again').click();
    await numbers().waitFor();
    assert.equal(await receipts().getByText('there was no answer').isVisible(), false);
  });

  it('go on being computed while another token is chosen in passing', async () => {
    let open!: () => void;
    held.set(5, new Promise((resolve) => (open = resolve)));
    await token(5).click();
    await busy().waitFor();
    await view.section('text').evaluate(async (section) => {
      const tokens = section.querySelectorAll<HTMLElement>('.token[role="option"]');
      const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      tokens[6].click();
      await frame().then(frame);
      tokens[5].click();
    });
    await busy().waitFor();
    open();
    await numbers().waitFor();
    assert.deepEqual(asked.slice(-1), [5]);
    await token(6).click();
    await view.complete();
    assert.deepEqual(asked.slice(-2), [5, 6]);
  });
});

describe('The first sentence of a text of four tokens', () => {
  it('is what to select instead, with a button that does it', async () => {
    const view = await openExplained({ title: 'a.js', text: 'return a;' });
    try {
      const short = view.page.locator('.story .short');
      await short
        .getByText(/^\d tokens are too few to look back far: a function, a class or a paragraph shows more\./)
        .waitFor();
      await short.locator('vscode-button', { hasText: 'Explain the visible part' }).click();
      await view.complete();
      assert.ok(view.told.some(({ name }) => name === 'explainVisible'));
    } finally {
      await view.close();
    }
  });
});

describe('The first sentence on a model with layers without attention', () => {
  const expected = (id: number): Story['actual'] => ({ id, label: `${id}`, text: `${id}`, probability: 0.5 });
  const story: Story = {
    met: false,
    word: { text: 'x', probability: 0.5 },
    why: {
      position: 5,
      target: expected(1),
      foil: expected(2),
      difference: 2,
      terms: [],
      remainder: 0,
      positions: new Float32Array(6),
    },
    cut: { key: 2, fall: 1, beyond: 0.9, compared: 20, confirmed: true },
    actual: expected(3),
    other: { text: 'y', probability: 0.4 },
  };
  let view: Explained;
  before(async () => {
    view = await openExplained({ title: 'a.js', text: TEXT, model: fixture('qwen35moe') }, {}, (name, _, answered) =>
      name === 'story' ? Promise.resolve(story) : answered(),
    );
  });
  after(() => view.close());

  it('has how it was measured behind its ⓘ, with the layers that were cut', async () => {
    const measured = view.page.locator('.story .info');
    await measured.locator('summary').click();
    await measured.locator('p', { hasText: /^Measured: .* Only layers with attention were cut \(\d/ }).waitFor();
  });

  it('names both words between which it was undecided, and both places lead there', async () => {
    const sentence = view.page.locator('.story .sentence');
    assert.match(
      (await sentence.textContent())!,
      /^In line 1, where .+ stands, it was undecided between .*x \(50% after .+\) and .*y \(40% after .+\); it leaned to the first because it looked back at .+ earlier in that line\.$/,
    );
    const places = sentence.locator('button.word');
    const tokens = await places.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.token));
    assert.deepEqual(tokens, ['6', '2']);
    for (const place of await places.all()) {
      await view.section('text').locator('.token[role="option"]').nth(8).click();
      await place.click();
      await view.section('text').locator('.token.pointed[data-token="2"]').waitFor();
    }
  });
});

describe('The first sentence where what was expected came, and in Chinese', () => {
  const candidate = (text: string): Story['actual'] => ({ id: 1, label: text, text, probability: 0.5 });
  const story = (position: number, key: number, met: boolean): Story => ({
    met,
    word: { text: 'x', probability: 0.5 },
    why: {
      position,
      target: candidate('x'),
      foil: candidate('y'),
      difference: 2,
      terms: [],
      remainder: 0,
      positions: new Float32Array(position + 1),
    },
    cut: { key, fall: 1, beyond: 0.9, compared: 20, confirmed: true },
    actual: candidate('z'),
  });
  const told = async (language: 'en' | 'zh-cn', answer: Story, pattern: RegExp, places: string[]): Promise<void> => {
    const view = await openExplained(
      { title: 'a.js', text: TEXT, firstLine: 8, model: fixture('qwen3moe-q8_0') },
      { language },
      (name, _, answered) => (name === 'story' ? Promise.resolve(answer) : answered()),
    );
    try {
      const sentence = view.page.locator('.story .sentence');
      await sentence.locator('.word').first().waitFor();
      assert.match((await sentence.textContent())!, pattern);
      const buttons = sentence.locator('button.word');
      const tokens = await buttons.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.token!));
      assert.deepEqual(tokens, places);
      for (const place of await buttons.all()) {
        await view.section('text').locator('.token[role="option"]').nth(8).click();
        await place.click();
        await view.section('text').locator(`.token.pointed[data-token="${answer.cut.key}"]`).waitFor();
      }
    } finally {
      await view.close();
    }
  };

  it('has both places of a certainty lead there: what came, and what was looked back at', () =>
    told(
      'en',
      story(30, 2, true),
      /^In line 9 it was sure of .*x \(50%( after .+)?\), because it looked back at .+ in line 8\.$/,
      ['31', '2'],
    ));

  it('names a line once where both places stand in it, in Chinese too', () =>
    told(
      'zh-cn',
      story(5, 2, false),
      /^在第 8 行，它以为会是 .*x（.*50%），而不是 .+，因为它回看了同一行前面的 .+。$/,
      ['6', '2'],
    ));
});
