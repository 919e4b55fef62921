/**
 * What of the Milestone History needs VS Code: its command, and experiments while the panel is hidden, be it for a moment.
 * When VS Code is started again: restarted.test.ts. What the page draws, asks and keeps: test/page/milestones.
 */
import type { FrameLocator, Locator } from 'playwright-core';
import { MilestoneSteps } from './driver/milestoneSteps';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const LONG_MS = 60_000;
const FILE = 'sample.ts';
const TAB = 'Milestone History';

describe('Milestone History in VS Code', () => {
  let workbench: Workbench;
  let frame: FrameLocator;
  let steps: MilestoneSteps;
  before(async () => {
    workbench = await sharedWorkbench({ open: FILE });
    frame = workbench.panelFrame();
    steps = new MilestoneSteps(frame);
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  /** What the window's status bar says of an experiment that cannot be seen. */
  const status = (text: RegExp): Locator => workbench.page.locator('.statusbar-item', { hasText: text });
  const hide = (): Promise<void> => workbench.showTab(FILE);
  const show = async (): Promise<void> => {
    await workbench.showTab(TAB);
    await steps.shown();
  };
  /** Both tabs in so short a time that nobody can tell whether the page was taken down. */
  const flicker = (gapMs: number): Promise<void> =>
    workbench.page.evaluate(
      async ({ names, gap }) => {
        for (const name of names) {
          const tab = [...document.querySelectorAll('.tab')].find((each) => each.textContent?.includes(name));
          for (const type of ['mousedown', 'mouseup', 'click']) {
            tab?.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }));
          }
          await new Promise((resolve) => setTimeout(resolve, gap));
        }
      },
      { names: [FILE, TAB], gap: gapMs },
    );
  /** Only what the host tells changes the state. */
  const hears = async (): Promise<void> => {
    await steps.start();
    await steps.stop();
  };
  it('opens by its command, and its experiment goes on while the panel is hidden', async () => {
    await workbench.runCommand('Open Milestone History');
    await steps.shown('backpropagation');
    // Long enough that it is not through before it is hidden.
    await steps.set('sweeps', '1500');
    await steps.start();
    await hide();
    await status(/experiment runs/).waitFor({ timeout: LONG_MS });
    await status(/experiment runs/).waitFor({ state: 'hidden', timeout: LONG_MS });
    await show();
    await steps.state('done');
  });

  it('hears its host after it was hidden for a moment, again and again, without and with a run', async () => {
    await steps.set('sweeps', '10000');
    for (const gap of [0, 0, 300]) await flicker(gap);
    await hears();
    await steps.start();
    for (const gap of [0, 30]) await flicker(gap);
    await steps.state('running');
    await steps.stop();
  });
});
