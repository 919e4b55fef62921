/**
 * Under interventions every view has its numbers before and after and their difference: before is what it said of the run as it
 * is, after what it says now, both to the last bit. What cannot be asked says so and leaves what stood there.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { Problem } from '../../../src/protocol/problem';
import { openExplained, type Explained } from '../driver/explained';
import { inNarrowColumn } from '../driver/narrow';

const FIXTURES = path.join('test', 'fixtures', 'models');

interface Table {
  caption: string;
  columns: string[];
  rows: (string | number | null)[][];
}
interface ExportedView extends Table {
  name: string;
  beforeAndAfter?: Table[];
}

/** By view: column of its own table that holds the numbers compared in its table at `part`, and the one that names the row. */
interface Promised {
  tab: string;
  view: string;
  part: number;
  column: number;
  /** How its own table names a row, as the comparison does. */
  name: (row: (string | number | null)[]) => string;
}

const first = (row: (string | number | null)[]): string => String(row[0]);
const WHY: Promised = { tab: 'edges', view: 'why', part: 0, column: 1, name: first };
const LENS: Promised = { tab: 'predictions', view: 'lens', part: 0, column: 2, name: first };
const TYPED: Promised = { tab: 'predictions', view: 'typed', part: 0, column: 1, name: first };
const NEXT: Promised = { tab: 'predictions', view: 'next', part: 0, column: 1, name: first };
const MIXTURE: Promised[] = [
  WHY,
  // Place and index stand before the token.
  { tab: 'edges', view: 'edges', part: 1, column: 5, name: (row) => String(row[2]) },
  { tab: 'edges', view: 'stages', part: 0, column: 3, name: first },
  { tab: 'edges', view: 'stages', part: 1, column: 3, name: first },
  { tab: 'experts', view: 'expert-report', part: 0, column: 1, name: (row) => `expert ${row[0]}` },
  { tab: 'predictions', view: 'surprisal', part: 0, column: 3, name: (row) => String(row[2]) },
  LENS,
  TYPED,
  NEXT,
];
const DENSE: Promised[] = [
  WHY,
  { tab: 'experts', view: 'neurons', part: 0, column: 2, name: (row) => `layer ${row[0]} · ${row[1]}` },
];

describe('Before and after, in every view', () => {
  let view: Explained;
  /** What the run as it is does not answer. */
  let refused: string | null = null;
  const list = (): Locator => view.section('interventions');

  const open = async (model: string): Promise<void> => {
    view = await openExplained(
      { title: 'a.txt', text: 'let total = price * 2;', model: path.join(FIXTURES, model) },
      {},
      (name, params, answered) =>
        refused === name && 'clean' in params
          ? Promise.reject(new Problem('out-of-memory', 'none').told('<b>no memory</b>'))
          : answered(),
    );
    // What is looked at stays so: a head behind the cut, and a token in the middle, whose next token the text says.
    await view.section('heads').locator('[role="gridcell"]').nth(5).click();
    await view.section('text').locator('.token').nth(6).click();
  };
  afterEach(async () => {
    refused = null;
    await view.close();
  });

  const cut = async (edit: string): Promise<void> => {
    if (!(await list().locator('.edit-field').isVisible())) await view.page.keyboard.press('x');
    await list().locator('.edit-field').fill(edit);
    await list().locator('.edit-field').press('Enter');
    await list().locator('.edited-banner:not([hidden])').waitFor();
    await view.complete();
  };
  const exported = async (name: string): Promise<ExportedView> => {
    const { content } = (await view.rpc.call('exported', { format: 'json', view: name }))!;
    return (JSON.parse(String(content)) as { views: ExportedView[] }).views[0];
  };
  const look = async ({ tab, view: name }: Promised): Promise<ExportedView> => {
    await view.openTab(tab);
    if (name === 'typed') {
      await view.section('typed').locator('input').fill('price');
      await view.section('typed').locator('input').press('Enter');
    }
    await view.complete();
    return exported(name);
  };

  const holds = async (promised: readonly Promised[]): Promise<void> => {
    const clean: ExportedView[] = [];
    for (const one of promised) clean.push(await look(one));
    for (const one of clean) assert.equal(one.beforeAndAfter, undefined, `${one.name}: nothing is in force`);
    await cut('L0H1 = scale(0.9)');
    for (const [i, one] of promised.entries()) {
      const now = await look(one);
      const drawn = view.section(one.view).locator('.compared');
      assert.ok((await drawn.count()) > one.part, one.view);
      const { rows, columns } = now.beforeAndAfter![one.part];
      assert.deepEqual(columns.slice(1), ['Before', 'After', 'Difference']);
      const numbers = (of: ExportedView): Map<string, unknown> =>
        new Map(of.rows.map((row) => [one.name(row), row[one.column]]));
      const [was, is] = [numbers(clean[i]), numbers(now)];
      let compared = 0;
      let moved = 0;
      for (const [name, before, after, difference] of rows as [string, number, number, number][]) {
        const named = one.view === 'surprisal' || one.view === 'edges' ? name.replace(/^\d+:\d+ /, '') : name;
        // Equal tokens have one name: of them nothing is said here.
        if (rows.filter((row) => String(row[0]).endsWith(named)).length > 1) continue;
        if (was.has(named)) assert.equal(before, was.get(named), `${one.view}, ${name}, before`);
        if (is.has(named)) assert.equal(after, is.get(named), `${one.view}, ${name}, after`);
        assert.equal(difference, after - before);
        if (was.has(named) || is.has(named)) compared++;
        if (difference !== 0) moved++;
      }
      assert.ok(compared > 0, `${one.view}: ${JSON.stringify([...was.keys()])} ${JSON.stringify(rows)}`);
      assert.ok(one.view === 'expert-report' || moved > 0, `${one.view}: nothing moved`);
      // The longest bar is full, and a difference is drawn as long as it is on that scale.
      const shares = await drawn
        .nth(one.part)
        .locator('.bar')
        .evaluateAll((bars) => bars.map((bar) => Number((bar as HTMLElement).style.getPropertyValue('--share'))));
      assert.equal(Math.max(...shares), 1, `${one.view}: one scale`);
    }
  };

  it('of a mixture: why, edges, stages, experts, surprisal, lens, typed words and what comes next', async () => {
    await open('qwen3moe-q8_0.gguf');
    await holds(MIXTURE);
    await inNarrowColumn(view, async (standing) => assert.deepEqual(await standing(), []));
    await list().getByText('Remove all').click();
    await view.complete();
    assert.equal((await exported('next')).beforeAndAfter, undefined);
    assert.equal(await view.page.locator('.before-after:visible').count(), 0);
  });

  it('of a dense model: neurons, too', async () => {
    await open('llama-q8_0.gguf');
    await holds(DENSE);
  });

  it('what fails says what failed, the last good numbers stay, and it can be tried again', async () => {
    await open('qwen3moe-q8_0.gguf');
    await cut('L0H1 = scale(0.9)');
    await view.openTab('edges');
    await view.complete();
    const why = view.section('why');
    const heading = (): Promise<string | null> => why.locator('[data-reading="compared"] h3').first().textContent();
    const good = await heading();
    refused = 'why';
    await view.section('text').locator('.token').nth(3).click();
    const failed = why.locator('.compared-failed');
    await failed.filter({ hasText: 'Before and after could not be compared: <b>no memory</b>' }).waitFor();
    assert.equal(await heading(), good, 'the last good comparison stays');
    await failed.filter({ hasText: 'What stands below is of what was looked at before.' }).waitFor();
    assert.equal(await why.locator('.compared-parts.stale').count(), 1);
    assert.equal((await exported('why')).beforeAndAfter, undefined, 'and in no file, under another token’s name');
    assert.equal(await failed.locator('b').count(), 0);
    refused = null;
    await failed.getByText('Try again').click();
    await failed.waitFor({ state: 'hidden' });
    assert.notEqual(await heading(), good);
    assert.equal(await why.locator('.compared-parts.stale').count(), 0);

    refused = 'weights';
    await view.section('text').locator('.token').nth(5).click();
    const changes = view.section('changes');
    await changes.locator('.compared-failed').filter({ hasText: 'could not be compared' }).waitFor();
    assert.ok((await changes.locator('.compared tbody tr').count()) > 0);
  });
});
