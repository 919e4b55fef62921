/** Cut it where you see it: the context menu and the keyboard act on the very thing, in each picture; the list of what is in force. */
import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import type { InterveneAct } from '../../../src/protocol/panelApi';
import { openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

describe('Cutting what is seen', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 9, 11));
    page = view.page;
  });
  after(() => view.close());
  afterEach(async () => {
    if ((await list().locator('li').count()) === 0) return;
    if ((await list().locator('li:not(.off)').count()) > 0) await edited();
    await list().getByText('Remove all').click();
    await asItIs();
  });

  const list = (): Locator => view.section('interventions');
  const cells = (): Locator => view.section('heads').locator('[role="gridcell"]');
  /** What is in force is what is shown: the banner comes with the run. */
  const edited = (): Promise<void> => list().locator('.edited-banner').waitFor();
  /** The list is gone while the run comes, too, and a view of the page whose run is under way is soon another. */
  const asItIs = async (): Promise<void> => {
    await list().locator('li').first().waitFor({ state: 'detached' });
    await list().locator('.edited-banner').waitFor({ state: 'hidden' });
    await page.locator('#app[data-state="done"]').waitFor();
  };
  /** What VS Code's menu is told that it was opened on. */
  const menuOn = (): Promise<unknown> =>
    page.evaluate(() => (JSON.parse(document.body.dataset.vscodeContext!) as { thing: string }).thing);
  const choose = (act: InterveneAct): Promise<unknown> =>
    view.rpc.call('event', { kind: 'intervene', act, here: true });
  const inForce = async (): Promise<string[]> => {
    await list().locator('li code').first().waitFor();
    return list().locator('li code').allTextContents();
  };
  /** A right click there, then the entry of the menu. */
  const act = async (
    on: Locator,
    kind: string,
    entry: InterveneAct,
    position?: { x: number; y: number },
  ): Promise<void> => {
    await on.click({ button: 'right', ...(position && { position }) });
    assert.equal(await menuOn(), kind);
    await choose(entry);
  };
  /** Waits until the page has had the editor do it. */
  const told = async (what: string): Promise<void> => {
    while (!view.told.some(({ name }) => name === what)) await view.settled();
  };
  const undo = async (): Promise<void> => {
    await edited();
    await list().getByText('Undo', { exact: true }).click();
    await asItIs();
  };

  it('a head, a token, a layer and an expert are cut where the pointer is, whatever is chosen', async () => {
    await cells().nth(3).click();
    await act(cells().nth(1 * 8 + 2), 'head', 'cut');
    assert.deepEqual(await inForce(), ['blocks.1.attn.hook_z[head=2,pos=*] = zero']);
    await edited();
    const changed = /The surprisal of the whole text changed by [+-][\d.]+ bits\. What comes next was /;
    await view.section('changes').filter({ hasText: changed }).waitFor();
    await undo();

    const token = view.section('text').locator('.token').getByText('let', { exact: true }).first();
    const number = Number(await token.getAttribute('data-token'));
    await act(token, 'token', 'cut');
    assert.deepEqual(await inForce(), [
      `blocks.*.attn.hook_pattern[head=*,dst=${number + 1}:,src=${number}] = knockout`,
    ]);
    await undo();

    await act(view.section('heads').locator('.layer-label').nth(4), 'layer', 'halve');
    assert.deepEqual(await inForce(), [
      'blocks.4.hook_attn_out[pos=*] = scale(0.5)',
      'blocks.4.hook_mlp_out[pos=*] = scale(0.5)',
    ]);
    await undo();

    await view.openTab('experts');
    const expert = view.section('experts').locator('.expert-row').nth(2).locator('.expert').nth(1);
    const [id] = await expert.locator('.swatch').allTextContents();
    await act(expert, 'expert', 'ban');
    assert.match((await inForce())[0], new RegExp(`^blocks\\.2\\.mlp\\.expert\\[${id},pos=\\d+\\] = route-around$`));
    await view.openTab('attention');
  });

  it('a look is cut where it is drawn: in the matrix, in the arcs; above the diagonal there is nothing to cut', async () => {
    const plot = view.section('matrix').locator('.plot');
    const box = (await plot.boundingBox())!;
    const low = { x: box.width * 0.3, y: box.height * 0.8 };
    await plot.hover({ position: low });
    const words = await view.section('matrix').locator('.readout').getAttribute('title');
    const [, query, key] = /tokens (\d+) → (\d+)/.exec(words!)!;
    const head = /layer (\d+) head (\d+)/.exec((await view.section('matrix').locator('h2').textContent())!)!;
    await act(plot, 'edge', 'cut', low);
    assert.deepEqual(await inForce(), [
      `blocks.${head[1]}.attn.hook_pattern[head=${head[2]},dst=${query},src=${key}] = knockout`,
    ]);
    await undo();
    await plot.click({ button: 'right', position: { x: box.width * 0.8, y: box.height * 0.2 } });
    assert.equal(await menuOn(), 'none');
    await page.mouse.move(0, 0);

    await view.openTab('edges');
    const arcs = view.section('arcs').locator('canvas');
    await act(arcs, 'edge', 'keepOnly', { x: 30, y: 160 });
    for (const one of await inForce()) assert.match(one, /hook_pattern\[head=\d,dst=\d+,src=[\d:]+\] = knockout/);
    await view.openTab('attention');
  });

  it('the keyboard means what it stands on: the menu key, and x', async () => {
    const grid = view.section('heads').locator('[role="grid"]');
    await grid.focus();
    for (const key of ['Home', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    const active = (): Promise<string | null> =>
      grid.evaluate((one) => document.getElementById(one.getAttribute('aria-activedescendant')!)!.ariaLabel);
    const [, layer, head] = /layer (\d+) head (\d+)/.exec((await active())!)!;
    await page.keyboard.press('Shift+F10');
    assert.equal(await menuOn(), 'head');
    await choose('cut');
    assert.deepEqual(await inForce(), [`blocks.${layer}.attn.hook_z[head=${head},pos=*] = zero`]);
    await undo();

    await grid.focus();
    await page.keyboard.press('Home');
    const [here, row, column] = /layer (\d+) head (\d+)/.exec((await active())!)!;
    await page.keyboard.press('x');
    await list().locator('.edit-about', { hasText: here }).waitFor();
    await list().locator('.edit-offer:focus').waitFor();
    const factor = list().locator('.edit-number');
    await factor.fill('0.25');
    await factor.press('Enter');
    assert.deepEqual(await inForce(), [`blocks.${row}.attn.hook_z[head=${column},pos=*] = scale(0.25)`]);
  });

  it('what is being typed stays typed while what is looked at becomes another', async () => {
    const cutHere = (): Promise<string | null> => list().locator('.edit-offer').nth(1).textContent();
    await cells().nth(5).click();
    await page.keyboard.press('x');
    // The keyboard comes to the first choice a frame later.
    await list().locator('.edit-offer:focus').waitFor();
    const factor = list().locator('.edit-number').first();
    await factor.fill('0.');
    const [was, token] = [await cutHere(), view.section('text').locator('.token')];
    // The pointer looks at another token than the one that is looked at.
    for (let i = 0; (await cutHere()) === was; i++) {
      await token.nth(i).hover();
      await view.settled();
    }
    await page.keyboard.type('25');
    await page.keyboard.press('Enter');
    assert.match((await inForce())[0], /hook_z\[head=\d,pos=\*\] = scale\(0\.25\)$/);
  });

  it('the list is switched off and on, ordered, copied as text and comes back with the page', async () => {
    await act(cells().nth(1), 'head', 'cut');
    await edited();
    await act(cells().nth(2), 'head', 'swap');
    await list().locator('li').nth(1).waitFor();
    const [one, two] = await inForce();
    await list()
      .locator('li')
      .nth(1)
      .getByRole('button', { name: /^Earlier/ })
      .click();
    await list().locator('li').first().getByText(two).waitFor();
    await list().locator('li').nth(1).getByRole('checkbox').uncheck();
    await list().locator('li.off').waitFor();
    await list().getByText('Copy as text').click();
    await told('copy');
    const copied = view.told.filter(({ name }) => name === 'copy').at(-1)!.params as { text: string };
    assert.equal(copied.text, `${two}\n# ${one}`);
    // The host of this test tells a new page of the run without interventions: what was kept is asked for again.
    await view.reload();
    await list().locator('li.off').waitFor();
    assert.deepEqual(await inForce(), [two, one]);
    await edited();
  });

  it('several lines are pasted at once, saved and opened; wrong ones are told by number and nothing of them is taken', async () => {
    await page.keyboard.press('x');
    const field = list().locator('.edit-field');
    const wrong = list().locator('.edit-wrong');
    await field.fill('L2H5 = zero\n\nL1H1 = zreo\nblocks.1.attn.hook_q[head=2] = zero');
    await field.press('Enter');
    await wrong.getByText('Line 3: ').waitFor();
    assert.match((await wrong.textContent())!, /^Nothing was added\.\nLine 3: .*perhaps zero\?.*\nLine 4: .*no place/);
    assert.equal(await list().locator('li').count(), 0);
    await field.fill('L2H5 = zero\n\nL1H1[pos=3] = scale(0.5)');
    await field.press('Enter');
    const both = ['blocks.2.attn.hook_z[head=5,pos=*] = zero', 'blocks.1.attn.hook_z[head=1,pos=3] = scale(0.5)'];
    assert.deepEqual(await inForce(), both);
    await list().getByText('Save…').click();
    await told('saveEdits');
    const saved = view.told.filter(({ name }) => name === 'saveEdits').at(-1)!.params as { text: string };
    assert.equal(saved.text, both.join('\n'));

    view.files.push({ name: 'broken.txt', text: `${both[0]}\n<b>L1H1</b>\n` });
    await list().getByText('Open…').click();
    await wrong.getByText('Line 2: ').waitFor();
    assert.match(
      (await wrong.textContent())!,
      /^Nothing of “broken\.txt” was taken over\.\nLine 2: “<b>L1H1<\/b>” is no/,
    );
    assert.deepEqual(await inForce(), both, 'the last good list stays');
    view.files.push({ name: 'good.txt', text: `# what was tried\r\n# ${both[0]}\r\nL3H0 = zero\r\n` });
    await list().getByText('Open…').click();
    await list().locator('li.off').waitFor();
    assert.deepEqual(await inForce(), [both[0], 'blocks.3.attn.hook_z[head=0,pos=*] = zero']);
    await list().getByText('Undo', { exact: true }).click();
    await list().locator('li.off').waitFor({ state: 'detached' });
    assert.deepEqual(await inForce(), both);
  });

  it('every view is shown before and after with the difference, or says why it is not', async () => {
    const plot = view.section('matrix').locator('.plot');
    const box = (await plot.boundingBox())!;
    const low = { x: 80, y: box.height * 0.8 };
    const readout = view.section('matrix').locator('.readout');
    // Along the row of one token, from beside its label to a look that has some weight, of the first head that has one there.
    let [query, weight] = ['', ''];
    const weighs = (): boolean => parseFloat(weight) > 1;
    for (let head = 0; !weighs(); head++) {
      await cells().nth(head).click();
      for (low.x = 80; low.x < box.width * 0.7 && !weighs(); low.x += weighs() ? 0 : box.width * 0.02) {
        await plot.hover({ position: low });
        await view.complete();
        await readout.filter({ hasText: '%' }).waitFor();
        [, query] = /tokens (\d+) →/.exec((await readout.getAttribute('title'))!)!;
        [weight] = /[<\d.]+%/.exec((await readout.textContent())!)!;
      }
    }
    await act(plot, 'edge', 'cut', low);
    await page.mouse.move(0, 0);
    await edited();
    await view.section('text').locator(`[data-token="${query}"]`).click();

    const changes = view.section('changes');
    const group = changes.locator('[data-reading="compared"]');
    const compared = async (tab: string, heading: RegExp): Promise<string[]> => {
      await view.openTab(tab);
      await group.locator('h3').filter({ hasText: heading }).waitFor();
      // Until it is there, what was looked at before stays, dimmed.
      await changes.locator('.compared-parts[aria-busy="false"]').waitFor();
      const rows = await group.locator('tbody tr').allInnerTexts();
      assert.ok(rows.length > 1, tab);
      for (const row of rows) assert.match(row, /\s[\d.<]+%\s+[\d.<]+%\s+[+-]?[\d.]+ points\s*$/, tab);
      return rows;
    };
    // First the look that was cut, which moved most: what it was, nothing, and the difference.
    await compared('attention', /^layer \d head \d from token .*: before → after$/);
    const [was, is, less] = await group.locator('tbody tr').first().locator('td').allTextContents();
    assert.deepEqual([was, is], [weight, '0%']);
    assert.ok(Math.abs(parseFloat(less) + parseFloat(was)) < 0.06, `${was}, less ${less}`);
    await compared('edges', /^layer \d head \d from token .*: before → after$/);
    await compared('roles', /^Scores of roles: before → after$/);
    await compared('rollup', /^Many heads at once, from token .*: before → after$/);
    const experts = await compared('experts', /^Experts of token .*, by weight: before → after$/);
    assert.ok(
      experts.some((one) => !/\s0 points\s*$/.test(one)),
      'a cut changes later experts’ weights',
    );
    const search = view.section('neuron-cards');
    await search.getByText('Neurons are searched in the run as it is').waitFor();

    await view.openTab('predictions');
    await group.waitFor({ state: 'detached' });
    for (const reading of ['next', 'tokens', 'heads'])
      await changes.locator(`[data-reading="${reading}"] li`).first().waitFor();
    await view.openTab('receipts');
    for (const section of ['receipts', 'circuit', 'patch'])
      await view.section(section).getByText('switch the interventions off').waitFor();

    await view.openTab('attention');
    await undo();
    await changes.waitFor({ state: 'hidden' });
    await view.section('text').locator(`[data-token="${query}"]`).click();
  });

  it('in every picture the menu is told what it was opened on, by the pointer and by the menu key', async () => {
    // [tab, section, what of it, the thing, whether the keyboard stands on it]
    const pictures: [string, string, string, string, boolean][] = [
      ['attention', 'text', '.token >> nth=3', 'token', false],
      ['attention', 'heads', '[role="gridcell"] >> nth=9', 'head', false],
      ['attention', 'heads', '.layer-label >> nth=1', 'layer', false],
      ['attention', 'summary', '.chip >> nth=0', 'head', true],
      ['edges', 'why', 'li .label:text-matches("^L\\\\d+H") >> nth=0', 'head', false],
      ['edges', 'edges', 'li .label >> nth=0', 'edge', false],
      ['receipts', 'receipts', '[data-reading="edges"] .receipt-name >> nth=0', 'edge', true],
      ['receipts', 'receipts', '[data-reading="heads"] .receipt-name >> nth=0', 'head', true],
      ['receipts', 'receipts', '[data-reading="experts"] .receipt-name >> nth=0', 'expert', true],
      ['receipts', 'receipts', '[data-reading="neurons"] .receipt-name >> nth=0', 'neuron', true],
      ['receipts', 'receipts', 'circle >> nth=0', 'edge', false],
      ['roles', 'roles', '.role-head >> nth=0', 'head', true],
      ['experts', 'experts', '.expert-row >> nth=1 >> .expert >> nth=0', 'expert', false],
      ['experts', 'experts', '.expert-row >> nth=1 >> .layer', 'layer', false],
      ['predictions', 'lens', 'tr[data-depth="2"]', 'layer', false],
    ];
    const wrong: string[] = [];
    let open = '';
    for (const [tab, section, what, kind, byKey] of pictures) {
      if (open !== tab) {
        await view.openTab(tab);
        if (tab === 'receipts') await view.section('receipts').locator('circle').first().waitFor({ timeout: 60_000 });
        // What is drawn anew has the focus no more.
        await view.complete();
        open = tab;
      }
      const on = view.section(section).locator(what);
      await on.first().waitFor();
      await on.first().dispatchEvent('contextmenu');
      const told = await menuOn();
      if (told !== kind) wrong.push(`${section} ${what}: ${String(told)}, not ${kind}`);
      if (!byKey) continue;
      await on.first().focus();
      await page.keyboard.press('Shift+F10');
      const byMenuKey = await menuOn();
      if (byMenuKey !== kind) wrong.push(`${section} ${what} by key: ${String(byMenuKey)}, not ${kind}`);
    }
    assert.deepEqual(wrong, []);
    await view.openTab('attention');
  });
});
