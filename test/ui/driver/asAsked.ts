/** Whether the window and the page in it have the theme, the language and the width that they were asked for. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** What the settings call it, what the list of themes calls it, and what workbench and webview say of themselves then. */
export const THEMES = {
  light: { id: 'Light Modern', label: 'Light Modern', workbench: 'vs', page: 'vscode-light' },
  dark: { id: 'Dark Modern', label: 'Dark Modern', workbench: 'vs-dark', page: 'vscode-dark' },
  contrast: {
    id: 'Default High Contrast',
    label: 'Dark High Contrast',
    workbench: 'hc-black',
    page: 'vscode-high-contrast',
  },
  contrastLight: {
    id: 'Default High Contrast Light',
    label: 'Light High Contrast',
    workbench: 'hc-light',
    page: 'vscode-high-contrast-light',
  },
} as const;
export type Theme = keyof typeof THEMES;

const WAIT_MS = 30_000;
/** How long the workbench may take to take up the theme of its settings. */
const SETTING_MS = 3_000;
/** Between two columns, in CSS pixels. */
const BORDERS = 16;

/** Whether the workbench has taken up the theme that was asked for, within a while. */
export function hasTheme({ page, theme }: Workbench): Promise<boolean> {
  return page
    .locator(themed(theme))
    .waitFor({ state: 'attached', timeout: SETTING_MS })
    .then(
      () => true,
      () => false,
    );
}

const themed = (theme: Theme): string => `.monaco-workbench.${THEMES[theme].workbench}[class*="vscode-theme-"]`;

/**
 * Fails where they have not. The workbench starts light whatever the theme, and takes the chosen one when its extensions
 * are there, some seconds later on a busy machine; its webviews follow: that is waited for.
 */
export async function asAsked(workbench: Workbench, waitMs = WAIT_MS): Promise<void> {
  const { page, theme, locale } = workbench;
  const kind = THEMES[theme];
  const window = { instead: page.locator('.monaco-workbench'), attribute: 'class', waitMs };
  await isThere(page.locator(themed(theme)), theme, window);
  assert.equal(await page.evaluate(() => innerWidth), page.viewportSize()?.width, 'the width of the window');
  if ((await workbench.panelElement().count()) === 0) return;
  const frame = workbench.panelFrame();
  const attribute = 'data-vscode-theme-kind';
  const body = { instead: frame.locator('body'), attribute, waitMs };
  await isThere(frame.locator(`body[${attribute}="${kind.page}"]`), theme, body);
  const html = { instead: frame.locator('html'), attribute: 'lang', waitMs };
  await isThere(frame.locator(`html[lang="${locale}"]`), locale, html);
}

/** Waits for `wanted`; else says what stands in `attribute` of what is there instead. */
async function isThere(
  wanted: Locator,
  asked: string,
  { instead, attribute, waitMs }: { instead: Locator; attribute: string; waitMs: number },
): Promise<void> {
  const there = await wanted.waitFor({ state: 'attached', timeout: waitMs }).then(
    () => true,
    () => false,
  );
  if (!there) assert.fail(`asked for ${asked}, and there is ${attribute}="${await instead.getAttribute(attribute)}"`);
}

/** Fails where the panel is not a column of about so many CSS pixels. */
export async function columnAsAsked(workbench: Workbench, wanted: number): Promise<void> {
  const width = (await workbench.panelElement().boundingBox())?.width ?? 0;
  assert.ok(Math.abs(width - wanted) <= BORDERS, `asked for ${wanted} pixels, and the panel has ${width}`);
}
