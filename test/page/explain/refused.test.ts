/** What means nothing is refused with the reason, on the page as by the real worker: the last good view stays. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { inNarrowColumn } from '../driver/narrow';
import { openExplained, type Explained } from '../driver/explained';

const MODEL = path.join('test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf');

describe('An intervention that means nothing', () => {
  let view: Explained;
  let folder: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'attention-refused-'));
    copyFileSync(MODEL, path.join(folder, 'model.gguf'));
    view = await openExplained({ title: 'a.txt', text: 'let total = price;', model: path.join(folder, 'model.gguf') });
    await view.openTab('predictions');
    await view.complete();
    await view.page.keyboard.press('x');
  });
  after(async () => {
    await view.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const list = (): Locator => view.section('interventions');
  const failed = (): Locator => view.page.locator('.notice.failed');
  const next = async (): Promise<string> => (await view.section('next').textContent())!;
  const add = async (edit: string): Promise<void> => {
    await list().locator('.edit-field').fill(edit);
    await list().locator('.edit-field').press('Enter');
  };
  const clear = async (): Promise<void> => {
    await list().getByText('Remove all').click();
    await list().locator('li').first().waitFor({ state: 'detached' });
    await view.complete();
  };

  const REFUSED: Record<string, [edit: string, message: RegExp]> = {
    'cutting everything': ['blocks.0.hook_resid_pre[pos=*] = zero', /cuts everything/],
    'an edge in the future': ['L1H0[dst=2,src=4] = knockout', /token 2 comes before token 4; .*src=0 to 2/],
    'the only key of a row': ['L1H0[dst=0,src=0] = knockout', /token 0 sees only itself.*dst=1:/],
    'a layer that does not exist': ['L9H0 = zero', /no layer 9; the model has \d+, 0 to \d+/],
    'a token that does not exist': ['L1H0[pos=400] = zero', /no token 400; the text has \d+/],
    'a text that was not run': ['blocks.1.hook_resid_pre[pos=2] = from("c.py",pos=0)', /“c\.py” has not been run/],
  };
  for (const [name, [edit, message]] of Object.entries(REFUSED)) {
    it(`${name}: the message says what and what is possible; it stays in the list, switched off`, async () => {
      const before = await next();
      await add(edit);
      await failed().waitFor();
      await failed().filter({ hasText: message }).waitFor();
      await list().locator('li.off').waitFor();
      await list().locator('.edited-banner').waitFor({ state: 'hidden' });
      await view.complete();
      assert.equal(await next(), before);
      await clear();
    });
  }

  it('an expert that is never chosen: refused with those that are', async () => {
    const before = await next();
    const chosen = new Set<number>();
    for (let expert = 0; expert < 64 && chosen.size === 0; expert++) {
      await add(`L1E${expert}[pos=4] = contribution`);
      await view.complete();
      const words = (await failed().isVisible()) ? await failed().textContent() : null;
      if (words !== null) {
        assert.match(words, new RegExp(`expert ${expert} of layer 1 is never chosen there; chosen: `));
        for (const id of /chosen: ([\d, ]+)/.exec(words)![1].split(', ')) chosen.add(Number(id));
        await list().locator('li.off').first().waitFor();
      }
      await clear();
    }
    assert.ok(chosen.size > 0);
    assert.equal(await next(), before);
  });

  it('a name that does not exist: the nearest is said, nothing is run', async () => {
    const before = await next();
    await add('blocks.1.attn.hook_patern[head=0,dst=3,src=2] = knockout');
    await list().locator('.edit-wrong', { hasText: 'perhaps attn.hook_pattern?' }).waitFor();
    assert.equal(await list().locator('li').count(), 0);
    assert.equal(await next(), before);
    await list().locator('.edit-field').fill('');
  });

  it('a patch whose texts do not align: told, and the last map stays', async () => {
    await view.openTab('receipts');
    const patch = view.section('patch');
    const words = patch.locator('.words').first();
    // The editor's selection is the other text: what differs stands token by token, and there is a map.
    view.files.push({ name: '', text: 'let total = prize;' });
    await patch.getByText('Take the editor’s selection').click();
    const differing = patch.locator('[data-reading="differences"] tbody tr');
    await differing.first().waitFor();
    await view.complete();
    assert.match((await words.textContent())!, /^Another text: ‘.*’ against ‘.*’ at the end of the text goes from/);
    const [here, there] = await differing.first().locator('td').allTextContents();
    assert.ok(here.includes('c') && there.includes('z') && here !== there, `${here} against ${there}`);
    const rows = await differing.count();
    const wide = (): Promise<number> => patch.locator('.patch-map').evaluate((map: HTMLCanvasElement) => map.width);
    const width = await wide();
    assert.ok(rows > 1 && width > 0);

    // In a narrow column it is all in sight.
    await inNarrowColumn(view, async (standing) => {
      assert.deepEqual(await standing(), []);
      const hidden = await patch.locator('.patch-texts').evaluate((one) => one.scrollWidth - one.clientWidth);
      assert.ok(hidden <= 0, `${hidden} pixels of the table have to be scrolled to`);
    });

    await patch.locator('textarea').fill('let total = prices and more;');
    await patch.getByText('Patch with this text').click();
    await words.filter({ hasText: /do not align: \d+ tokens against \d+/ }).waitFor();
    await patch.locator('input.edit-field').fill('x y');
    await patch.getByText('Patch', { exact: true }).click();
    await words.filter({ hasText: /“x y” is not one token of this model; it is/ }).waitFor();
    await view.complete();
    assert.ok(
      (await differing.count()) === rows && (await wide()) === width && (await patch.locator('.patch-map').isVisible()),
    );
    // Nothing is selected.
    await patch.getByText('Take the editor’s selection').click();
    await words.filter({ hasText: 'Select the other text in an editor first.' }).waitFor();
    await view.section('receipts').waitFor();
    await view.openTab('predictions');
  });

  it('a model whose file was taken away: the file is named, the view stays and still answers', async () => {
    const before = await next();
    rmSync(path.join(folder, 'model.gguf'));
    await add('L1H0 = zero');
    await failed().waitFor();
    await failed()
      .filter({ hasText: /model\.gguf/ })
      .waitFor();
    await list().locator('li.off').waitFor();
    await list().locator('.edited-banner').waitFor({ state: 'hidden' });
    await view.complete();
    assert.equal(await next(), before);
    // What was kept of the run is still there to be asked.
    const answer = await view.page.evaluate(() => document.querySelectorAll('[data-section="text"] .token').length);
    assert.ok(answer > 5);
    await view.openTab('edges');
    await view.complete();
    assert.ok((await view.section('edges').locator('li').count()) > 0);
  });
});
