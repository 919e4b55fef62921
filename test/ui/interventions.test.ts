/** Cutting what is looked at, in the real panel: receipts, the list of interventions, and the way back to the same numbers. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { axeViolations } from './driver/axe';
import { sharedWorkbench, type Workbench } from './driver/workbench';

describe('Interventions in VS Code', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await sharedWorkbench({ open: 'sample.ts' });
    await workbench.hideSideBar();
    // Few tokens: what is measured of each of them is the pages' and the units'.
    await workbench.select([8, 1], [10, 1]);
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('sample.ts'), 'done');
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const frame = (): ReturnType<Workbench['panelFrame']> => workbench.panelFrame();
  const list = (): ReturnType<ReturnType<typeof frame>['locator']> => frame().locator('[data-section="interventions"]');
  const next = (): Promise<string[]> =>
    frame()
      .locator('[data-section="next"] .bar-list, [data-section="next"] table, [data-section="next"] ol')
      .first()
      .allTextContents();
  /** The likeliest tokens of the token that is looked at are asked for anew when the run is another: they come a moment later. */
  const isSoon = async (wanted: readonly string[]): Promise<void> => {
    for (let tries = 0; tries < 100; tries++) {
      if (isDeepStrictEqual(await next(), wanted)) return;
      await setTimeout(50);
    }
    assert.deepEqual(await next(), wanted);
  };

  it('receipts stand beside the weights; one click cuts, every view is of the edited run, and back is the same to the digit', async () => {
    await frame().getByRole('tab', { name: 'Predictions' }).click();
    await frame().locator('[data-section="next"] tbody tr').first().waitFor();
    const before = await next();
    await frame().getByRole('tab', { name: 'Receipts' }).click();
    const receipts = frame().locator('[data-section="receipts"]');
    await receipts.locator('[data-reading="edges"] tbody tr').first().waitFor({ timeout: 120_000 });
    assert.match(
      (await receipts.locator('.receipt-words').textContent())!,
      /Of [\d,]+ looks, cutting the one of layer \d head \d at/,
    );
    assert.ok((await receipts.locator('circle').count()) > 20);
    const patch = frame().locator('[data-section="patch"]');
    await patch.getByRole('textbox', { name: 'The other token' }).fill('(');
    await patch.getByText('Patch', { exact: true }).click();
    await patch.locator('canvas:not([hidden])').waitFor({ timeout: 120_000 });
    assert.match(
      (await patch.locator('.words').first().textContent())!,
      /^tokens\[\d+\] = "\(": ‘.+’ against ‘.+’ at the end/,
    );
    await receipts.locator('[data-reading="heads"] tbody tr').first().getByText('Cut', { exact: true }).click();

    await list().locator('.edited-banner:not([hidden])').waitFor({ timeout: 60_000 });
    assert.match(
      (await list().locator('li code').textContent())!,
      /^blocks\.\d\.attn\.hook_z\[head=\d,pos=\d+\] = zero$/,
    );
    const changes = frame().locator('[data-section="changes"]');
    await changes.locator('[data-reading="next"] li').first().waitFor();
    await receipts.getByText('switch the interventions off').waitFor();
    assert.deepEqual(await axeViolations(workbench), []);
    await frame().getByRole('tab', { name: 'Predictions' }).click();

    await list().getByText('Show the run as it is').click();
    await list().locator('.edited-banner').waitFor({ state: 'hidden' });
    await isSoon(before);
    await list().getByText('Undo').click();
    await list().locator('.edited-banner:not([hidden])').waitFor();
    await list().getByText('Remove all').click();
    await list().locator('.edited-banner').waitFor({ state: 'hidden' });
    await isSoon(before);
  });

  it('the list is saved and opened in the workbench’s own dialogs, as the text that it is', async () => {
    await frame().getByRole('tab', { name: 'Predictions' }).click();
    await workbench.page.keyboard.press('x');
    const field = list().locator('.edit-field');
    await list().locator('.edit-offer').first().waitFor();
    await field.fill('L2H1 = zero');
    await workbench.page.keyboard.press('Enter');
    await list().locator('.edited-banner:not([hidden])').waitFor({ timeout: 60_000 });
    await list().getByText('Save…').click();
    const file = await workbench.saveAs('interventions.txt');
    const text = 'blocks.2.attn.hook_z[head=1,pos=*] = zero\n';
    assert.equal(readFileSync(file, 'utf8'), text);
    await list().getByText('Remove all').click();
    await list().locator('.edited-banner').waitFor({ state: 'hidden' });

    writeFileSync(file, `${text}# blocks.1.attn.hook_z[head=0,pos=*] = zero\n`);
    if (!(await field.isVisible())) await workbench.page.keyboard.press('x');
    await list().getByText('Open…').click();
    await workbench.nameFile('interventions.txt');
    await list().locator('.edited-banner:not([hidden])').waitFor({ timeout: 60_000 });
    assert.deepEqual(await list().locator('li code').allTextContents(), [
      'blocks.2.attn.hook_z[head=1,pos=*] = zero',
      'blocks.1.attn.hook_z[head=0,pos=*] = zero',
    ]);
    assert.equal(await list().locator('li.off').count(), 1, 'what is commented out is switched off');
    await list().getByText('Remove all').click();
    await list().locator('.edited-banner').waitFor({ state: 'hidden' });
  });

  it('the key x opens what can be done; what means nothing is refused and the last good view stays', async () => {
    await frame().getByRole('tab', { name: 'Predictions' }).click();
    await workbench.page.keyboard.press('x');
    await list().locator('.edit-offer').first().waitFor();
    await list().locator('.edit-field').fill('blocks.2.attn.hook_patern[head=1,dst=3,src=2] = knockout');
    await workbench.page.keyboard.press('Enter');
    assert.match((await list().locator('.edit-wrong').textContent())!, /perhaps attn\.hook_pattern\?/);
    await list().locator('.edit-field').fill('L2H1[dst=3,src=9] = knockout');
    await workbench.page.keyboard.press('Enter');
    await frame().locator('.notice.failed', { hasText: 'token 3 comes before token 9' }).waitFor();
    // It stays in the list, switched off.
    await list().locator('li.off').waitFor();
    assert.equal(await list().locator('li').count(), 1);
    assert.equal(await list().locator('.edited-banner:not([hidden])').count(), 0);
    await frame().locator('[data-section="next"]').waitFor();
  });
});
