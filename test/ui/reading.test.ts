/** The reading views, as a person goes through them: roles, sinks, single weights, predictions, experts, roll-up. */
import assert from 'node:assert/strict';
import { axeViolations } from './driver/axe';
import { startWorkbench, type Workbench } from './driver/workbench';

describe('Reading views', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await startWorkbench({ open: 'sample.ts' });
    await workbench.hideSideBar();
    await workbench.select([8, 1], [19, 2]);
    await workbench.runCommand('Explain Attention');
    assert.equal(await workbench.explained('sample.ts'), 'done');
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const frame = (): ReturnType<Workbench['panelFrame']> => workbench.panelFrame();
  async function openTab(name: string): Promise<void> {
    await frame().locator(`[role="tab"][data-tab="${name}"]`).click();
    await frame().locator(`[role="tab"][data-tab="${name}"][aria-selected="true"]`).waitFor();
  }

  it('names the strongest head of a role, with its formula and threshold one click away', async () => {
    await openTab('roles');
    const role = frame().locator('.role[data-role="previous-token"]');
    await role.locator('.role-head').first().waitFor();
    const scores = await role.locator('.role-head .number').allTextContents();
    assert.equal(scores.length, 5);
    const shares = scores.map((text) => parseInt(text, 10));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    await role.locator('summary').click();
    await role.getByText('token → the one just before').waitFor();
    await role.getByText(/Threshold: 50%/).waitFor();
    assert.match((await frame().locator('[data-section="roles"] > .words').textContent())!, /Layer \d head \d .*\d+%/);
  });

  it('says what heads do on a random row given twice', async () => {
    await openTab('roles');
    const induction = frame().locator('.role[data-role="induction"] .role-head').first();
    await induction.getByText(/probe \d+%/).waitFor({ timeout: 30_000 });
  });

  it('a head chosen by role is the head of the text and the matrix', async () => {
    await openTab('roles');
    const head = frame().locator('.role[data-role="previous-token"] .role-head').first();
    const [layer, index] = [await head.getAttribute('data-layer'), await head.getAttribute('data-head')];
    await head.click();
    await openTab('attention');
    await frame()
      .locator('[data-section="matrix"] h2', { hasText: `layer ${layer} head ${index}` })
      .waitFor();
    await frame()
      .locator('[data-section="text"] h2', { hasText: `layer ${layer} head ${index}` })
      .waitFor();
  });

  it('the grid sorts heads by a role, strongest first, and by layer again', async () => {
    await openTab('attention');
    const order = frame().locator('[data-section="heads"] select');
    await order.selectOption('previous-token');
    const first = frame().locator('.head-cell').first();
    await first.and(frame().locator('[aria-label*="looks one token back"]')).waitFor();
    const shares = await frame()
      .locator('.head-cell')
      .evaluateAll((cells) =>
        cells.map((cell) => Number(/looks one token back (\d+)%/.exec(cell.getAttribute('aria-label')!)![1])),
      );
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    assert.equal(shares.length, 48);
    await order.selectOption('layer');
    await frame().locator('.head-cell[data-layer="0"][data-head="0"]').and(first).waitFor();
  });

  it('dims sinks on request, and says so', async () => {
    await openTab('attention');
    await frame().locator('[data-section="heads"] label', { hasText: 'Dim sinks' }).click();
    await frame().locator('[data-section="heads"]').getByText('Sinks are dimmed').waitFor();
    await frame().locator('[data-section="text"]').getByText('Sinks are dimmed').waitFor();
    const background = frame().locator('[data-section="text"] .token').first();
    await background.and(frame().locator(':not([style*="background"])')).waitFor();
    await frame().locator('[data-section="heads"] label', { hasText: 'Dim sinks' }).click();
    await frame().locator('[data-section="text"]').getByText('Sinks are dimmed').waitFor({ state: 'hidden' });
  });

  it('goes through the groups by keyboard alone', async () => {
    await openTab('attention');
    await frame().locator('[data-tab="attention"]').focus();
    await workbench.page.keyboard.press('ArrowRight');
    await frame().locator('[data-section="roles"]').waitFor();
    await workbench.page.keyboard.press('End');
    await frame().locator('[data-section="experts"]').waitFor();
    await workbench.page.keyboard.press('Home');
    await frame().locator('[data-section="text"]').waitFor();
  });

  it('has no accessibility violations in any group', async () => {
    for (const tab of await frame()
      .locator('[role="tab"]')
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.tab!))) {
      await openTab(tab);
      await workbench.settled();
      assert.deepEqual(await axeViolations(workbench), [], tab);
    }
  });
});
