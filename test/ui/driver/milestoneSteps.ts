/** What a person does in the Milestone History, in the workbench or on a page of its own. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

const LONG_MS = 90_000;

export class MilestoneSteps {
  constructor(private readonly frame: FrameLocator | Page) {}

  get experiment(): Locator {
    return this.frame.locator('[data-section="experiment"]');
  }

  get picture(): Locator {
    return this.frame.locator('.picture');
  }

  get card(): Locator {
    return this.frame.locator('[data-section="card"]');
  }

  option(name: string): Locator {
    return this.frame.locator(`[data-option="${name}"]`);
  }

  /** Waits until an entry is on show. */
  async shown(id?: string): Promise<void> {
    await this.frame.locator(id ? `article[data-entry="${id}"]` : 'article').waitFor({ timeout: LONG_MS });
  }

  async open(id: string): Promise<void> {
    await this.frame.locator(`.timeline [data-entry="${id}"]`).click();
    await this.shown(id);
    await this.unfold();
  }

  /** What is folded under the finding, where the entry has an experiment. */
  async unfold(): Promise<void> {
    await this.frame
      .locator('details.more')
      .evaluateAll((all: HTMLDetailsElement[]) => all.forEach((each) => (each.open = true)));
  }

  /** Types it into an option or another field, and leaves that. */
  async set(field: string | Locator, value: string): Promise<void> {
    const at = typeof field === 'string' ? this.option(field) : field;
    await at.fill(value);
    await at.press('Tab');
  }

  async choose(options: Record<string, string>): Promise<void> {
    for (const [name, label] of Object.entries(options)) await this.option(name).selectOption({ label });
  }

  async press(action: 'run' | 'stop' | 'link'): Promise<void> {
    await this.frame.locator(`[data-action="${action}"]`).click();
  }

  async state(state: string): Promise<void> {
    await this.frame.locator(`[data-section="experiment"][data-state="${state}"]`).waitFor({ timeout: LONG_MS });
  }

  async start(): Promise<void> {
    await this.press('run');
    await this.state('running');
  }

  /** Runs it to its end. */
  async run(): Promise<void> {
    await this.start();
    await this.state('done');
  }

  /** Opens it, and runs it where that was not done yet. */
  async haveRun(id: string, options: Record<string, string> = {}): Promise<void> {
    await this.open(id);
    if ((await this.experiment.getAttribute('data-state')) === 'done') return;
    for (const [name, value] of Object.entries(options)) {
      const isList = await this.option(name).evaluate((element) => element instanceof HTMLSelectElement);
      if (isList) await this.choose({ [name]: value });
      else await this.set(name, value);
    }
    await this.run();
  }

  async stop(): Promise<void> {
    await this.press('stop');
    await this.state('stopped');
  }
}
