/** What the page shows as files: numbers for each view, a figure with its words as text, pixels twice as fine. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { ExportFormat } from '../../../src/protocol/exporting';
import { BUNDLED, openExplained, type Explained } from '../driver/explained';
import { linesOf } from '../driver/texts';

interface Data {
  views: { name: string; columns: string[]; rows: (string | number | null)[][] }[];
}

describe('Exported', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 9, 11));
    page = view.page;
    const sha256 = createHash('sha256').update(readFileSync(BUNDLED)).digest('hex');
    await view.rpc.call('event', { kind: 'hash', sha256 });
    await view.complete();
  });
  after(() => view.close());

  const exported = async (format: ExportFormat, name: string | null): Promise<string | Uint8Array> =>
    (await view.rpc.call('exported', { format, view: name }))!.content;

  it('a view’s figure as SVG: its words as text, its picture in it, and where the numbers come from', async () => {
    const read = await page.evaluate(
      (source) => {
        const document = new DOMParser().parseFromString(source, 'image/svg+xml');
        return {
          broken: document.querySelector('parsererror')?.textContent ?? null,
          words: [...document.querySelectorAll('text')].map((one) => one.textContent).join('\n'),
          images: [...document.querySelectorAll('image')].map((one) => one.getAttribute('href')!.slice(0, 22)),
          foreign: document.querySelectorAll('foreignObject, style, script').length,
        };
      },
      String(await exported('svg', 'matrix')),
    );
    assert.equal(read.broken, null);
    assert.ok(read.words.includes((await view.section('matrix').locator('h2').textContent())!), read.words);
    assert.match(read.words, /kernel [\w-]+ · no interventions\nSHA-256 [0-9a-f]{64}/);
    assert.ok(read.images.length >= 2 && read.images.every((one) => one === 'data:image/png;base64,'));
    assert.equal(read.foreign, 0);
  });

  it('all of the open group as pixels, twice as fine as the page', async () => {
    const png = Buffer.from((await exported('png', null)) as Uint8Array);
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    const panel = await page.locator('[role="tabpanel"]:not([hidden])').boundingBox();
    const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
    assert.ok(width > 2 * panel!.width && height > panel!.height, `${width} × ${height}`);
    const colours = await page.evaluate(async (base64) => {
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

  it('“Copy image” puts the same pixels on the clipboard, and says where that is refused', async () => {
    const { buttons, told } = { buttons: page.locator('.head-place vscode-button'), told: page.locator('.told') };
    const copy = buttons.and(page.locator('[title="Copy image"], [aria-label="Copy image"]')).first();
    // The browser's clipboard, played: it has none for pages of a plain http address.
    await page.evaluate(() => {
      const copied: Promise<[string, number[]]>[] = [];
      class ClipboardItem {
        constructor(readonly items: Record<string, Promise<Blob>>) {}
      }
      const write = async ([{ items }]: ClipboardItem[]): Promise<void> => {
        if ((window as { refused?: boolean }).refused) throw new DOMException('no', 'NotAllowedError');
        const [[type, made]] = Object.entries(items);
        copied.push(made.then(async (blob) => [type, [...new Uint8Array(await blob.arrayBuffer()).slice(0, 24)]]));
      };
      Object.defineProperty(navigator, 'clipboard', { value: { write }, configurable: true });
      Object.assign(window, { ClipboardItem, copied });
    });
    await copy.click();
    await told.getByText('Copied.', { exact: true }).waitFor();
    const [type, bytes] = await page.evaluate(
      async () => (window as unknown as { copied: Promise<[string, number[]]>[] }).copied[0],
    );
    assert.equal(type, 'image/png');
    const [png, same] = [Buffer.from(bytes), Buffer.from((await exported('png', null)) as Uint8Array)];
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [same.readUInt32BE(16), same.readUInt32BE(20)]);
    await page.evaluate(() => Object.assign(window, { refused: true }));
    await copy.click();
    await told.getByText('The image could not be copied. “Export” saves it as a file.').waitFor();
  });

  it('every group can be exported, each of its views with numbers', async () => {
    for (const [tab, views] of Object.entries({
      edges: ['why', 'arcs', 'edges', 'stages'],
      roles: ['roles'],
      rollup: ['rollup'],
      experts: ['experts', 'expert-report'],
      predictions: ['surprisal', 'next', 'lens'],
    })) {
      await view.openTab(tab);
      await view.complete();
      const data = JSON.parse(String(await exported('json', null))) as Data;
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

  it('an edited run says so in every kind of file, with what was done; the run as it is says nothing of it', async () => {
    await view.openTab('attention');
    const files = async (): Promise<Record<'json' | 'csv' | 'svg', string>> => ({
      json: String(await exported('json', 'matrix')),
      csv: String(await exported('csv', 'matrix')),
      svg: String(await exported('svg', 'matrix')),
    });
    const edit = 'blocks.2.attn.hook_z[head=5,pos=*] = zero';
    for (const content of Object.values(await files())) assert.ok(!content.includes('hook_z'));
    const before = Buffer.from((await exported('png', 'matrix')) as Uint8Array);
    await page.keyboard.press('x');
    const list = view.section('interventions');
    await list.locator('.edit-field').fill(edit);
    await list.locator('.edit-field').press('Enter');
    await list.locator('.edited-banner:not([hidden])').waitFor();
    await view.complete();
    const { json, csv, svg } = await files();
    assert.deepEqual((JSON.parse(json) as { interventions: string[] }).interventions, [edit]);
    const [head, ...rows] = csv.trim().split(/\r?\n/);
    assert.match(head, /Interventions"?$/);
    assert.ok(rows.length > 10 && rows.every((row) => row.includes(edit)));
    assert.ok(svg.includes('>An edited run, not what the model does: 1 in force.<') && svg.includes(`>${edit}<`));
    // Two lines more under the figure, of 16 CSS pixels, twice as fine.
    const png = Buffer.from((await exported('png', 'matrix')) as Uint8Array);
    assert.equal(png.readUInt32BE(20) - before.readUInt32BE(20), 2 * 2 * 16);
    await list.getByText('Remove all').click();
    await view.complete();
    for (const content of Object.values(await files())) assert.ok(!content.includes('hook_z'));
  });
});
