/**
 * The reading views, as a person goes through them: roles, sinks, single weights, predictions, experts, roll-up. Long, because
 * one explained text serves all of them.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { root, sampleWorkspace } from '../../../scripts/lib/paths.mjs';
import { isLong } from '../../support/long';
import { axeIn } from '../../ui/driver/axe';
import { openExplained, type Explained } from '../driver/explained';
import { cutOff, inNarrowColumn } from '../driver/narrow';
import { SEEN_IN } from '../driver/seenIn';
import { linesOf } from '../driver/texts';

const FILE = path.join(sampleWorkspace, 'sample.ts');
/** Every view has something to say of them. */
const FEW_LINES = linesOf('sample.ts', 9, 11);
/** What is seen of one group alone. */
const GROUPS = '[role="tabpanel"], [data-section="surprisal"], [data-section="rollup"]';

describe('Reading views', () => {
  let view: Explained;
  let page: Page;
  before(async () => {
    view = await openExplained(linesOf('sample.ts', 8, 19));
    page = view.page;
    // What is answered late moves what lies below it.
    await view.complete();
  });
  after(() => view.close());

  const openTab = (name: string): Promise<void> => view.openTab(name);
  const settled = (): Promise<void> => view.settled();

  /** Colours of the first key's column, from the second query down. */
  async function columnOfMatrix(): Promise<number[]> {
    await settled();
    return page
      .locator('[data-section="matrix"] canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const [left, top, ratio] = [76, 68, devicePixelRatio];
        const [x, y] = [Math.round((left + 2) * ratio), Math.round((top + 16) * ratio)];
        const height = Math.round(canvas.height - y - 8 * ratio);
        return [...new Uint32Array(canvas.getContext('2d')!.getImageData(x, y, 1, height).data.buffer)];
      });
  }

  it('reads the text both ways: where the token looked, and who looked at it', async () => {
    const text = page.locator('[data-section="text"]');
    await text.locator('vscode-radio', { hasText: 'Who looked at it' }).click();
    await text.locator('h2', { hasText: /^Who looked at ‘.+’, layer \d head \d/ }).waitFor();
    await text.locator('.token[role="option"]').nth(8).click();
    await text.locator('.twin summary').click();
    await text.locator('caption', { hasText: 'Who looked at' }).waitFor();
    // The token of the click, not one that the opened table moved under the pointer.
    await page.mouse.move(0, 0);
    const focus = 8;
    await text.locator('.readout .about', { hasText: `token ${focus} ` }).waitFor();
    const places = text.locator('tbody tr td:first-child');
    assert.match((await places.first().textContent())!, /^\d+:\d+$/);
    const rows = await places.evaluateAll((all) =>
      (all as HTMLElement[]).map(({ title }) => Number(/^token (\d+)$/.exec(title)?.[1])),
    );
    // Only tokens from itself on can look at it.
    assert.ok(rows.length > 5 && Math.min(...rows) === focus, `${focus}: ${rows.join()}`);
    await text.locator('.twin summary').click();
    await text.locator('.token[role="option"]').nth(8).click();
    // The closed table and the token that is let go of move what stands there.
    await view.complete();
    await text.locator('vscode-radio', { hasText: 'Where it looked' }).click();
    await text.locator('h2', { hasText: /^Where layer \d head \d looked from/ }).waitFor();
  });

  it('the matrix’s axes say which is the query and which the key', async () => {
    const drawn = await page.locator('body').evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const texts: string[] = [];
          const { fillText } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.fillText = function (...args) {
            texts.push(args[0]);
            fillText.apply(this, args);
          };
          const zoom = document.querySelector<HTMLElement>(
            '[data-section="matrix"] .buttons vscode-button[title="Zoom in"]',
          )!;
          zoom.click();
          requestAnimationFrame(() =>
            requestAnimationFrame(() => {
              CanvasRenderingContext2D.prototype.fillText = fillText;
              resolve(texts);
            }),
          );
        }),
    );
    assert.ok(drawn.includes('query ↓') && drawn.includes('key →'), drawn.join(' '));
    await page.locator('[data-section="matrix"] [title="Show the whole matrix"]').click();
  });

  it('names the strongest head of a role, with its formula and threshold one click away', async () => {
    await openTab('roles');
    const role = page.locator('.role[data-role="previous-token"]');
    await role.locator('.role-head').first().waitFor();
    const scores = await role.locator('.role-head .number').allTextContents();
    assert.equal(scores.length, 5);
    const shares = scores.map((text) => parseInt(text, 10));
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    await role.locator('summary').click();
    await role.getByText('token → the one just before').waitFor();
    await role.getByText(/Threshold: 50%/).waitFor();
    assert.match((await page.locator('[data-section="roles"] > .words').textContent())!, /Layer \d head \d .*\d+%/);
  });

  it('says what heads do on a random row given twice', async () => {
    await openTab('roles');
    const induction = page.locator('.role[data-role="induction"] .role-head').first();
    await induction.getByText(/probe \d+%/).waitFor({ timeout: 30_000 });
  });

  it('cuts each role’s head where it has its say, and tells whether it is needed there', async () => {
    await openTab('roles');
    const roles = page.locator('[data-section="roles"]');
    await roles.getByText('Is each needed where it says so? Cut it there').click();
    const lines = roles.locator('.role-receipts li');
    await lines.first().waitFor({ timeout: 30_000 });
    for (const line of await lines.allTextContents()) {
      assert.match(line, /, L\dH\d: (needed|not shown to be needed)\. .* at \d+ of \d+ places; [+−-]\d/);
    }
  });

  it('a head chosen by role is the head of the text and the matrix', async () => {
    await openTab('roles');
    const head = page.locator('.role[data-role="previous-token"] .role-head').first();
    const [layer, index] = [await head.getAttribute('data-layer'), await head.getAttribute('data-head')];
    await head.click();
    await openTab('attention');
    await page.locator('[data-section="matrix"] h2', { hasText: `layer ${layer} head ${index}` }).waitFor();
    await page.locator('[data-section="text"] h2', { hasText: `layer ${layer} head ${index}` }).waitFor();
  });

  it('the grid sorts heads by a role, strongest first, and by layer again', async () => {
    await openTab('attention');
    const order = page.locator('[data-section="heads"] select');
    await order.selectOption('previous-token');
    const first = page.locator('.head-cell').first();
    await first.and(page.locator('[aria-label*="looks one token back"]')).waitFor();
    const shares = await page
      .locator('.head-cell')
      .evaluateAll((cells) =>
        cells.map((cell) => Number(/looks one token back (\d+)%/.exec(cell.getAttribute('aria-label')!)![1])),
      );
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    assert.equal(shares.length, 48);
    await order.selectOption('layer');
    await page.locator('.head-cell[data-layer="0"][data-head="0"]').and(first).waitFor();
  });

  it('dims sinks on request, and says so', async () => {
    await openTab('roles');
    await page.locator('.role[data-role="first-token"] .role-head').first().click();
    await openTab('attention');
    await page.locator('[data-section="heads"] label', { hasText: 'Dim sinks' }).click();
    await page.locator('[data-section="heads"]').getByText('Sinks are dimmed').waitFor();
    await page.locator('[data-section="text"]').getByText('Sinks are dimmed').waitFor();
    const first = page.locator('[data-section="text"] .token[role="option"]').first();
    await first.and(page.locator(':not(.hot)')).waitFor();
    // The first key of the matrix loses its colour too.
    await page.locator('[data-section="matrix"]').getByText('Sinks are dimmed').waitFor();
    // The matrix without sinks is asked for, and drawn when it has come.
    await view.complete();
    const sink = await columnOfMatrix();
    assert.ok(
      sink.every((colour) => colour === sink[0]),
      `${new Set(sink).size} colours where the first token was`,
    );
    await page.locator('[data-section="heads"] label', { hasText: 'Dim sinks' }).click();
    await page.locator('[data-section="text"]').getByText('Sinks are dimmed').waitFor({ state: 'hidden' });
    await view.complete();
    assert.ok(new Set(await columnOfMatrix()).size > 3, 'the first token has its colours again');
    await openTab('roles');
    await page.locator('.role[data-role="previous-token"] .role-head').first().click();
  });

  it('colours the text by surprisal, and tells what was expected instead', async () => {
    await openTab('predictions');
    const surprisal = page.locator('[data-section="surprisal"]');
    await surprisal.locator('.token[role="option"]').nth(5).hover();
    await surprisal
      .locator('.readout', { hasText: /token \d+:\d+ ‘.+’: [\d.]+ bits.*entropy [\d.]+ bits.*likeliest: / })
      .waitFor();
    // The panel's number for a token is the one of the sentence and of the table.
    const sentence = (await surprisal.locator('.words').textContent())!;
    const [, most, place] = /with ([\d.]+ bits) \(token (\d+:\d+)\)/.exec(sentence)!;
    await surprisal.locator('.twin summary').click();
    const row = surprisal.locator('tbody tr').first();
    await row.waitFor();
    assert.deepEqual(
      (await row.locator('td').allTextContents()).filter((_, i) => i === 0 || i === 2),
      [place, most],
    );
    await surprisal.locator('vscode-radio', { hasText: 'Entropy' }).click();
    await surprisal.locator('.legend[aria-label*="bits"]').waitFor();
  });

  it('tells what could come after any token, and which of them came', async () => {
    await openTab('predictions');
    const token = page.locator('[data-section="surprisal"] .token[role="option"]').nth(12);
    await token.click();
    const next = page.locator('[data-section="next"]');
    await next.locator('h2', { hasText: /after token \d+:\d+ ‘.+’/ }).waitFor();
    await next.getByText(/^The text goes on with ‘.+’, which had [<\d.]+%/).waitFor();
    const shares = (await next.locator('tbody .probability > span:last-child').allTextContents()).map((text) =>
      parseFloat(text.replace('<', '')),
    );
    assert.equal(shares.length, 10);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => b - a),
    );
    await token.click();
    await next.locator('h2', { hasText: 'after the last token' }).waitFor();
  });

  it('tells the layer at which the final answer takes the lead', async () => {
    await openTab('predictions');
    const lens = page.locator('[data-section="lens"]');
    await lens.locator('.words', { hasText: /takes the lead after layer \d|leads from the embedding/ }).waitFor();
    assert.equal(await lens.locator('tbody tr').count(), 7);
    assert.equal(await lens.locator('tbody tr').last().locator('td').last().textContent(), '1');
    // The last depth is the model itself: its probability is that of the first candidate.
    const last = await lens.locator('tbody tr').last().locator('.probability').textContent();
    const first = await page.locator('.candidates tbody tr').first().locator('.probability').textContent();
    assert.equal(last, first);
  });

  it('has room for a large vocabulary’s ranks and long tokens, and for tokens that are written from right to left', async () => {
    await openTab('predictions');
    await page.locator('.lens tbody tr').last().waitFor();
    await page.locator('.lens').evaluate((original) => {
      const table = original.cloneNode(true) as Element;
      table.classList.add('of-another-model');
      original.after(table);
      const RIGHT_TO_LEFT = '\u062f\u0627\u0631\u06cc';
      const labels = ['·NotImplementedException', RIGHT_TO_LEFT, '·ValidationErrorOfAllKinds'];
      for (const row of table.querySelectorAll('tbody tr')) {
        row.querySelectorAll('.label').forEach((label, i) => (label.textContent = labels[(i + 1) % 3]));
        row.querySelector('.number')!.textContent = '262,144';
      }
    });
    assert.deepEqual(await cutOff(view), []);
    const copy = page.locator('.of-another-model');
    const [label, digits] = await copy
      .locator('.says > span')
      .first()
      .evaluate((each) =>
        [each.firstChild!, each.lastChild!].map((node) => {
          const range = document.createRange();
          range.selectNodeContents(node);
          const { left, right } = range.getBoundingClientRect();
          return { left, right };
        }),
      );
    assert.ok(digits.left >= label.right - 1, `digits from ${digits.left}, the label to ${label.right}`);
    await copy.evaluate((table) => table.remove());
  });

  it('gives the probability of what is typed, token by token', async () => {
    await openTab('predictions');
    const typed = page.locator('[data-section="typed"]');
    await typed.locator('input').fill(' await fetch(x)');
    await typed.locator('input').press('Enter');
    await typed.locator('.words', { hasText: /probability [<\d.]+%/ }).waitFor();
    assert.ok((await typed.locator('.typed-tokens li').count()) > 1);
  });

  it('reads one token’s edges in three ways, and one weight stage by stage; the command line has the same number', async () => {
    await openTab('edges');
    const edges = page.locator('[data-section="edges"]');
    await edges.locator('.readings [data-reading]').nth(2).waitFor();
    for (let reading = 0; reading < 3; reading++) {
      assert.ok((await edges.locator('[data-reading]').nth(reading).locator('li').count()) > 1);
    }
    const stages = page.locator('[data-section="stages"]');
    const pair = (await stages.locator('li.hint').textContent())!;
    const [, weight, place] = /: ([\d.]+%) · \d+:\d+ → (\d+:\d+)$/.exec(pair)!;
    const hover = await stages.locator('li.hint').getAttribute('title');
    const [, query, key] = /^tokens (\d+) → (\d+)$/.exec(hover!)!;
    assert.equal(await stages.locator('[data-step="Softmax"] .number').textContent(), weight);
    await edges.locator('.twin summary').click();
    const first = edges.locator('tbody tr').first();
    await first.waitFor();
    assert.deepEqual(
      (await first.locator('td').allTextContents()).filter((_, i) => i === 0 || i === 2),
      [place, weight],
    );
    const [, layer, head] = /layer (\d+) head (\d+)/.exec((await stages.locator('h2').textContent())!)!;
    const file = `${FILE}:8-19`;
    const json = execFileSync(process.execPath, [
      path.join(root, 'dist', 'cli.js'),
      'explain',
      '--file',
      file,
      '--layer',
      layer,
      '--head',
      head,
      '--json',
    ]);
    const { attention } = JSON.parse(json.toString()) as { attention: { weights: number[][] }[] };
    const own = attention[0].weights[Number(query)][Number(key)];
    assert.equal(`${(own * 100).toFixed(1)}%`, weight);
  });

  it('the arcs’ query moves by keyboard, and a masked pair says so', async () => {
    await openTab('edges');
    const arcs = page.locator('[data-section="arcs"]');
    await arcs.locator('.strip').focus();
    await page.keyboard.press('End');
    await arcs.locator('h2', { hasText: 'from ‘}’' }).waitFor();
    await page.keyboard.press('Home');
    await arcs.locator('.readout[title="tokens 0 → 0"]').waitFor();
    await page.locator('[data-step="Softmax"] .number', { hasText: '100.0%' }).waitFor();
    await view.complete();
    const box = (await arcs.locator('canvas').boundingBox())!;
    await page.mouse.move(box.x + 22 * 3.5, box.y + box.height - 20);
    await arcs.locator('.readout', { hasText: 'masked' }).waitFor();
    await page.locator('[data-step="Mask"] .number', { hasText: '−∞' }).waitFor();
    await page.mouse.move(0, 0);
    await page.keyboard.press('Escape');
  });

  it('the map of experts says which ones a token took in a layer, and they are those of the list', async () => {
    await openTab('experts');
    await view.complete();
    const experts = page.locator('[data-section="experts"]');
    const map = experts.locator('.strip canvas');
    await map.scrollIntoViewIfNeeded();
    const box = (await map.boundingBox())!;
    // Layer 2, somewhere in the text; a row is 16 pixels high.
    await page.mouse.click(box.x + box.width / 2, box.y + 2 * 16 + 8);
    const told = experts.locator('.readout', { hasText: /^layer 2, token \d+:\d+ ‘/ });
    await told.waitFor();
    const words = (await told.textContent())!;
    const [, token] = /token (\d+)/.exec(words)!;
    await experts.locator('h3', { hasText: `Token ${token} ` }).waitFor();
    const row = experts.locator('.expert-row', { hasText: 'layer 2' });
    const taken = await row.locator('.swatch').allTextContents();
    assert.deepEqual(
      [...words.matchAll(/expert (\d+) [\d.]+%/g)].map((match) => match[1]),
      taken,
    );
    await page.mouse.click(box.x + box.width / 2, box.y + 2 * 16 + 8);
    await page.mouse.move(0, 0);
  });

  it('reports a layer’s experts: load, margin and runner-up, what they take, and the share of parameters', async () => {
    await openTab('experts');
    const share = (await page.locator('[data-section="experts"] .words').textContent())!;
    assert.match(share, /parameters were active per token \(\d+%\)/);
    const report = page.locator('[data-section="expert-report"]');
    await report.locator('[data-list]').nth(2).waitFor();
    await report.getByText(/margin [<\d.]+%, runner-up expert \d+, entropy [\d.]+ bits/).waitFor();
    await report.locator('select').selectOption('3');
    await report.locator('h2', { hasText: 'Experts of layer 3' }).waitFor();
    await report.locator('.twin summary').click();
    await report.locator('caption', { hasText: 'Experts of layer 3' }).waitFor();
    const rows = await report
      .locator('tbody tr')
      .evaluateAll((all) => all.map((row) => Number(row.children[1].textContent)));
    // 90 tokens, two experts each: every choice is counted once.
    const tokens = await page.locator('[data-section="surprisal"] .token[role="option"]').count();
    assert.equal(
      rows.reduce((a, b) => a + b, 0),
      2 * tokens,
    );
    const list = await report.locator('[data-list="Load"] li .number').first().textContent();
    assert.equal(list, await report.locator('tbody tr').first().locator('td').nth(2).textContent());
  });

  it('rolls attention up over heads and layers, to words and lines, and names the method', async () => {
    await openTab('rollup');
    const rollup = page.locator('[data-section="rollup"]');
    const units = page.locator('[data-section="rollup-units"] li');
    await units.first().waitFor();
    const total = async (): Promise<number> => {
      const open = rollup.locator('.twin[open]');
      if ((await open.count()) === 0) await rollup.locator('.twin summary').click();
      await rollup.locator('tbody tr').first().waitFor();
      const shares = await rollup.locator('tbody tr td:last-child').allTextContents();
      return shares.reduce((sum, text) => sum + parseFloat(text.replace('<', '')), 0);
    };
    for (const [method, words] of [
      ['all', 'Plain average of 48 heads'],
      ['layer:2', 'Plain average of 8 heads'],
      ['rollout', 'Attention rollout (Abnar'],
      ['flow', 'Attention flow (Abnar'],
    ]) {
      await rollup.locator('select').first().selectOption(method);
      await rollup.getByText(words).waitFor();
    }
    // A role that is offered has heads.
    const roles = await rollup
      .locator('select option[value^="role:"]')
      .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    assert.ok(roles.length > 2, roles.join());
    for (const role of roles) {
      await rollup.locator('select').first().selectOption(role);
      await rollup.getByText(/^Plain average of [1-9]\d* heads’ weights\.|^The weights of one head\./).waitFor();
    }
    await rollup.locator('select').first().selectOption('chosen');
    await rollup.getByText('The weights of one head.').waitFor();
    // A role may have had one head, too: its words do not tell that the switches are in sight, and what is not takes no focus.
    await rollup.locator('.head-switch[aria-pressed="true"]').waitFor();
    await rollup.locator('.head-switch[aria-pressed="true"]').focus();
    // Two more, by keyboard; the switches of a layer stand in a row.
    for (const key of ['End', 'Home']) {
      await page.keyboard.press(key);
      const other = rollup.locator('.head-switch:focus');
      if ((await other.getAttribute('aria-pressed')) === 'false') await page.keyboard.press('Space');
      await rollup.locator('.head-switch:focus[aria-pressed="true"]').waitFor();
    }
    const chosen = await rollup.locator('.head-switch[aria-pressed="true"]').count();
    await rollup.getByText(`Plain average of ${chosen} heads’ weights.`).waitFor();
    assert.ok(Math.abs((await total()) - 100) < 2, 'the weights of the chosen heads sum to one');
    while ((await rollup.locator('.head-switch[aria-pressed="true"]').count()) > 0)
      await rollup.locator('.head-switch[aria-pressed="true"]').first().click();
    await rollup.getByText('Choose at least one head that has attention.').waitFor();
    await rollup.locator('select').first().selectOption('all');
    await rollup.locator('select').nth(1).selectOption('line');
    await units.locator('.label', { hasText: /^\d+ / }).first().waitFor();
    await rollup.locator('caption', { hasText: 'by Lines' }).or(rollup.locator('.twin summary')).first().waitFor();
    assert.ok(Math.abs((await total()) - 100) < 2, 'the lines’ weights sum to one');
  });

  it('goes through the groups by keyboard alone', async () => {
    await openTab('attention');
    await page.locator('[data-tab="attention"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-section="edges"]').waitFor();
    await page.keyboard.press('End');
    await page.locator('[data-section="next"]').waitFor();
    await page.keyboard.press('Home');
    await page.locator('[data-section="text"]').waitFor();
  });
});

describe('Reading views in every theme', () => {
  let view: Explained;
  before(async () => {
    view = await openExplained(FEW_LINES);
    // What a view is called is known when it has been answered.
    for (const name of await groups(view)) {
      await view.openTab(name);
      await view.complete();
    }
  });
  after(() => view.close());

  it('in a narrow column: nothing is cut off in any group', () => assertFits(view));

  // The contrast of each letter takes its time: everything is shown at once and judged in one run.
  it('has no accessibility violations in any group', async () => {
    const hidden = await view.page.evaluate((all) => {
      const groups = document.querySelectorAll<HTMLElement>(all);
      const before = [...groups].filter((one) => !one.checkVisibility()).length;
      for (const one of groups) one.hidden = false;
      return [before, [...groups].filter((one) => !one.checkVisibility()).length];
    }, GROUPS);
    assert.ok(hidden[0] > 5 && hidden[1] === 0, hidden.join());
    await view.settled();
    assert.deepEqual(await axeIn(view.page.mainFrame()), []);
  });

  for (const theme of SEEN_IN.filter((one) => one !== 'dark')) {
    it(`can be read in any group, ${theme}`, async () => {
      await view.setTheme(theme);
      await view.settled();
      // Of a theme's colours no other rule knows.
      assert.deepEqual(await axeIn(view.page.mainFrame(), { rules: ['color-contrast'] }), []);
    });
  }
});

// The same layout with other words, which are the shorter ones.
(isLong ? it : it.skip)('Reading views in Chinese, in a narrow column: nothing is cut off in any group', async () => {
  const view = await openExplained(FEW_LINES, { language: 'zh-cn' });
  try {
    await view.complete();
    await assertFits(view);
  } finally {
    await view.close();
  }
});

const groups = (view: Explained): Promise<string[]> =>
  view.page.locator('[role="tab"]').evaluateAll((all) => all.map((tab) => (tab as HTMLElement).dataset.tab!));

async function assertFits(view: Explained): Promise<void> {
  const names = await groups(view);
  assert.ok(names.length > 5, names.join());
  const found: string[] = [];
  await inNarrowColumn(view, async (standing) => {
    for (const name of names) {
      await view.openTab(name);
      found.push(...(await standing()).map((line) => `${name}: ${line}`));
    }
  });
  assert.deepEqual(found, []);
}
