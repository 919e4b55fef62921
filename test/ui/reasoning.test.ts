/** Step Through Chain of Thought as a person does it: solve, step by keyboard, jump to an error, import, broken files. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { tinyModelBytes } from '../support/tinyModel';
import { startWorkbench, type Workbench } from './driver/workbench';

const TITLE = 'Step Through Chain of Thought';
const WAIT = 60_000;

/** The second sum is wrong. */
const WRONG =
  '<think>\nAnn has 5 pens. She buys 3 more: 5 + 3 = 8.\nThen she gives 2 away: 8 - 2 = 5.\nSo 5 are left.\n</think>\n5\n';
const PROBLEM = 'Ann has 5 pens. She buys 3 more. She gives 2 to Bob. How many pens does Ann have now?';

describe('Step Through Chain of Thought', () => {
  let workbench: Workbench;
  before(async () => {
    const files = {
      'problem.txt': `${PROBLEM}\n`,
      'wrong.txt': WRONG,
      'empty.txt': '',
      // A token for each byte, no chat template: the worked examples leave little room.
      'short.gguf': tinyModelBytes({ context: 1100 }),
      'broken.json': '{\n  "messages": [\n    {"role": "user" "content": 1}\n  ]\n}\n',
    };
    workbench = await startWorkbench({ open: 'problem.txt', files });
  });
  after(() => workbench.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await workbench.screenshot(`failed-${this.currentTest.title}`);
  });

  const section = (name: string) => workbench.panelFrame().locator(`[data-section="${name}"]`);
  const ended = async (): Promise<string> => {
    const app = workbench.panelFrame().locator('#app[data-state]:not([data-state="busy"])');
    await app.waitFor({ timeout: WAIT });
    return (await app.getAttribute('data-state'))!;
  };
  const position = (): Promise<string | null> => section('toolbar').locator('.place').textContent();
  const opened = async (title: string): Promise<void> => {
    // The file has a tab of its own.
    const tab = workbench.page.locator('.tab.active', { hasText: `Chain of Thought: ${title}` });
    await tab.waitFor({ timeout: WAIT });
    await workbench.panelFrame().locator('.step').first().waitFor({ timeout: WAIT });
  };
  const violations = async (): Promise<string[]> => {
    const body = await workbench.panelFrame().locator('body').elementHandle();
    const frame = await body!.ownerFrame();
    // As an expression: the page's policy forbids eval, and adds no script for us.
    await frame!.evaluate(readFileSync(path.join('node_modules', 'axe-core', 'axe.min.js'), 'utf8'));
    return frame!.evaluate(async () => {
      interface Axe {
        run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      }
      const { violations: found } = await (globalThis as unknown as { axe: Axe }).axe.run();
      return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    });
  };

  it('is in the context menu of a selected problem, solves it and shows both answers', async () => {
    await workbench.selectAll();
    await workbench.contextMenu(TITLE);
    await opened('problem.txt');
    assert.equal(await ended(), 'done');
    assert.match((await section('answer').textContent())!, /Step by step: \d+.*Directly\d+Step by step\d+/s);
    assert.ok((await workbench.panelFrame().locator('.step').count()) >= 2);
    await section('figure').locator('.point').nth(2).waitFor({ timeout: WAIT });
  });

  it('steps by keyboard; the step’s tokens are coloured, what it looked at adds up', async () => {
    const list = section('steps').locator('.steps');
    await list.focus();
    await workbench.page.keyboard.press('ArrowRight');
    assert.match((await position())!, /^Step 2 of/);
    await workbench.page.keyboard.press('End');
    assert.match((await position())!, /^Answer of/);
    await workbench.page.keyboard.press('Home');
    assert.match((await position())!, /^Step 1 of/);
    assert.ok((await workbench.panelFrame().locator('.step[aria-selected="true"] .token').count()) > 3);
    const values = await section('detail').locator('.bars .value').allTextContents();
    const total = values.reduce((sum, value) => sum + parseFloat(value), 0);
    assert.ok(Math.abs(total - 100) < 1, values.join(' '));
  });

  it('draws arcs from the step to those before it, and names the experts that it used in each layer', async () => {
    await workbench.page.keyboard.press('ArrowRight');
    await section('figure')
      .getByRole('img', { name: /^Step 2: arcs/ })
      .waitFor({ timeout: WAIT });
    await section('figure').locator('path.arc.own').nth(1).waitFor({ state: 'attached', timeout: WAIT });
    const experts = await section('detail').locator('.experts li').allTextContents();
    assert.equal(experts.length, 6);
    for (const [layer, words] of experts.entries())
      assert.match(words, new RegExp(`^Layer ${layer}: \\d+ \\(\\d+%\\)`));
    await workbench.page.keyboard.press('Home');
  });

  it('cuts a step and says what changes', async () => {
    await section('worth').getByText('Cut it').click();
    await section('worth')
      .getByText(/Without sight of it, the chance of \d+ goes from/)
      .waitFor({ timeout: WAIT });
  });

  it('has no accessibility violation', async () => {
    assert.deepEqual(await violations(), []);
  });

  it('keeps its position when it was hidden', async () => {
    await section('steps').locator('.steps').focus();
    await workbench.page.keyboard.press('ArrowRight');
    assert.match((await position())!, /^Step 2 of/);
    // Into the panel's own group, in front of it.
    await workbench.openFile('sample.ts');
    await workbench.showTab('Chain of Thought: problem.txt');
    await workbench.panelFrame().locator('.step').first().waitFor({ timeout: WAIT });
    assert.match((await position())!, /^Step 2 of/);
  });

  it('writes a step anew, as often as was asked for', async () => {
    const worth = section('worth');
    await worth.getByLabel('Times').fill('2');
    await worth.getByText('Write it anew').click();
    await worth.getByText(/With the step kept, \d+%? of 2 samples end at \d+/).waitFor({ timeout: WAIT });
    const counts = await worth.locator('.side-by-side > div').first().locator('.bars .value').allTextContents();
    assert.equal(
      counts.reduce((sum, count) => sum + Number(count), 0),
      2,
    );
  });

  it('can be stopped while it writes anew: what had come by then stays', async () => {
    const worth = section('worth');
    await worth.getByLabel('Times').fill('200');
    await worth.getByText('Write it anew').click();
    const sentence = worth.getByText(/With the step kept, .* of (?!200 )\d+ samples end at/);
    await sentence.waitFor({ timeout: WAIT });
    await section('status').getByText('Cancel').click();
    assert.equal(await ended(), 'done');
    assert.match((await sentence.textContent())!, /of 1?\d?\d samples end at \d+/);
  });

  it('edits a step, goes on from there, and shows both branches', async () => {
    const branches = section('branches');
    await branches.locator('textarea').fill('She buys 40 more: 5 + 40 = 45');
    await branches.getByText('Go on from here').click();
    await branches.locator('table.diff tr.changed').first().waitFor({ timeout: WAIT });
    assert.match((await branches.locator('.sentence-small').textContent())!, /The answer (stays|changes)/);
    assert.match((await branches.locator('table.diff').textContent())!, /\+ She buys 40 more: 5 \+ 40 = 45/);
  });

  it('compares direct answers with steps on fresh problems, and draws what it has', async () => {
    const compare = section('compare');
    await compare.locator('summary').first().click();
    await compare.getByLabel('Problems for each').fill('1');
    await compare.getByText('Run', { exact: true }).click();
    await compare.getByText(/After 8 problems: directly \d+% right, step by step \d+%/).waitFor({ timeout: WAIT });
    await compare.locator('svg .plot-dot').nth(15).waitFor({ state: 'attached', timeout: WAIT });
    await compare.getByText(/bundled model was trained with worked steps.*Wei et al\. 2022.*100 billion/).waitFor();
  });

  it('saves the trace as Markdown and JSON, the picture as SVG and PNG', async () => {
    const saved = async (button: string, name: string): Promise<Buffer> => {
      await section('export').getByText(button, { exact: true }).click();
      return readFileSync(await workbench.saveAs(name));
    };
    const markdown = (await saved('Markdown', 'trace.md')).toString();
    assert.match(markdown, /^# Step by step: \d+.*\| 1 \| .* \| ✓ /s);
    // The first step was cut above, the second written anew.
    const [cut] = /^\| Step 1 \| [\d.]+ \| [\d.]+% \| [\d.<]+% \| \d+ \| 2: [\d.]+.*\|$/m.exec(markdown) ?? [];
    assert.ok(cut, markdown);
    assert.match(markdown, /^\| Step 2 \| \d+ \| \d+ \| \d+% \| \d+% \| [\d.]+ \| \d+ × \d+.* \| 1 \|$/m);
    const { steps } = JSON.parse((await saved('JSON', 'trace.json')).toString()) as {
      steps: {
        surprisal: unknown[];
        cut: { meanKl: number; kl: (number | null)[] } | null;
        resampled: object | null;
      }[];
    };
    assert.ok(cut.startsWith(`| Step 1 | ${steps[0].cut!.meanKl.toFixed(2)} |`));
    assert.deepEqual([steps[0].cut!.kl[0], typeof steps[0].cut!.kl[1], steps[1].cut], [null, 'number', null]);
    assert.deepEqual([steps[0].resampled, typeof steps[1].resampled], [null, 'object']);
    assert.ok(steps.length >= 2 && steps[0].surprisal.length > 3);
    assert.match((await saved('Picture (SVG)', 'trace.svg')).toString(), /^<svg[^>]*>.*<path/s);
    const png = await saved('Picture (PNG)', 'trace.png');
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
  });

  it('keeps trace and position when VS Code starts again', async () => {
    const before = await position();
    const text = await workbench.panelFrame().locator('.step').first().textContent();
    await workbench.restart();
    await workbench.panelFrame().locator('.step').first().waitFor({ timeout: WAIT });
    assert.equal(await ended(), 'done');
    assert.equal(await position(), before);
    assert.equal(await workbench.panelFrame().locator('.step').first().textContent(), text);
  });

  it('imports the selected transcript, and jumps to the wrong sum', async () => {
    await workbench.openFile('wrong.txt');
    await workbench.selectAll();
    await workbench.runCommand(TITLE);
    await opened('wrong.txt');
    // The panel before it is on show for a moment longer.
    await section('answer')
      .getByText(/Imported from wrong\.txt/)
      .waitFor({ timeout: WAIT });
    assert.equal(await ended(), 'done');
    assert.match((await section('answer').textContent())!, /First wrong sum: step \d+, .*; it is /);
    await workbench.panelFrame().locator('.steps').focus();
    await workbench.page.keyboard.press('e');
    assert.match((await position())!, /^Step 3 of/);
    const wrong = workbench.panelFrame().locator('.step[aria-selected="true"] .sum.wrong');
    assert.equal(await wrong.getAttribute('aria-label'), '8 - 2 = 5: wrong, it is 6');
  });

  it('solves one of the fresh problems of its list, whose right answer it knows', async () => {
    await workbench.openFile('sample.ts');
    await workbench.goTo([1, 1]);
    await workbench.runCommand(TITLE);
    await workbench.page.locator('.tab.active', { hasText: /^Chain of Thought$/ }).waitFor({ timeout: WAIT });
    const problem = section('start').locator('.problems button').nth(2);
    await problem.waitFor({ timeout: WAIT });
    const invitation = section('start').getByRole('heading', { level: 1 });
    assert.match((await invitation.textContent())!, /^Give a model a problem/);
    const question = await problem.textContent();
    await problem.click();
    await workbench.panelFrame().locator('.step').first().waitFor({ timeout: WAIT });
    assert.equal(await ended(), 'done');
    assert.equal(await section('answer').locator('.question').textContent(), question);
    assert.ok(!(await invitation.isVisible()));
    // A wrong sum is said before the answer.
    const said = (await section('answer').textContent())!;
    const found = /Step by step: (.*?), which is (right|wrong)(?:; right is (.*?))?\./.exec(said);
    assert.ok(found, said);
    const [, given, verdict, right = given] = found;
    // Directly and step by step, side by side: each with its own answer, and whether that is the right one.
    const ways = section('answer').locator('.way');
    assert.deepEqual(await ways.locator('h2').allTextContents(), ['Directly', 'Step by step']);
    const [directly, stepwise] = await ways.locator('.given').allTextContents();
    assert.equal(stepwise, `${given} ${verdict === 'right' ? '✓ right' : '✗ wrong'}`);
    const [own, mark] = directly.split(/ (?=[✓✗])/);
    assert.equal(mark, own === right ? '✓ right' : '✗ wrong', `${own}, where ${right} is right`);
    const [left, beside] = [await ways.nth(0).boundingBox(), await ways.nth(1).boundingBox()];
    assert.ok(beside!.x >= left!.x + left!.width && Math.abs(beside!.y - left!.y) < 1, 'in two columns');
  });

  it('says by line and column where a broken file is broken', async () => {
    await workbench.openFile('broken.json');
    await workbench.selectAll();
    await workbench.runCommand(TITLE);
    await workbench.page
      .locator('.tab.active', { hasText: 'Chain of Thought: broken.json' })
      .waitFor({ timeout: WAIT });
    const message = workbench.panelFrame().getByRole('alert');
    await message.waitFor({ timeout: WAIT });
    assert.match((await message.textContent())!, /line 3, column 21/);
  });

  // The last: the choice of the model stays.
  it('says which problems the model’s context has no room for, and counts the others', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('empty.txt');
    await workbench.runCommand(TITLE);
    await workbench.runCommand('Choose Model…');
    await workbench.pick(/Open a GGUF file/);
    await workbench.pick('short.gguf');
    await section('start').locator('option', { hasText: 'with tiny' }).waitFor({ state: 'attached', timeout: WAIT });
    const compare = section('compare');
    await compare.locator('summary').first().click();
    await compare.getByLabel('Problems for each').fill('1');
    await compare.getByText('Run', { exact: true }).click();
    await compare
      .getByText(
        /After \d problems: .* Left out: problems of [\d, ]*8 steps\. The model’s context is 1100 tokens, and these with their worked examples take up to \d+/,
      )
      .waitFor({ timeout: WAIT });
    await workbench.panelFrame().locator('#app[data-state="empty"]').waitFor({ timeout: WAIT });
    await section('start').locator('textarea').fill('Ann has 5 pens. '.repeat(80));
    await section('start').getByText('Solve', { exact: true }).click();
    const message = workbench.panelFrame().getByRole('alert');
    await message.waitFor({ timeout: WAIT });
    assert.match(
      (await message.textContent())!,
      /context is 1100 tokens, and the problem, as it is asked, takes \d{4}/,
    );
  });
});
