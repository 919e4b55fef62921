/**
 * Drives VS Code as a person does: files, selections, menus and the palette by mouse and keyboard. One class, as long as
 * there are things that a person does.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import type { CodeServer } from '../../../scripts/lib/codeServer.mjs';
import { root, sampleWorkspace } from '../../../scripts/lib/paths.mjs';
import { asAsked, hasTheme, THEMES, type Theme } from './asAsked';
import { PageWatch } from './pageWatch';
import { ownSurroundings, sharedBrowser, sharedServer, sharedWindow, type Surroundings } from './shared';

export interface WorkbenchOptions {
  /** Folder that is copied and opened; the sample workspace by default. */
  workspace?: string;
  /** Files written into the copy: path in the workspace → content. */
  files?: Record<string, string | Uint8Array>;
  /** File open from the start: spares the way through quick open. */
  open?: string;
  /** Runs the packaged extension instead of the one in this repository. */
  vsix?: string;
  /** Another extension in development mode instead of ours. */
  extension?: string;
  /** Folder of an unpacked extension that is installed besides ours. */
  beside?: string;
  /** The workspace is not trusted until the person trusts it. */
  restricted?: boolean;
  locale?: 'en' | 'zh-cn';
  theme?: Theme;
  settings?: Record<string, unknown>;
  /** Of VS Code and its extensions. */
  environment?: Record<string, string>;
  viewport?: { width: number; height: number };
  /** Device pixels per CSS pixel, for pictures. */
  scale?: number;
  /** A window that is closed for this one, which has its server and what its browser has loaded: half a start. */
  instead?: Workbench;
}

/** A place in a file as the status bar says it: line and column, from 1. */
export type Place = [line: number, column: number];

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

/** What the status bar says beside the position of a selection. */
const SELECTED = /selected|已选择|选中/;

const SLOW = 60_000;
const USUAL = 30_000;
/** How long the window may be busy before it counts as idle. */
const IDLE_MS = 1_000;
/** How long a start may take before it is begun once more: both are within a hook's time. */
const FIRST_START_MS = 55_000;
/** How long a list may take to show what it has. */
const LIST_MS = 3_000;

/** A hook of mocha has no second try, so a start that failed is begun once more, in a new window. */
export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  try {
    return await startOnce(options, FIRST_START_MS);
  } catch (thrown) {
    console.log(`    ↻ a start of VS Code failed, begun once more: ${String(thrown).split('\n', 1)[0]}`);
    return startOnce({ ...options, instead: undefined });
  }
}

/** @param limitMs with it, what takes longer has failed */
async function startOnce(options: WorkbenchOptions, limitMs?: number): Promise<Workbench> {
  const { theme = 'dark', locale = 'en', vsix, beside, restricted, instead } = options;
  const folder = copyWorkspace(options);
  const server =
    instead?.server ??
    (await sharedServer({
      // The packaged extension meets all of VS Code.
      ...(vsix ? { vsix } : { bare: true }),
      ...(beside && { beside }),
      ...(options.environment && { environment: options.environment }),
    }));
  server.writeSettings({ ...themed(theme), ...(restricted && RESTRICTED), ...options.settings });
  const context = (await instead?.closePage()) ?? (await newContext(options));
  const cookie = { name: 'vscode.nls.locale', value: locale, url: `http://127.0.0.1:${server.port}` };
  await context.addCookies([cookie]);
  const page = await context.newPage();
  await page.addInitScript(idleInTime, IDLE_MS);
  const workbench = new Workbench(page, folder, context, server, locale, theme);
  let isLate = false;
  const timer = limitMs && setTimeout(() => ((isLate = true), void context.close()), limitMs);
  try {
    const extension = vsix ? undefined : (options.extension ?? root);
    await page.goto(server.url({ folder, extension, openFile: options.open && path.join(folder, options.open) }), {
      timeout: SLOW,
    });
    await page.locator('.monaco-workbench').waitFor({ timeout: SLOW });
    await page.locator('.statusbar-item').first().waitFor({ timeout: SLOW });
    if (options.open) await workbench.waitForEditor(options.open);
    // Where the setting has not been taken up after a while, it never is: the command always works.
    if (!(await hasTheme(workbench))) await workbench.setTheme(theme);
    await asAsked(workbench);
    return workbench;
  } catch (thrown) {
    await workbench.screenshot('failed-start');
    await workbench.close({ check: false });
    throw isLate ? new Error(`not there after ${limitMs! / 1000} s`, { cause: thrown }) : thrown;
  } finally {
    clearTimeout(timer);
  }
}

async function newContext({
  viewport = { width: 1280, height: 800 },
  scale,
}: WorkbenchOptions): Promise<BrowserContext> {
  const browser = await sharedBrowser();
  return browser.newContext({
    viewport,
    permissions: ['clipboard-read', 'clipboard-write'],
    deviceScaleFactor: scale,
    reducedMotion: 'reduce',
    // Else the server packs 30 MB for its neighbour at each start.
    extraHTTPHeaders: { 'Accept-Encoding': 'identity' },
  });
}

/** In the window itself: VS Code writes what pages keep when it has nothing to do, which on a busy machine is never. */
function idleInTime(timeout: number): void {
  if (window !== top) return;
  const whenIdle = window.requestIdleCallback.bind(window);
  window.requestIdleCallback = (work, options) => whenIdle(work, { timeout, ...options });
}

/** Whether it comes about in its time. */
const happens = (what: Promise<void>): Promise<boolean> =>
  what.then(
    () => true,
    () => false,
  );

/** Whether it is in sight within the time that a list may take. */
const isSoon = (row: Locator): Promise<boolean> => happens(row.waitFor({ timeout: LIST_MS }));

/** A folder opens in Restricted Mode, without a question. */
const RESTRICTED = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
};

/** With the other two, the scheme of the system, which a headless browser has too, would win over the theme. */
const themed = (theme: Theme): Record<string, unknown> => ({
  'workbench.colorTheme': THEMES[theme].id,
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
});

/** That must not be seen anywhere. */
export const HUB_TOKEN = 'hf_never_to_be_seen';

/** A person’s own servers and models. */
const surrounded = ({ models, cache, home, hubPort, ollamaPort }: Surroundings): WorkbenchOptions => ({
  beside: path.join(root, 'test', 'fixtures', 'languageModels'),
  settings: { 'attentionExplainer.models.folders': [models] },
  environment: {
    HF_ENDPOINT: `http://127.0.0.1:${hubPort}`,
    HF_HUB_CACHE: cache,
    HF_TOKEN: HUB_TOKEN,
    OLLAMA_HOST: `127.0.0.1:${ollamaPort}`,
    OLLAMA_MODELS: path.join(home, '.ollama', 'models'),
  },
});

interface SharedWishes extends Required<Pick<WorkbenchOptions, 'open'>>, Pick<WorkbenchOptions, 'files'> {}

/**
 * The window that test files without wishes of their own use one after the other, since each start costs seconds: dark,
 * English, the sample workspace, with what `ownSurroundings` has and two language models of VS Code. It is handed on with its
 * tabs closed and its messages cleared, `open` in front; what was explained before is still remembered. `leave` it, do not
 * close it.
 */
export async function sharedWorkbench({ files = {}, open }: SharedWishes): Promise<Workbench> {
  const shared = sharedWindow();
  const wanted = { ...surrounded(await ownSurroundings()), files, open };
  if (shared.window && shared.isUsed) {
    const before = shared.window;
    await handOn(before, wanted).catch(async (thrown: unknown) => {
      console.log(`    ↻ a window could not be handed on, another is opened: ${String(thrown).split('\n', 1)[0]}`);
      shared.window = undefined;
      await before.close({ check: false });
    });
  }
  const workbench = (shared.window ??= await startWorkbench(wanted));
  shared.isUsed = true;
  return workbench;
}

/**
 * A window with wishes of its own in place of the shared one, for the last test file: who comes after it has to start VS Code
 * again. `close` it.
 */
export async function insteadOfShared(options: WorkbenchOptions): Promise<Workbench> {
  const shared = sharedWindow();
  const instead = shared.window;
  shared.window = undefined;
  return startWorkbench({ ...surrounded(await ownSurroundings()), ...options, instead });
}

async function handOn(
  workbench: Workbench,
  { files, settings = {}, open }: WorkbenchOptions & Required<Pick<WorkbenchOptions, 'files' | 'open'>>,
): Promise<void> {
  writeFiles(workbench.folder, files);
  workbench.configure(settings);
  // A list or a menu that a test left open.
  for (let times = 0; times < 2; times++) await workbench.page.keyboard.press('Escape');
  await workbench.dismissMessages();
  await workbench.closeAllTabs();
  if (workbench.theme !== 'dark') await workbench.setTheme('dark');
  await workbench.openFile(open);
  // The selection of before comes back with the file.
  await workbench.goTo([1, 1]);
}

function copyWorkspace({ workspace = sampleWorkspace, files = {} }: WorkbenchOptions): string {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'attention-')), 'sample');
  cpSync(workspace, folder, { recursive: true });
  writeFiles(folder, files);
  return folder;
}

function writeFiles(folder: string, files: NonNullable<WorkbenchOptions['files']>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

export class Workbench {
  readonly watch: PageWatch;

  constructor(
    readonly page: Page,
    /** The copy of the workspace that is open. */
    readonly folder: string,
    private readonly context: BrowserContext,
    readonly server: CodeServer,
    readonly locale: string,
    /** The one that was asked for last. */
    public theme: Theme,
  ) {
    this.watch = new PageWatch(page);
  }

  /** Other settings than those it was started with, apart from the theme, from the next start on. */
  configure(settings: Record<string, unknown>): void {
    this.server.writeSettings({ ...themed(this.theme), ...settings });
  }

  /** The document inside the webview of ours that is in view. */
  panelFrame(): FrameLocator {
    return this.panelElement().contentFrame().frameLocator('iframe#active-frame');
  }

  /** That webview as an element of the workbench. */
  panelElement(): Locator {
    const ours = 'iframe.webview.ready[src*="extensionId=attention-explainer."]';
    return this.page.locator(ours).filter({ visible: true }).last();
  }

  /**
   * Waits until the panel of this document is in view and has finished. Each document has a panel of its own, so a state
   * from before can be met only where the same document is explained again: look for what differs then.
   * @returns how it ended: done, failed, cancelled or empty
   */
  async explained(document: string, timeout = SLOW): Promise<string> {
    // "Attention: sample.ts", in any language.
    const title = new RegExp(`[:：]\\s*${document.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
    await this.page.locator('.tab.active', { hasText: title }).waitFor({ timeout });
    const app = this.panelFrame().locator('#app[data-state]:not([data-state="busy"])');
    await app.waitFor({ timeout });
    return (await app.getAttribute('data-state', { timeout }))!;
  }

  /** The tokens of the text view. */
  tokens(): Locator {
    return this.panelFrame().locator('[data-section="text"] .token');
  }

  /** Another theme, while the panel is open. */
  async setTheme(theme: Theme): Promise<void> {
    const { label } = THEMES[theme];
    const input = this.page.locator('.quick-input-widget input');
    await this.choose(label, async () => {
      await this.runCommand('Preferences: Color Theme');
      // What is typed while the palette is still there is not typed into the list of themes, which is longer than its window.
      for (const deadline = Date.now() + LIST_MS; Date.now() < deadline;) {
        if ((await input.inputValue({ timeout: LIST_MS }).catch(() => '>')) === '') break;
        await this.page.waitForTimeout(50);
      }
      await input.fill(label, { timeout: LIST_MS }).catch(() => undefined);
    });
    this.theme = theme;
    await asAsked(this);
  }

  /** Brings the panel (or editor) with this title to the front. */
  async showTab(title: string): Promise<void> {
    await this.page.locator('.tab', { hasText: title }).first().click();
    await this.page.locator('.tab.active', { hasText: title }).waitFor({ timeout: USUAL });
  }

  /** The active editor's text area and lines. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container .editor-instance .monaco-editor').last();
  }

  /** Opens a file as text. */
  async openFile(name: string): Promise<void> {
    await this.openTab(name);
    await this.waitForEditor(name);
  }

  /** Opens a file with whatever editor VS Code has for it. */
  async openTab(name: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: path.basename(name) }).first();
    // The files are looked for once for each opening: a file that came a moment ago may not be among them.
    for (const deadline = Date.now() + USUAL; !(await row.isVisible());) {
      assert.ok(Date.now() < deadline, `quick open has no ${name}`);
      // Only where it is open: in a panel of ours the key cancels what runs.
      if (await input.isVisible()) await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+P');
      // It closes again where something else takes the focus at that moment.
      await input.fill(name, { timeout: LIST_MS }).catch(() => undefined);
      await row.waitFor({ timeout: 2 * LIST_MS }).catch(() => undefined);
    }
    // The list is made anew as files are found; a click on what it was before is lost.
    for (const deadline = Date.now() + USUAL; await input.isVisible();) {
      assert.ok(Date.now() < deadline, `quick open stays open on ${name}`);
      await row.click({ timeout: LIST_MS }).catch(() => undefined);
      await input.waitFor({ state: 'hidden', timeout: LIST_MS }).catch(() => undefined);
    }
    // In another group, too, where it was opened beside a panel before.
    await this.page
      .locator('.tab.active', { hasText: path.basename(name) })
      .first()
      .waitFor({ timeout: SLOW });
  }

  async waitForEditor(name: string): Promise<void> {
    const tab = this.page.locator('.tab.active', { hasText: path.basename(name) });
    await tab.waitFor({ timeout: SLOW });
    await this.editor.locator('.view-lines').waitFor({ timeout: SLOW });
  }

  /** Puts the cursor somewhere, through Go to Line. */
  async goTo([line, column]: Place): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor({ timeout: USUAL });
    await input.fill(`:${line}:${column}`);
    // A window that has just started may not hear the first Enter.
    for (const deadline = Date.now() + USUAL; await input.isVisible();) {
      assert.ok(Date.now() < deadline, 'Go to Line stays open');
      await input.press('Enter', { timeout: USUAL }).catch(() => undefined);
      await input.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => undefined);
    }
    await this.position()
      .filter({ hasText: new RegExp(`Ln ${line}, Col|行 ${line}`) })
      .waitFor({ timeout: USUAL });
  }

  /** Selects from one place to another in the active editor. */
  async select(from: Place, to: Place): Promise<void> {
    await this.goTo(from);
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+B');
    await this.goTo(to);
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+K');
    await this.selected();
  }

  /** Selects the whole text of the active editor. */
  async selectAll(): Promise<void> {
    await this.goTo([1, 1]);
    await this.page.keyboard.press('Control+A');
    await this.selected();
  }

  private async selected(): Promise<void> {
    await this.position().filter({ hasText: SELECTED }).waitFor({ timeout: USUAL });
  }

  private position(): Locator {
    return this.page.locator('.statusbar-item[id="status.editor.selection"]');
  }

  /**
   * Runs a command by its title, through the command palette. Its list is made when it opens, and an extension may come
   * later: it is opened again until the command is there.
   */
  async runCommand(title: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    const deadline = Date.now() + USUAL;
    for (;;) {
      await this.page.keyboard.press('F1');
      // The palette closes when something else takes the focus, an editor that opens late for instance.
      const chosen = await happens(
        input.fill(`>${title}`, { timeout: LIST_MS }).then(() => row.click({ timeout: LIST_MS })),
      );
      if (chosen) return;
      assert.ok(Date.now() < deadline, `the command palette has no “${title}”`);
      await this.page.keyboard.press('Escape');
      await input.waitFor({ state: 'hidden', timeout: USUAL });
    }
  }

  /**
   * Chooses an entry of the editor's context menu, opened on the selection or at the cursor. The menu is a snapshot: what
   * an extension contributes may come later than the menu, so it is opened again until the entry is there.
   */
  async contextMenu(title: string): Promise<void> {
    await this.chooseFromMenu(title, () => this.rightClick());
  }

  /** The same for the context menu of something in a panel. */
  async panelMenu(on: Locator, title: string): Promise<void> {
    await this.chooseFromMenu(title, () => on.click({ button: 'right' }));
  }

  private async chooseFromMenu(title: string, open: () => Promise<void>): Promise<void> {
    const entry = this.page.locator('.monaco-menu .action-item', { hasText: title });
    const anyEntry = this.page.locator('.monaco-menu .action-item').first();
    const deadline = Date.now() + 2 * USUAL;
    for (let isOpen = false; ;) {
      if (!isOpen) {
        await open();
        await anyEntry.waitFor({ timeout: USUAL });
      }
      if ((await entry.count()) > 0) {
        // VS Code leaves a click alone that comes right after the menu opened (it may be the end of the right-click).
        const isClicked = await happens(entry.first().click({ timeout: LIST_MS }));
        isOpen = !(await happens(anyEntry.waitFor({ state: 'hidden', timeout: LIST_MS })));
        // One that went by itself, as when the window takes the focus elsewhere, has chosen nothing.
        if (isClicked && !isOpen) return;
        assert.ok(Date.now() < deadline, `the menu stays open, or goes by itself, when “${title}” is clicked`);
      } else {
        assert.ok(Date.now() < deadline, `the context menu has no “${title}”`);
        await this.page.keyboard.press('Escape');
        await anyEntry.waitFor({ state: 'hidden', timeout: USUAL });
        isOpen = false;
      }
    }
  }

  /** Chooses an entry of the list that `open` opens; again when the list closed before it could be clicked. */
  async choose(label: string | RegExp, open: () => Promise<void>): Promise<void> {
    const list = this.page.locator('.quick-input-list');
    for (const deadline = Date.now() + 2 * USUAL; ;) {
      await open();
      const row = list.locator('.monaco-list-row', { hasText: label }).first();
      // What is typed brings it into sight where the list is longer than its window.
      if (typeof label === 'string' && !(await isSoon(row))) {
        await this.page
          .locator('.quick-input-widget input')
          .fill(label, { timeout: LIST_MS })
          .catch(() => undefined);
      }
      const chosen = await happens(row.click({ timeout: 2 * LIST_MS }));
      if (chosen) return;
      assert.ok(Date.now() < deadline, `no list offers ${label}`);
      await this.page.keyboard.press('Escape');
      await list.waitFor({ state: 'hidden', timeout: USUAL });
    }
  }

  /** Chooses an entry of the list that is open. */
  async pick(label: string | RegExp): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();
    await row.click({ timeout: USUAL });
  }

  /** As it was before another was chosen; the sidebar is closed, as at the start. */
  async useBundledModel(): Promise<void> {
    await this.choose(/Attention Explainer MoE/, () => this.runCommand('Choose Model…'));
    await this.page
      .locator('.statusbar-item[id*="attentionExplainer.model"]', { hasText: 'Attention Explainer MoE' })
      .waitFor({ timeout: USUAL });
    await this.hideSideBar();
  }

  /** Saves under this name in the workspace's folder, where the workbench's own dialog asks. @returns the file */
  async saveAs(name: string): Promise<string> {
    const file = await this.nameFile(name);
    // Written when it has something in it and no longer grows.
    const size = (): number => (existsSync(file) ? statSync(file).size : 0);
    for (let before = 0, deadline = Date.now() + USUAL; before === 0 || before !== size();) {
      assert.ok(Date.now() < deadline, `${file} is not written`);
      before = size();
      await this.page.waitForTimeout(100);
    }
    return file;
  }

  /** Names a file of the workspace's folder where the workbench's own dialog asks for one to save or to open. @returns it */
  async nameFile(name: string): Promise<string> {
    const input = this.page.locator('.quick-input-widget input').first();
    // The dialog proposes this folder, or a file in it.
    for (const deadline = Date.now() + USUAL; !(await input.inputValue()).startsWith(this.folder);) {
      assert.ok(Date.now() < deadline, 'no dialog asks for a file');
      await this.page.waitForTimeout(50);
    }
    const file = path.join(this.folder, name);
    // It may still be putting its proposal there.
    for (let same = 0; same < 3; same = (await input.inputValue()) === file ? same + 1 : 0) {
      if (same === 0) await input.fill(file);
      await this.page.waitForTimeout(100);
    }
    await input.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: USUAL });
    return file;
  }

  /** On the selection where there is one (a click beside it would take it away), else at the cursor. */
  private async rightClick(): Promise<void> {
    const selected = (await this.position().filter({ hasText: SELECTED }).count()) > 0;
    const target = this.editor.locator(selected ? '.selected-text' : '.cursor').first();
    const box = await this.boxOf(target);
    await this.page.mouse.click(box.x + Math.min(box.width / 2, 8), box.y + box.height / 2, { button: 'right' });
  }

  /** Where it is drawn; waits for a frame in which it has a size: the editor makes its lines and cursors anew as it scrolls. */
  private async boxOf(target: Locator): Promise<Box> {
    const deadline = Date.now() + USUAL;
    for (;;) {
      const box = await target.boundingBox({ timeout: USUAL });
      if (box && box.height > 0) return box;
      assert.ok(Date.now() < deadline, `${target} is not in view`);
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
  }

  /** Waits until VS Code has written it: for the web it writes what pages keep every few seconds, and no longer when it is closed. */
  async keeps(text: RegExp): Promise<void> {
    const isThere = (): Promise<boolean> =>
      this.page.evaluate(async (source) => {
        const done = <T>(request: IDBRequest<T>): Promise<T> =>
          new Promise((resolve, reject) => {
            request.onsuccess = () => resolve(request.result);
            request.onerror = () => reject(request.error as Error);
          });
        let found = false;
        for (const { name } of await indexedDB.databases()) {
          const database = await done(indexedDB.open(name!));
          for (const store of database.objectStoreNames) {
            const values = await done(database.transaction(store).objectStore(store).getAll());
            found ||= values.some((value) => typeof value === 'string' && new RegExp(source).test(value));
          }
          database.close();
        }
        return found;
      }, text.source);
    for (const deadline = Date.now() + SLOW; !(await isThere());) {
      // Without the focus it writes nothing, either.
      const hasFocus = await this.page.evaluate(() => document.hasFocus());
      assert.ok(Date.now() < deadline, `VS Code does not keep ${text}${hasFocus ? '' : ', and has no focus'}`);
      await this.page.waitForTimeout(500);
    }
  }

  /** Starts VS Code again on the same folder; it restores what was open, as far as it has been written. */
  async restart(): Promise<void> {
    await this.page.goto(this.server.url({ folder: this.folder, extension: root }), { timeout: SLOW });
    await this.page.locator('.monaco-workbench').waitFor({ timeout: SLOW });
  }

  /** A row of one of our lists in the sidebar, by the list's title: of what was explained, too, the model is named. */
  inSideBar(view: 'Explanations' | 'Models', text: string | RegExp): Locator {
    return this.page
      .locator('.part.sidebar .pane', { has: this.page.locator('.pane-header', { hasText: view }) })
      .locator('.monaco-list-row', { hasText: text });
  }

  /** More room for the editors. */
  async hideSideBar(): Promise<void> {
    const sideBar = this.page.locator('.part.sidebar');
    if (!(await sideBar.isVisible())) return;
    await this.page.keyboard.press('Control+B');
    await sideBar.waitFor({ state: 'hidden', timeout: USUAL });
  }

  async closeAllTabs(): Promise<void> {
    await this.page.keyboard.press('Control+K');
    await this.page.keyboard.press('Control+W');
    await this.page.locator('.tab').first().waitFor({ state: 'detached', timeout: USUAL });
  }

  /** Waits for a message of the workbench, and clears it. */
  async message(text: RegExp): Promise<void> {
    await this.messageShown(text);
    await this.dismissMessages();
  }

  /**
   * Waits for a message, which stays in sight. With the smoke-test driver on, which development mode needs, the
   * workbench shows no toasts: the message is looked up in the notification center.
   */
  async messageShown(text: RegExp): Promise<void> {
    const center = this.page.locator('.notifications-center');
    const message = center.locator('.notification-list-item', { hasText: text }).first();
    // The center closes by itself when its last message goes, also one that was dismissed a moment ago.
    for (const deadline = Date.now() + SLOW; !(await message.isVisible());) {
      if (Date.now() > deadline) throw new Error(`No message says ${text}: ${await center.allTextContents()}`);
      if (!(await center.isVisible())) await this.page.locator('.statusbar-item[id="status.notifications"]').click();
      await message.waitFor({ timeout: LIST_MS }).catch(() => undefined);
    }
  }

  async dismissMessages(): Promise<void> {
    const center = this.page.locator('.notifications-center');
    const clear = center.locator('.codicon-notifications-clear-all');
    const hidden = (timeout: number): Promise<void> => center.waitFor({ state: 'hidden', timeout });
    // One click where they are in sight; the palette is drawn for longer than all of them.
    const cleared =
      (await clear.isVisible()) &&
      (await clear
        .click({ timeout: LIST_MS })
        .then(() => hidden(LIST_MS))
        .then(
          () => true,
          () => false,
        ));
    // What the pointer rests on tells its name, over the buttons of the next message.
    await this.page.mouse.move(0, 0);
    if (!cleared) await this.runCommand('Notifications: Clear All Notifications');
    await hidden(USUAL);
  }

  /** Waits until the page and the panel have drawn what they know, for pictures; fails where they are not as asked. */
  async settled(): Promise<void> {
    const idle = (): Promise<void> =>
      new Promise((resolve) => requestAnimationFrame(() => requestIdleCallback(() => resolve(), { timeout: 2000 })));
    // No tooltip of what happens to be under the mouse.
    await this.page.mouse.move(0, 0);
    await this.page.evaluate(idle);
    if ((await this.panelElement().count()) > 0) await this.panelFrame().locator('body').evaluate(idle);
    await this.page.evaluate(idle);
    if (!(await hasTheme(this))) await this.setTheme(this.theme);
    await asAsked(this);
  }

  /** Writes out/shots/NAME.png. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(root, 'out', 'shots', `${name}.png`);
    await this.page.screenshot({ path: file }).catch(() => undefined);
    return file;
  }

  /** Leaves it to the next test file; fails when anything went wrong in a webview of ours. */
  leave(): void {
    assert.deepEqual(this.watch.takeProblems(), [], 'the webviews of the extension reported errors');
  }

  /** For a window that takes its place. @returns what the browser has loaded for it */
  async closePage(): Promise<BrowserContext> {
    await this.page.close();
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
    return this.context;
  }

  /** Closes the window; fails when anything went wrong in a webview of ours since the start. */
  async close({ check = true } = {}): Promise<void> {
    await this.context.close();
    rmSync(path.dirname(this.folder), { recursive: true, force: true });
    if (check) this.leave();
  }
}
