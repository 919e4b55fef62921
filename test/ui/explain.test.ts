/** Explain Attention in VS Code: select, right-click, look; the editor follows; heat; files. What the page draws: test/page/explain. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { nodeOf } from '../../scripts/lib/codeServer.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { installTestVsCode } from '../../scripts/lib/setUp.mjs';
import { assertClose } from '../support/close';
import { asAsked } from './driver/asAsked';
import { sharedWorkbench, type Workbench } from './driver/workbench';

const MENU = 'Explain Attention';
const EXPORT = 'Export…';
/** Pictures use the kernel's own exponential, single rows the exact one: they part in the sixth digit. */
const EXACT = 5e-6;
/** How long is waited for what is not there. */
const NOT_THERE_MS = 200;

interface Data {
  model: { sha256: string | null; quantization: string; path: string };
  precision: { weights: string; trace: string; kernel: string };
  interventions: unknown[];
  tokens: { id: number; text: string; start: number; end: number }[];
  lookingAt: { layer: number; head: number; token: number; direction: string };
  views: { name: string; title: string; columns: string[]; rows: (string | number | null)[][] }[];
}

describe('Explain Attention', () => {
  let workbench: Workbench;
  before(async () => {
    workbench = await sharedWorkbench({ open: 'sample.ts' });
  });
  after(() => workbench.leave());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string): Locator => workbench.panelFrame().locator(`[data-section="${name}"]`);
  const textOf = async (): Promise<string> => (await workbench.tokens().allTextContents()).join('');
  /** The first token with this text. */
  const token = (text: string): Locator => workbench.tokens().getByText(text, { exact: true }).first();
  const focused = (text: string): Promise<void> =>
    section('text').locator('.token.focus').getByText(text, { exact: true }).waitFor();
  /** Characters of the editor that are marked as the token's. */
  const marks = (): Locator => workbench.page.locator('.view-overlays [class*="TextEditorDecorationType"]');

  /** The title bar has the button while the panel is the active one. */
  async function fromTitleBar(): Promise<void> {
    await workbench.showTab('Attention: sample.ts');
    await workbench.page.locator('.editor-actions a[aria-label*="Export"]').first().click();
  }

  interface CommandLine {
    model: Data['model'];
    tokens: Data['tokens'];
    attention: { weights: number[][] }[];
  }
  /** In VS Code's own Node: another version may lack relaxed SIMD, and a sum's last bit can turn an 8-bit rounding. */
  async function commandLine({ layer, head }: Data['lookingAt']): Promise<CommandLine> {
    const file = `${path.join(workbench.folder, 'sample.ts')}:8-19`;
    const args = ['explain', '--file', file, '--layer', String(layer), '--head', String(head), '--json'];
    return JSON.parse(
      execFileSync(nodeOf(await installTestVsCode()), [path.join(root, 'dist', 'cli.js'), ...args]).toString(),
    ) as CommandLine;
  }

  it('the sidebar says what to do while nothing was explained', async () => {
    await workbench.page.locator('.activitybar a[aria-label^="Attention Explainer"]').click();
    await workbench.page
      .locator('.part.sidebar .welcome-view-content', {
        hasText:
          'Nothing was explained in this workspace yet. Select some text in an editor and choose “Explain Attention”',
      })
      .waitFor();
    // Its second button leads to something worth seeing where nothing is at hand.
    await workbench.page.locator('.part.sidebar .welcome-view-content', { hasText: 'Open a Ready Text' }).getByText('Open a Ready Text').click(); // prettier-ignore
    const ready = workbench.page.locator('.quick-input-widget');
    await ready.getByText('A bug: one wrong name').waitFor();
    assert.equal(await ready.locator('.monaco-list-row').count(), 8);
    await workbench.page.keyboard.press('Escape');
    await ready.waitFor({ state: 'hidden' });
    await workbench.hideSideBar();
  });

  it('is in the context menu of a selection, and shows its tokens in the panel', async () => {
    await workbench.select([8, 1], [19, 2]);
    await workbench.contextMenu(MENU);
    assert.equal(await workbench.explained('sample.ts'), 'done');
    assert.match(await textOf(), /let total = 0;/);
  });

  it('tells on request where the numbers come from: model, file, hash, precision, kernel, interventions', async () => {
    const origin = workbench.panelFrame().locator('[data-section="provenance"]');
    await origin.locator('summary').click();
    const fact = (name: string): Promise<string | null> => origin.locator(`dt:text-is("${name}") + dd`).textContent();
    await origin.locator('dd', { hasText: /^[0-9a-f]{64}$/ }).waitFor();
    const file = (await fact('File'))!;
    assert.equal(await fact('SHA-256'), createHash('sha256').update(readFileSync(file)).digest('hex'));
    assert.equal(await fact('Quantisation'), 'Q8_0');
    assert.equal(await fact('Context, as the file says'), '8,192 tokens');
    assert.match((await fact('Trained on'))!, /^code, English, .*; on texts of up to 1,024 tokens$/);
    assert.equal(await fact('Interventions'), 'no interventions');
    assert.match((await fact('Kernel'))!, /simd|reference/);
    await origin.locator('summary').click();
  });

  it('from the title bar, as data: panel, table, file and command line have the same weights, and the file says of what', async () => {
    await workbench.choose(/Data.*JSON/, fromTitleBar);
    const data = JSON.parse(readFileSync(await workbench.saveAs('all.json'), 'utf8')) as Data;
    const cli = await commandLine(data.lookingAt);
    assert.deepEqual(
      data.views.map(({ name }) => name),
      ['text', 'heads', 'matrix'],
    );
    assert.equal(data.model.sha256, cli.model.sha256);
    assert.equal(data.precision.weights, cli.model.quantization);
    assert.deepEqual(data.interventions, []);
    assert.deepEqual(data.tokens, cli.tokens);

    const { token } = data.lookingAt;
    const [text, , matrix] = data.views;
    const own = cli.attention[0].weights;
    assert.equal(text.rows.length, own[token].filter((weight) => weight > 0).length);
    // Line and column, then the index, which the command line has.
    for (const [, key, , weight] of text.rows)
      assertClose(Number(weight), own[token][Number(key)], EXACT, `key ${key}`);
    // Query and token, then a weight for each key up to the query; the rest is masked.
    assert.equal(matrix.rows.length, own.length);
    for (const [, query, , ...weights] of matrix.rows) {
      const seen = Number(query) + 1;
      assertClose(weights.slice(0, seen).map(Number), own[Number(query)].slice(0, seen), EXACT, `query ${query}`);
      assert.ok(weights.slice(seen).every((weight) => weight === ''));
    }

    await section('text').locator('.twin summary').click();
    const first = section('text').locator('.twin tbody tr').first();
    await first.waitFor();
    const [position, , written] = await first.locator('td').allTextContents();
    assert.match(position, /^\d+:\d+$/);
    assert.equal(await first.locator('td').first().getAttribute('title'), `token ${text.rows[0][1]}`);
    assert.equal(written, `${(Number(text.rows[0][3]) * 100).toFixed(1)}%`);
    assert.equal(text.title, await section('text').locator('h2').textContent());
  });

  it('from the page’s context menu, a view’s table as CSV', async () => {
    await workbench.choose(/Table.*CSV/, () => workbench.panelMenu(section('text').locator('h2'), EXPORT));
    const csv = readFileSync(await workbench.saveAs('text.csv'), 'utf8')
      .trimEnd()
      .split('\r\n');
    assert.equal(csv[0], 'Position,Position: index,Token,Weight');
    const rows = await section('text').locator('.twin tbody tr').count();
    assert.ok(csv.length - 1 >= rows, `${csv.length - 1} rows in the file, ${rows} in the panel`);
    const shown = await section('text').locator('.twin tbody tr').first().locator('td').last().textContent();
    assert.equal(`${(Number(csv[1].split(',').at(-1)) * 100).toFixed(1)}%`, shown);
  });

  it('of another view one step further: its row leads to its formats', async () => {
    const title = (await section('matrix').locator('h2').textContent())!;
    await workbench.choose(title, fromTitleBar);
    await workbench.pick(/Table.*CSV/);
    const csv = readFileSync(await workbench.saveAs('matrix.csv'), 'utf8');
    assert.match(csv, /^Query,/);
  });

  it('shows heat in the editor from the title bar, and takes it away again', async () => {
    const { page } = workbench;
    const coloured = page.locator('.editor-instance .view-overlays .cdr[class*="ced-"]');
    const before = await coloured.count();
    await page.locator('.editor-actions a[aria-label*="Show Heat in Editor"]').first().click();
    await page.waitForFunction(
      (n) => document.querySelectorAll('.editor-instance .view-overlays .cdr[class*="ced-"]').length > n,
      before,
    );
    await page.locator('.editor-actions a[aria-label*="Hide Heat in Editor"]').first().click();
    await page.locator('.editor-actions a[aria-label*="Show Heat in Editor"]').first().waitFor();
    await page.waitForFunction(
      (n) => document.querySelectorAll('.editor-instance .view-overlays .cdr[class*="ced-"]').length <= n,
      before,
    );
  });

  it('shows the heat and takes it away by the keybinding', async () => {
    const { keyboard } = workbench.page;
    for (const then of ['Hide', 'Show']) {
      await keyboard.press('Control+K');
      await keyboard.press('h');
      await workbench.page.locator(`.editor-actions a[aria-label*="${then} Heat in Editor"]`).first().waitFor();
    }
  });

  it('pointing at a token marks its characters in the editor, and nothing else', async () => {
    await token('const').hover();
    await marks().first().waitFor({ state: 'attached' });
    const line = await workbench.editor.locator('.view-line', { hasText: 'const' }).first().boundingBox();
    // The mark of the token that was pointed at before may still be on its way out.
    for (const deadline = Date.now() + 30_000; ;) {
      const boxes = await Promise.all(
        (await marks().all()).map((mark) => mark.boundingBox({ timeout: 1000 }).catch(() => null)),
      );
      if (boxes.length > 0 && boxes.every((box) => box && Math.abs(box.y - line!.y) < line!.height / 2)) break;
      assert.ok(Date.now() < deadline, JSON.stringify({ boxes, line }));
    }
    await section('provenance').hover();
    await marks().first().waitFor({ state: 'detached' });
  });

  it('moving the editor’s cursor moves the query token', async () => {
    await workbench.page.locator('.editor-group-container').first().locator('.view-lines').click();
    await workbench.goTo([10, 9]);
    await focused('const');
    await workbench.goTo([9, 3]);
    await focused('let');
  });

  it('the page’s policy is watched: a violation is noticed', async () => {
    assert.deepEqual(workbench.watch.takeProblems(), [], 'none so far');
    await workbench
      .panelFrame()
      .locator('#app')
      .evaluate((app) => app.setAttribute('style', 'color: red'));
    await workbench.settled();
    const [problem] = workbench.watch.takeProblems();
    assert.match(problem ?? '', /Content Security Policy/);
  });

  it('follows another theme while it is open', async () => {
    await workbench.setTheme('contrast');
    await workbench.settled();
  });

  it('the theme is watched, of the window and of the page: another one is noticed', async () => {
    const { theme } = workbench;
    const body = workbench.panelFrame().locator('body');
    const [kind, attribute] = [await body.getAttribute('data-vscode-theme-kind'), 'data-vscode-theme-kind'];
    const say = (value: string): Promise<void> =>
      body.evaluate((element, [name, to]) => element.setAttribute(name, to), [attribute, value] as const);
    try {
      workbench.theme = theme === 'light' ? 'dark' : 'light';
      await assert.rejects(asAsked(workbench, NOT_THERE_MS), /^AssertionError.*asked for \w+, and there is class="/);
      workbench.theme = theme;
      await say('vscode-light');
      await assert.rejects(
        asAsked(workbench, NOT_THERE_MS),
        /asked for \w+, and there is data-vscode-theme-kind="vscode-light"/,
      );
    } finally {
      workbench.theme = theme;
      await say(kind!);
    }
    await asAsked(workbench);
  });

  it('has a keybinding, and shows HTML in the selection as text', async () => {
    await workbench.openFile('html.txt');
    await workbench.selectAll();
    await workbench.page.keyboard.press('Control+K');
    await workbench.page.keyboard.press('a');
    assert.equal(await workbench.explained('html.txt'), 'done');
    assert.ok((await textOf()).includes('<img src=x onerror='));
    assert.equal(await workbench.panelFrame().locator('img').count(), 0);
  });
});
