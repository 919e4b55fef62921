/**
 * A page of ours without VS Code around it: the built script and style sheet under the policy that the extension gives
 * them, VS Code's colours as recorded (test/page/themes.json), and a line to whoever plays the host.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { Port } from '../../../src/protocol/rpc';
import { THEMES, type Theme } from '../../ui/driver/asAsked';
import { sharedBrowser } from '../../ui/driver/shared';
import type { PageThemes } from '../../ui/pageThemes';

const SITE = 'http://page.test';
const TYPES: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };

export interface PageOptions {
  theme?: Theme;
  language?: 'en' | 'zh-cn';
  viewport?: { width: number; height: number };
}

export interface BarePage {
  readonly page: Page;
  /** To the page's end of the line. Everything that it said before somebody listened is told then. */
  readonly port: Port;
  setTheme(theme: Theme): Promise<void>;
  /** As when the panel was hidden and is seen again: another page, with what the one before kept. */
  reload(): Promise<void>;
  /** Waits until it has drawn what it knows. */
  settled(): Promise<void>;
  /** Closes it; fails when anything went wrong in it. */
  close(): Promise<void>;
}

/** `view`: webview/NAME. The page is as wide as a panel beside an editor. */
export async function openBarePage(
  view: string,
  { theme = 'dark', language = 'en', viewport = { width: 620, height: 800 } }: PageOptions = {},
): Promise<BarePage> {
  const context = await (await sharedBrowser({ ownFonts: true })).newContext({ viewport });
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`uncaught: ${error.stack}`));
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
  let listener: ((message: unknown) => void) | undefined;
  const before: unknown[] = [];
  await page.exposeFunction('toHost', (message: unknown) => {
    if (listener) listener(message);
    else before.push(message);
  });
  await page.route(`${SITE}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html(view, language, theme) });
    const file = path.join(root, 'dist', 'webview', path.basename(name));
    return route.fulfill({ contentType: TYPES[path.extname(file)] ?? 'text/plain', body: readFileSync(file) });
  });
  await page.addInitScript(vscodeApi);
  await page.goto(SITE);
  // The page that listens; none while it is reloaded or closed. What is on its way to one that is left is lost with it,
  // as in VS Code, and is no fault: the browser calls it a destroyed context some time before it calls the page closed.
  let listening: object | undefined = {};
  return {
    page,
    port: {
      post(message) {
        const to = listening;
        void sent(page, message).catch((thrown: Error) => to && to === listening && wrong.push(thrown.message));
      },
      listen(given) {
        listener = given;
        // Not before whoever listens has the line in hand.
        queueMicrotask(() => before.splice(0).forEach(given));
      },
    },
    async setTheme(name) {
      await page.evaluate(dress, attributes(name));
    },
    async reload() {
      listening = undefined;
      await page.reload();
      listening = {};
    },
    settled: () => page.evaluate(drawn),
    async close() {
      listening = undefined;
      await context.close();
      if (wrong.length > 0) throw new Error(`the page reported errors:\n${wrong.join('\n')}`);
    },
  };
}

const { styleSheet, themes } = JSON.parse(
  readFileSync(path.join(root, 'test', 'page', 'themes.json'), 'utf8'),
) as PageThemes;

/** What is plain goes as JSON, which is much faster for large traces. */
const sent = (page: Page, message: unknown): Promise<void> =>
  isPlain(message)
    ? page.evaluate((text) => postMessage(JSON.parse(text)), JSON.stringify(message))
    : page.evaluate((data) => postMessage(data), message);

/** Whether JSON has words for all of it. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  const isOther = ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Map;
  return !isOther && Object.values(value).every(isPlain);
}

/** What VS Code sets on a webview's page. */
const attributes = (theme: Theme): { kind: string; style: string } => ({
  kind: THEMES[theme].page,
  style: Object.entries(themes[theme])
    .map(([name, value]) => `${name}: ${value}`)
    .join('; '),
});

/** Runs in the page. */
function dress({ kind, style }: { kind: string; style: string }): void {
  document.documentElement.style.cssText = style;
  document.body.className = kind;
  document.body.dataset.vscodeThemeKind = kind;
}

/** Runs in the page. */
const drawn = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(() => resolve(), { timeout: 2000 })));

/** Runs in the page, before its own script. */
function vscodeApi(): void {
  const KEPT = 'kept';
  Object.assign(globalThis, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => (globalThis as unknown as { toHost(message: unknown): void }).toHost(message),
      // As VS Code keeps it: as JSON, for the page that is made when the panel comes into view again.
      getState: () => JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem(KEPT, JSON.stringify(state)),
    }),
  });
}

/** As src/panels/page.ts makes it, with VS Code's part. */
function html(view: string, language: string, theme: Theme): string {
  const { kind, style } = attributes(theme);
  const bundle =
    language === 'en' ? '{}' : readFileSync(path.join(root, 'l10n', `bundle.l10n.${language}.json`), 'utf8');
  const policy = `default-src 'none'; img-src ${SITE} data:; font-src ${SITE}; style-src ${SITE} 'nonce-vscode'; script-src 'nonce-ours'`;
  const escaped = style.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
  return `<!DOCTYPE html>
<html lang="${language}" data-style="${escaped}">
<head>
<meta charset="UTF-8">
<title>Attention Explainer</title>
<meta http-equiv="Content-Security-Policy" content="${policy}">
<style nonce="vscode" id="_defaultStyles">${styleSheet}</style>
<link rel="stylesheet" href="/${view}.css">
<script type="application/json" id="l10n" nonce="ours">${bundle.replace(/</g, '\\u003c')}</script>
<script nonce="ours">document.documentElement.style.cssText = document.documentElement.dataset.style;</script>
</head>
<body class="${kind}" data-vscode-theme-kind="${kind}">
<div id="app"></div>
<script nonce="ours" src="/${view}.js"></script>
</body>
</html>`;
}
