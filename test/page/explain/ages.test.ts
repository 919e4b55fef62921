/** One text at four ages of one model: what is looked at stays, and the head comes about. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { AGES } from '../../../src/editor/readyTexts';
import type { Look } from '../../../src/protocol/explanation';
import type { PanelEvent } from '../../../src/protocol/panelApi';
import { axeIn } from '../../ui/driver/axe';
import { BUNDLED, openExplained, type Explained } from '../driver/explained';
import { cutOff } from '../driver/narrow';

const file = (age: string): string => path.join(path.dirname(BUNDLED), `attention-explainer-sibling-${age}-q4_0.gguf`);
const FILES = { 1277952: file('1.3m'), 3182592: file('3.2m'), 3817472: file('3.8m'), 9584640: file('9.6m') };
const TEXT = { title: 'ages.py', text: AGES, model: file('9.6m'), ages: FILES };
/** “vel” of the name in its second line. */
const VEL_AGAIN = 18;

describe('One text at four ages', () => {
  let view: Explained;
  before(async () => (view = await openExplained(TEXT)));
  after(() => view.close());

  const group = () => view.page.getByRole('radiogroup', { name: /^Age of the model/ });
  const chosen = (): Promise<string[]> =>
    group()
      .getByRole('radio')
      .evaluateAll((all) =>
        (all as HTMLInputElement[]).filter((radio) => radio.checked).map((radio) => radio.labels![0].textContent),
      );
  const looked = (): Look => view.told.findLast(({ name }) => name === 'look')!.params as Look;
  /** Waits until the text is explained at that age. */
  const at = async (age: string): Promise<void> => {
    await view.section('header').getByText(`Sibling 2M, ${age} tokens`).waitFor();
    await view.page.locator('#app[data-state="done"]').waitFor();
    await view.complete();
  };
  /** What most of the weight goes to, and how much. */
  const most = (): Promise<string | null> => view.section('text').locator('.readout .pair').textContent();
  const LOOK: Look = { layer: 3, head: 3, token: VEL_AGAIN, direction: 'from' };

  it('shows which age explains, and goes to another by a click: head and token stay, the weights are its own', async () => {
    assert.deepEqual(await group().locator('label').allTextContents(), ['1.3M', '3.2M', '3.8M', '9.6M']);
    assert.deepEqual(await chosen(), ['9.6M']);
    await view.section('summary').locator('.chip', { hasText: 'L3H3 continues repetitions' }).click();
    await view.complete();
    assert.deepEqual(looked(), LOOK);
    assert.match((await most())!, /‘m’: 79\.9%/);
    await group().getByText('1.3M').click();
    await at('1.3M');
    assert.deepEqual([await chosen(), looked()], [['1.3M'], LOOK]);
    assert.doesNotMatch((await most())!, /‘m’/);
  });

  it('goes to the next by an arrow key, which stays where it is', async () => {
    const { page } = view;
    await group().getByRole('radio', { name: '1.3M' }).focus();
    await page.keyboard.press('ArrowRight');
    await at('3.2M');
    assert.deepEqual([await chosen(), looked()], [['3.2M'], LOOK]);
    assert.match((await most())!, /‘m’: 75\.5%/);
    await page.keyboard.press('ArrowRight');
    await at('3.8M');
    await page.keyboard.press('ArrowRight');
    await at('9.6M');
    assert.ok(
      await group()
        .getByRole('radio', { name: '9.6M' })
        .evaluate((radio) => radio.matches(':focus')),
    );
  });

  it('explains another age as it is: what was cut is kept, and off', async () => {
    const { page } = view;
    const list = view.section('interventions');
    await page.keyboard.press('x');
    await list.locator('.edit-field').fill('L3H3 = zero');
    await page.keyboard.press('Enter');
    await list.locator('.edited-banner', { hasText: '1 in force' }).waitFor();
    assert.deepEqual(await chosen(), ['9.6M']);
    await group().getByText('3.8M').click();
    await at('3.8M');
    assert.deepEqual(await list.locator('li.off code').allTextContents(), [
      'blocks.3.attn.hook_z[head=3,pos=*] = zero',
    ]);
    assert.ok(await list.locator('.edited-banner').isHidden());
  });

  it('shows the age of what is on show where another could not be explained, and nothing for a model without an age', async () => {
    const subject = {
      title: 'ages.py',
      text: AGES,
      firstLine: 1,
      lastLine: 4,
      origin: 'selection',
      tabSize: 4,
    } as const;
    const tell = (event: PanelEvent): Promise<void> => view.rpc.call('event', event);
    await tell({ kind: 'begin', subject, modelName: 'm', ages: { all: Object.keys(FILES).map(Number), at: 1277952 } });
    await view.settled();
    assert.deepEqual(await chosen(), ['1.3M']);
    await tell({ kind: 'failed', message: 'The file is gone.', canRetry: true });
    await view.settled();
    assert.deepEqual(await chosen(), ['3.8M']);
    await tell({ kind: 'begin', subject, modelName: 'm' });
    await view.settled();
    assert.ok(await group().isHidden());
    await tell({ kind: 'cancelled' });
    await group().waitFor();
  });

  it('has room in a narrow column, and passes the rules of accessibility', async () => {
    assert.deepEqual(await cutOff(view), []);
    assert.deepEqual(await axeIn(view.page.mainFrame(), { within: '.top' }), []);
  });
});

describe('An age that is chosen while somebody types', () => {
  let view: Explained;
  beforeEach(async () => (view = await openExplained(TEXT)));
  afterEach(() => view.close());

  it('explains what was typed, which stays in the field', async () => {
    const { page } = view;
    await page.locator('vscode-button[title^="Try another text"]').click();
    const field = page.locator('.live textarea');
    // Both within the pause after which what was typed is sent.
    await page.evaluate(() => {
      const typed = document.querySelector<HTMLTextAreaElement>('.live textarea')!;
      typed.value = 'velmora and velmora';
      typed.dispatchEvent(new Event('input', { bubbles: true }));
      document.querySelector<HTMLElement>('.ages .chip input')!.click();
    });
    await page.waitForFunction(() => document.querySelector('.tokens')?.textContent?.startsWith('velmora and'));
    await view.section('header').getByText('Sibling 2M, 1.3M tokens').waitFor();
    await view.complete();
    assert.equal(await field.inputValue(), 'velmora and velmora');
  });
});
