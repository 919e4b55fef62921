/** What a person does with a chain of thought, in the workbench or on a page of its own. */
import type { FrameLocator, Locator, Page } from 'playwright-core';

const WAIT = 60_000;

export class ReasoningSteps {
  /** `page` has the keyboard. */
  constructor(
    private readonly frame: FrameLocator | Page,
    private readonly page: Page,
  ) {}

  section(name: string): Locator {
    return this.frame.locator(`[data-section="${name}"]`);
  }

  /** The steps of the trace. */
  get all(): Locator {
    return this.frame.locator('.step');
  }

  get alert(): Locator {
    return this.frame.getByRole('alert');
  }

  /** Waits until nothing is under way. @returns how it ended: done, failed or empty */
  async ended(): Promise<string> {
    const app = this.frame.locator('#app[data-state]:not([data-state="busy"])');
    await app.waitFor({ timeout: WAIT });
    return (await app.getAttribute('data-state'))!;
  }

  /** Waits until it is so far. */
  async state(name: string): Promise<void> {
    await this.frame.locator(`#app[data-state="${name}"]`).waitFor({ timeout: WAIT });
  }

  async shown(): Promise<void> {
    await this.all.first().waitFor({ timeout: WAIT });
  }

  /** Which step is looked at. */
  async position(): Promise<string> {
    return (await this.section('toolbar').locator('.place').textContent())!;
  }

  async at(words: string | RegExp): Promise<void> {
    await this.section('toolbar').locator('.place', { hasText: words }).waitFor({ timeout: WAIT });
  }

  /** A key in the list of steps. */
  async press(key: string): Promise<void> {
    await this.frame.locator('.steps').focus();
    await this.page.keyboard.press(key);
  }

  /** What a model makes of the steps is asked for; waits until it is there. */
  async look(): Promise<void> {
    const looked = this.section('looked');
    if ((await looked.getAttribute('open')) === null) await looked.locator('summary').first().click();
    await this.state('done');
  }
}
