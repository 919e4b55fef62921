/** A text that is typed in the panel: explained while it is typed, gone on with, stepped back. */
import assert from 'node:assert/strict';
import { openExplained, type Explained } from '../driver/explained';

describe('A text that is typed in the panel', () => {
  let view: Explained;
  /** Weights that are asked for wait for this, going on for `going`; it fails with `failure`. */
  const held: { until?: Promise<void>; going?: Promise<void>; failure?: Error } = {};
  before(
    async () =>
      (view = await openExplained(
        { title: 'a.ts', text: 'const total = price * count;\n' },
        undefined,
        async (name, _, answered) => {
          if (name === 'weights') await held.until;
          if (name === 'goOn') await held.going;
          if (name === 'goOn' && held.failure) throw held.failure;
          return answered();
        },
      )),
  );
  after(() => view.close());

  const tokens = (): Promise<string> =>
    view
      .section('text')
      .locator('.tokens')
      .evaluate((list) => list.textContent ?? '');

  it('is explained while it is typed, and goes on from where it stands', async () => {
    const { page } = view;
    await page.locator('vscode-button[title^="Try another text"]').click();
    const field = page.locator('.live textarea');
    assert.equal(await field.inputValue(), 'const total = price * count;\n');
    await field.fill('const total = price + count;\nreturn');
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('return'));
    await page.locator('#app[data-state="done"]').waitFor();
    const go = page.locator('.live vscode-button', { hasText: 'Go on' });
    await go.click();
    await page.locator('.made-token').first().waitFor();
    const longer = await field.inputValue();
    assert.match(longer, /^const total = price \+ count;\nreturn./s);
    assert.match((await page.locator('.made-token').first().textContent())!, /%$/);
    assert.match((await page.locator('.made-token').first().getAttribute('title'))!, /likeliest: .*%/);
    await view.complete();
    assert.ok((await tokens()).includes(longer.split('\n')[1].trimEnd()), await tokens());
    await page.locator('.live vscode-button', { hasText: 'Step back' }).click();
    await page.waitForFunction(
      (value) => document.querySelector<HTMLTextAreaElement>('.live textarea')!.value === value,
      'const total = price + count;\nreturn',
    );
  });

  it('has its colours with its tokens, from the row that was looked at before, without a question', async () => {
    const { page } = view;
    await view.complete();
    let answer!: () => void;
    held.until = new Promise((resolve) => (answer = resolve));
    // Both in one step: what is asked for later is asked for after the colours are there.
    const hot = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const tokens = document.querySelector('.tokens')!;
          const watch = new MutationObserver(() => {
            if (!tokens.textContent.includes('sum')) return;
            watch.disconnect();
            resolve(tokens.querySelectorAll('.hot').length);
          });
          watch.observe(tokens, { subtree: true, childList: true, attributes: true });
        }),
    );
    await page.locator('.live textarea').fill('const sum = price + count;\nreturn');
    assert.ok((await hot) > 0);
    answer();
    await view.complete();
  });

  it('leaves the maps of the text before where they are until those of the new one are there', async () => {
    const { page } = view;
    await view.complete();
    const empty = await page.evaluateHandle(() => {
      const seen = { most: 0 };
      const heads = document.querySelector('[data-section="heads"]')!;
      new MutationObserver(() => {
        seen.most = Math.max(seen.most, heads.querySelectorAll('.waiting').length);
      }).observe(heads, { subtree: true, childList: true, attributes: true });
      return seen;
    });
    await page.locator('.live textarea').fill('const sum = price + count * count;\nreturn');
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('count * count'));
    await view.complete();
    assert.deepEqual(await empty.jsonValue(), { most: 0 });
    await page.locator('.live textarea').fill('const sum = price + count;\nreturn');
    // It is asked for when nobody has typed for a moment.
    await page.waitForFunction(() => !document.querySelector('.tokens')?.textContent?.includes('count * count'));
    await view.complete();
  });

  it('goes on the same way with the same seed, and writes into the editor what stands there', async () => {
    const { page, told } = view;
    const field = page.locator('.live textarea');
    await page.locator('.live label', { hasText: 'Temperature' }).locator('input').fill('1');
    await page.locator('.live label', { hasText: 'Tokens' }).locator('input').fill('5');
    const made: string[] = [];
    for (let round = 0; round < 2; round++) {
      await view.complete();
      await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
      await page.locator('.made-token').nth(4).waitFor();
      made.push(await field.inputValue());
      await page.locator('.live vscode-button', { hasText: 'Step back' }).click();
    }
    assert.equal(made[0], made[1]);
    await page.locator('.live vscode-button', { hasText: 'Write into' }).click();
    while (!told.some(({ name }) => name === 'writeBack')) await view.settled();
    const written = told.find(({ name }) => name === 'writeBack')?.params;
    assert.deepEqual(written, {
      text: 'const sum = price + count;\nreturn',
      over: 'const total = price * count;\n',
    });
  });

  it('goes on with what was typed this moment as soon as it is explained', async () => {
    const { page } = view;
    await view.complete();
    const text = 'const both = price + count;\nreturn';
    await page.locator('.live textarea').fill(text);
    // Before the pause in typing is over.
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.made-token').nth(4).waitFor();
    assert.ok((await page.locator('.live textarea').inputValue()).startsWith(text));
  });

  it('does not go on with a text that was changed after it was asked to', async () => {
    const { page } = view;
    await view.complete();
    await page.locator('.live textarea').fill('const one = price;\nreturn');
    // A text that came while the field is filled would stand before what it is filled with.
    let answer!: () => void;
    held.going = new Promise((resolve) => (answer = resolve));
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.live textarea').fill('const two = price;\nreturn');
    answer();
    delete held.going;
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('two'));
    await view.complete();
    assert.equal(await page.locator('.live textarea').inputValue(), 'const two = price;\nreturn');
    assert.equal(await page.locator('.made-token').count(), 0);
  });

  it('says beside the button why it does not go on', async () => {
    const { page } = view;
    await view.complete();
    held.failure = new Error('The file has changed.');
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.made', { hasText: 'The file has changed.' }).waitFor();
    delete held.failure;
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.made-token').nth(4).waitFor();
  });

  it('adds nothing to another text that is typed while it goes on', async () => {
    const { page } = view;
    await view.complete();
    let answer!: () => void;
    held.going = new Promise((resolve) => (answer = resolve));
    const field = page.locator('.live textarea');
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await field.fill('const three = price;');
    answer();
    delete held.going;
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('three'));
    await view.complete();
    assert.equal(await field.inputValue(), 'const three = price;');
    assert.equal(await page.locator('.made-token').count(), 0);
  });

  it('adds nothing, and asks for nothing, where another place was asked for in the editor while it goes on', async () => {
    const { page } = view;
    await view.complete();
    let answer!: () => void;
    held.going = new Promise((resolve) => (answer = resolve));
    const field = page.locator('.live textarea');
    const before = await field.inputValue();
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    const place = { title: 'a.ts', text: 'place', firstLine: 9, lastLine: 9, origin: 'selection', tabSize: 4 } as const;
    await view.rpc.call('event', { kind: 'begin', subject: place, modelName: 'any' });
    answer();
    delete held.going;
    await page.locator('.made', { hasText: 'has changed meanwhile, so nothing was added' }).waitFor();
    assert.equal(await field.inputValue(), before);
    await view.rpc.call('event', { kind: 'cancelled' });
  });

  it('goes on with a text that was typed back to what it was', async () => {
    const { page } = view;
    const field = page.locator('.live textarea');
    await field.fill('const three = price;;');
    await field.fill('const three = price;');
    // Its explanation is of before; the one that rest in typing would ask for is not needed.
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.made-token').nth(4).waitFor();
    assert.ok((await field.inputValue()).startsWith('const three = price;'));
  });

  it('leaves going on with the field', async () => {
    const { page } = view;
    await view.complete();
    const field = page.locator('.live textarea');
    // Before what was typed is explained.
    await page.evaluate(() => {
      const typed = document.querySelector<HTMLTextAreaElement>('.live textarea')!;
      typed.value = 'const four = price;';
      typed.dispatchEvent(new Event('input', { bubbles: true }));
      const buttons = [...document.querySelectorAll<HTMLElement>('.live vscode-button')];
      buttons.find(({ textContent }) => textContent?.includes('Go on'))!.click();
      document.querySelector<HTMLElement>('vscode-button[title^="Try another text"]')!.click();
    });
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('four'));
    await view.complete();
    await page.locator('vscode-button[title^="Try another text"]').click();
    assert.equal(await field.inputValue(), 'const four = price;');
  });

  it('keeps what was typed where the text of before is drawn again, until one goes back to that', async () => {
    const { page } = view;
    const field = page.locator('.live textarea');
    const opener = page.locator('vscode-button[title^="Try another text"]');
    await view.tellFirst();
    await opener.click();
    await opener.click();
    await field.fill('const five = price;');
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('five'));
    await view.complete();
    await view.tellFirst();
    await view.complete();
    assert.match(await tokens(), /total/);
    assert.equal(await field.inputValue(), 'const five = price;');
    await page.locator('.live vscode-button', { hasText: 'Back to the file' }).click();
    await view.tellFirst();
    await view.complete();
    assert.equal(await field.inputValue(), 'const total = price * count;\n');
  });
});

describe('A typed text that is longer than what is explained', () => {
  let view: Explained;
  before(async () => (view = await openExplained({ title: 'a.ts', text: 'const total = 1;\n', maxTokens: 32 })));
  after(() => view.close());

  it('is not gone on with, and the button says why', async () => {
    const { page } = view;
    await page.locator('vscode-button[title^="Try another text"]').click();
    await page.locator('.live textarea').fill('x '.repeat(90));
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.includes('x x'));
    await view.complete();
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.made', { hasText: 'Only the beginning of this text is explained' }).waitFor();
    assert.equal(await page.locator('.made-token').count(), 0);
  });

  it('says so as soon as its beginning is explained, also where no more than that was sent to the model', async () => {
    const { page } = view;
    await page.locator('.live textarea').fill('y '.repeat(300));
    // Before the pause in typing is over.
    await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
    await page.locator('.made', { hasText: 'Only the beginning of this text is explained' }).waitFor();
  });
});

describe('A head that is cut while a text goes on', () => {
  let view: Explained;
  let answer: () => void;
  let going: Promise<void>;
  before(
    async () =>
      (view = await openExplained(
        { title: 'a.ts', text: 'const total = 1;\n' },
        undefined,
        async (name, _, answered) => {
          if (name === 'goOn') await going;
          return answered();
        },
      )),
  );
  after(() => view.close());

  it('leaves the text as it is, a typed one, too, and says so', async () => {
    const { page } = view;
    await page.locator('vscode-button[title^="Try another text"]').click();
    await page.locator('vscode-button[title^="Intervene"]').click();
    const interventions = view.section('interventions');
    const banner = interventions.locator('.edited-banner', { hasText: '1 in force' });
    for (const text of ['const total = 1;\n', 'const typed = 1;\n']) {
      going = new Promise((resolve) => (answer = resolve));
      if (text.includes('typed')) await page.locator('.live textarea').fill(text);
      await page.waitForFunction(
        (words) => document.querySelector('.tokens')?.textContent?.includes(words),
        text.slice(0, 11),
      );
      await view.complete();
      assert.ok(await banner.isHidden());
      await page.locator('.live vscode-button', { hasText: 'Go on' }).click();
      await interventions.locator('.edit-field').fill('L0H0 = zero');
      await interventions.locator('.edit-field').press('Enter');
      await banner.waitFor();
      answer();
      await page.locator('.made', { hasText: 'has changed meanwhile' }).waitFor();
      assert.equal(await page.locator('.live textarea').inputValue(), text);
      assert.ok(await banner.isVisible());
    }
  });
});
