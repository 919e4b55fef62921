/** What the panel shows as files: the numbers are those of the panel, of its table and of the command line. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { nodeOf } from '../../scripts/lib/codeServer.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { installTestVsCode } from '../../scripts/lib/setUp.mjs';
import { startWorkbench, type Workbench } from './driver/workbench';

const EXPORT = 'Export…';
/** Pictures use the kernel's own exponential, single rows the exact one: they part in the sixth digit. */
const EXACT = 5e-6;

interface Data {
  model: { sha256: string | null; quantization: string; path: string };
  precision: { weights: string; trace: string; kernel: string };
  interventions: unknown[];
  tokens: { id: number; text: string; start: number; end: number }[];
  lookingAt: { layer: number; head: number; token: number; direction: string };
  views: { name: string; title: string; columns: string[]; rows: (string | number | null)[][] }[];
}

describe('Export', () => {
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

  const section = (name: string) => workbench.panelFrame().locator(`[data-section="${name}"]`);

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
    for (const [key, , weight] of text.rows) close(Number(weight), own[token][Number(key)]);
    // Query and token, then a weight for each key up to the query; the rest is masked.
    assert.equal(matrix.rows.length, own.length);
    for (const [query, , ...weights] of matrix.rows) {
      weights.slice(0, Number(query) + 1).forEach((weight, key) => close(Number(weight), own[Number(query)][key]));
      assert.ok(weights.slice(Number(query) + 1).every((weight) => weight === ''));
    }

    await section('text').locator('.twin summary').click();
    const first = section('text').locator('.twin tbody tr').first();
    await first.waitFor();
    const [position, , written] = await first.locator('td').allTextContents();
    assert.equal(Number(position), text.rows[0][0]);
    assert.equal(written, `${(Number(text.rows[0][2]) * 100).toFixed(1)}%`);
    assert.equal(text.title, await section('text').locator('h2').textContent());
  });

  it('from the page’s context menu, a view’s table as CSV', async () => {
    if ((await section('text').locator('.twin[open]').count()) === 0)
      await section('text').locator('.twin summary').click();
    await section('text').locator('.twin tbody tr').first().waitFor();
    await workbench.choose(/Table.*CSV/, () => workbench.panelMenu(section('text').locator('h2'), EXPORT));
    const csv = readFileSync(await workbench.saveAs('text.csv'), 'utf8')
      .trimEnd()
      .split('\r\n');
    assert.equal(csv[0], 'Position,Token,Weight');
    const rows = await section('text').locator('.twin tbody tr').count();
    assert.ok(csv.length - 1 >= rows, `${csv.length - 1} rows in the file, ${rows} in the panel`);
    const shown = await section('text').locator('.twin tbody tr').first().locator('td').last().textContent();
    assert.equal(`${(Number(csv[1].split(',').at(-1)) * 100).toFixed(1)}%`, shown);
  });

  it('a view’s figure as SVG: its words as text, its picture in it, and where the numbers come from', async () => {
    await workbench.choose(/Figure.*SVG/, () => workbench.panelMenu(section('matrix').locator('h2'), EXPORT));
    const svg = readFileSync(await workbench.saveAs('matrix.svg'), 'utf8');
    const read = await workbench.page.evaluate((source) => {
      const document = new DOMParser().parseFromString(source, 'image/svg+xml');
      return {
        broken: document.querySelector('parsererror')?.textContent ?? null,
        words: [...document.querySelectorAll('text')].map((one) => one.textContent).join('\n'),
        images: [...document.querySelectorAll('image')].map((one) => one.getAttribute('href')!.slice(0, 22)),
        foreign: document.querySelectorAll('foreignObject, style, script').length,
      };
    }, svg);
    assert.equal(read.broken, null);
    assert.ok(read.words.includes((await section('matrix').locator('h2').textContent())!), read.words);
    assert.match(read.words, /kernel [\w-]+ · no interventions\nSHA-256 [0-9a-f]{64}/);
    assert.ok(read.images.length >= 2 && read.images.every((one) => one === 'data:image/png;base64,'));
    assert.equal(read.foreign, 0);
  });

  it('all of the open group as pixels, twice as fine as the page', async () => {
    await workbench.choose(/Figure.*PNG/, fromTitleBar);
    const png = readFileSync(await workbench.saveAs('all.png'));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const panel = await workbench.panelFrame().locator('[role="tabpanel"]:not([hidden])').boundingBox();
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.ok(width > 2 * panel!.width && height > panel!.height, `${width} × ${height}`);
    const colours = await workbench.page.evaluate(async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
    }, png.toString('base64'));
    assert.ok(colours > 100, `${colours} colours`);
  });

  it('every group can be exported, each of its views with numbers', async () => {
    for (const [tab, views] of Object.entries({
      edges: ['why', 'arcs', 'edges', 'stages'],
      roles: ['roles'],
      rollup: ['rollup'],
      experts: ['experts', 'expert-report'],
      predictions: ['surprisal', 'next', 'lens'],
    })) {
      await workbench.panelFrame().locator(`[data-tab="${tab}"]`).click();
      await workbench.settled();
      await workbench.choose(/Data.*JSON/, fromTitleBar);
      const data = JSON.parse(readFileSync(await workbench.saveAs(`${tab}.json`), 'utf8')) as Data;
      assert.deepEqual(
        data.views.map(({ name }) => name),
        views,
      );
      for (const { name, columns, rows } of data.views) {
        assert.ok(rows.length > 0 && rows.every((row) => row.length === columns.length), `${tab}: ${name}`);
        assert.ok(
          rows.some((row) => row.some((one) => typeof one === 'number' && one !== 0)),
          `${tab}: ${name}`,
        );
      }
    }
  });
});

function close(value: number, expected: number): void {
  assert.ok(Math.abs(value - expected) <= EXACT, `${value}, not ${expected}`);
}
