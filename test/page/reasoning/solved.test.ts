/** The chain-of-thought page as a person uses it on a problem: solve, step, cut, write anew, branch, compare, export. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { tinyModelBytes } from '../../support/tinyModel';
import { axeIn } from '../../ui/driver/axe';
import type { ReasoningSteps } from '../../ui/driver/reasoningSteps';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';
import { cutOff } from '../driver/narrow';

const PROBLEM = 'Ann has 5 pens. She buys 3 more. She gives 2 to Bob. How many pens does Ann have now?';

describe('A problem, step by step', () => {
  let view: ChainOfThought;
  let page: Page;
  let steps: ReasoningSteps;
  before(async () => {
    view = await openChainOfThought();
    ({ page, steps } = view);
  });
  after(() => view.close());

  const section = (name: string): Locator => steps.section(name);

  it('is solved, with both answers side by side, and a curve', async () => {
    await view.text('problem.txt', PROBLEM);
    await steps.shown();
    assert.equal(await steps.ended(), 'done');
    assert.match((await section('answer').textContent())!, /Step by step: \d+.*Directly\d+Step by step\d+/s);
    await steps.all.nth(1).waitFor();
    await section('figure').locator('.point').nth(2).waitFor();
  });

  it('steps by keyboard; the step’s tokens are coloured, what it looked at adds up', async () => {
    await steps.press('ArrowRight');
    await steps.at(/^Step 2 of/);
    await page.keyboard.press('End');
    await steps.at(/^Answer of/);
    await page.keyboard.press('Home');
    await steps.at(/^Step 1 of/);
    await page.locator('.step[aria-selected="true"] .token').nth(3).waitFor();
    await section('detail').locator('.bars .value').first().waitFor();
    const values = await section('detail').locator('.bars .value').allTextContents();
    const total = values.reduce((sum, value) => sum + parseFloat(value), 0);
    assert.ok(Math.abs(total - 100) < 1, values.join(' '));
  });

  it('draws arcs from the step to those before it, and names the experts that it used in each layer', async () => {
    await page.keyboard.press('ArrowRight');
    await section('figure')
      .getByRole('img', { name: /^Step 2: arcs/ })
      .waitFor();
    await section('figure').locator('path.arc.own').nth(1).waitFor({ state: 'attached' });
    await section('detail').locator('.experts li').nth(5).waitFor();
    const experts = await section('detail').locator('.experts li').allTextContents();
    assert.equal(experts.length, 6);
    for (const [layer, words] of experts.entries())
      assert.match(words, new RegExp(`^Layer ${layer}: \\d+ \\(\\d+%\\)`));
    await page.keyboard.press('Home');
  });

  it('cuts a step and says what changes', async () => {
    await section('ablation').getByText('Cut it').click();
    await section('ablation')
      .getByText(/Without sight of it, the chance of \d+ goes from/)
      .waitFor();
  });

  it('has no accessibility violation, and nothing is cut off in a narrow column', async () => {
    assert.deepEqual(await axeIn(page.mainFrame()), []);
    assert.deepEqual(await cutOff(view), []);
  });

  it('writes a step anew, as often as was asked for', async () => {
    await steps.press('ArrowRight');
    const ablation = section('ablation');
    await ablation.getByLabel('Times').fill('2');
    await ablation.getByText('Write it anew').click();
    await ablation.getByText(/With the step kept, \d+%? of 2 samples end at \d+/).waitFor();
    const counts = await ablation.locator('.side-by-side > div').first().locator('.bars .value').allTextContents();
    assert.equal(
      counts.reduce((sum, count) => sum + Number(count), 0),
      2,
    );
  });

  it('can be stopped while it writes anew: what had come by then stays', async () => {
    const ablation = section('ablation');
    await ablation.getByLabel('Times').fill('200');
    await ablation.getByText('Write it anew').click();
    const sentence = ablation.getByText(/With the step kept, .* of (?!200 )\d+ samples end at/);
    await sentence.waitFor();
    await section('status').getByText('Cancel').click();
    assert.equal(await steps.ended(), 'done');
    assert.match((await sentence.textContent())!, /of 1?\d?\d samples end at \d+/);
  });

  it('exports the trace as Markdown and JSON, the picture as SVG and PNG', async () => {
    const exported = async (button: string): Promise<string | Uint8Array> => {
      const before = view.files.length;
      await section('export').getByText(button, { exact: true }).click();
      for (const deadline = Date.now() + 30_000; view.files.length === before; await page.waitForTimeout(20))
        assert.ok(Date.now() < deadline, `nothing is written as ${button}`);
      return view.files.at(-1)!.content;
    };
    const markdown = String(await exported('Markdown'));
    assert.match(markdown, /^# Step by step: \d+.*\| 1 \| .* \| ✓ /s);
    // The first step was cut above, the second written anew.
    const [cut] = /^\| Step 1 \| [\d.]+ \| [\d.]+% \| [\d.<]+% \| \d+ \| 2: [\d.]+.*\|$/m.exec(markdown) ?? [];
    assert.ok(cut, markdown);
    assert.match(markdown, /^\| Step 2 \| \d+ \| \d+ \| \d+% \| \d+% \| [\d.]+ \| \d+ × \d+.* \| 1 \|$/m);
    const json = JSON.parse(String(await exported('JSON'))) as {
      steps: {
        surprisal: unknown[];
        cut: { meanKl: number; kl: (number | null)[] } | null;
        resampled: object | null;
      }[];
    };
    const [first, second] = json.steps;
    assert.ok(cut.startsWith(`| Step 1 | ${first.cut!.meanKl.toFixed(2)} |`));
    assert.deepEqual([first.cut!.kl[0], typeof first.cut!.kl[1], second.cut], [null, 'number', null]);
    assert.deepEqual([first.resampled, typeof second.resampled], [null, 'object']);
    assert.ok(first.surprisal.length > 3);
    assert.match(String(await exported('Picture (SVG)')), /^<svg[^>]*>.*<path/s);
    const png = (await exported('Picture (PNG)')) as Uint8Array;
    assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from('PNG')]);
  });

  it('edits a step, goes on from there, and shows both branches', async () => {
    const branches = section('branches');
    await branches.locator('textarea').fill('She buys 40 more: 5 + 40 = 45');
    await branches.getByText('Go on from here').click();
    await branches.locator('table.diff tr.changed').first().waitFor();
    assert.match((await branches.locator('.sentence-small').textContent())!, /The answer (stays|changes)/);
    assert.match((await branches.locator('table.diff').textContent())!, /\+ She buys 40 more: 5 \+ 40 = 45/);
  });

  it('compares direct answers with steps on fresh problems, and draws what it has', async () => {
    const compare = section('compare');
    await compare.locator('summary').first().click();
    await compare.getByLabel('Problems for each').fill('1');
    await compare.getByText('Run', { exact: true }).click();
    await compare.getByText(/After 8 problems: directly \d+% right, step by step \d+%/).waitFor();
    await compare.locator('svg .plot-dot').nth(15).waitFor({ state: 'attached' });
    await compare.getByText(/bundled model was trained with worked steps.*Wei et al\. 2022.*100 billion/).waitFor();
  });

  it('changes its steps on fresh problems, and says what becomes of the answer, after each step, too', async () => {
    const used = section('used');
    await used.locator('summary').click();
    await used.getByText('shows that the text is used; it does not show that the text says why').waitFor();
    await used.locator('input').first().fill('3');
    await used.locator('input').nth(1).fill('2');
    await used.locator('vscode-button').first().click();
    await used.locator('tbody tr').nth(6).waitFor();
    await steps.state('done');
    const cells = await used
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll('td')].map(({ textContent }) => textContent)));
    assert.equal(cells.length, 7);
    const [solved] = new Set(cells.map(([, trials]) => trials));
    assert.ok(Number(solved) > 0);
    assert.match(
      (await used.locator('.sentence-small').first().textContent())!,
      /: It solved only [1-3] of 3 problems, too few to tell: .* Said in other words it stays in \d+%\.$/,
    );
    assert.match(
      (await used.locator('.early').textContent())!,
      /^Answers as before where it has to answer at once, before the first step: \d+%; after step 1: \d+%; after step 2: \d+%\.$/,
    );
  });

  it('spends more tokens on fresh problems, and draws right answers against them, by the model’s name', async () => {
    const spending = section('test-time');
    await spending.locator('summary').first().click();
    await spending.getByLabel('Problems', { exact: true }).fill('1');
    await spending.getByLabel('Steps', { exact: true }).fill('2');
    await spending.getByLabel('Solutions sampled for each problem').fill('2');
    await spending.getByText('Run', { exact: true }).click();
    await spending
      .getByText(/attention-explainer.*: Written once it is right in \d+% \[.*by vote in .*checked and refined/)
      .waitFor();
    assert.equal(await spending.locator('tbody tr').count(), 6);
    await spending.locator('svg .plot-dot').nth(3).waitFor({ state: 'attached' });
  });

  it('keeps trace and position when it was hidden', async () => {
    const before = [await steps.position(), await steps.all.first().textContent()];
    await view.reload();
    await steps.shown();
    assert.equal(await steps.ended(), 'done');
    assert.deepEqual([await steps.position(), await steps.all.first().textContent()], before);
  });

  it('says of a problem of another kind that it does not know it, and what it does know', async () => {
    await view.text(
      'school.txt',
      'A cyclist rides 45 km in 3 hours. How many minutes does she need for 10 km at that speed?',
    );
    const ability = section('ability');
    await ability
      .getByText(/^It does not know this kind of problem: of \d+ others that it was unsure of, it solved \d+\./)
      .waitFor();
    await ability.locator('.problems li').nth(2).waitFor();
    assert.deepEqual(await axeIn(page.mainFrame()), []);
  });
});

describe('Problems of the page’s own list', () => {
  it('one is solved, whose right answer the page knows', async () => {
    const view = await openChainOfThought();
    const { steps } = view;
    const problem = steps.section('start').locator('.problems button').nth(2);
    await problem.waitFor();
    const invitation = steps.section('start').getByRole('heading', { level: 1 });
    assert.match((await invitation.textContent())!, /^Give a model a problem/);
    const question = await problem.textContent();
    await problem.click();
    await steps.shown();
    assert.equal(await steps.ended(), 'done');
    const answer = steps.section('answer');
    assert.equal(await answer.locator('.question').textContent(), question);
    await invitation.waitFor({ state: 'hidden' });
    // A wrong sum is said before the answer.
    const said = (await answer.textContent())!;
    const found = /Step by step: (.*?), which is (right|wrong)(?:; right is (.*?))?\./.exec(said);
    assert.ok(found, said);
    const [, given, verdict, right = given] = found;
    // Directly and step by step, side by side: each with its own answer, and whether that is the right one.
    const ways = answer.locator('.way');
    assert.deepEqual(await ways.locator('h2').allTextContents(), ['Directly', 'Step by step']);
    const [directly, stepwise] = await ways.locator('.given').allTextContents();
    assert.equal(stepwise, `${given} ${verdict === 'right' ? '✓ right' : '✗ wrong'}`);
    const [own, mark] = directly.split(/ (?=[✓✗])/);
    assert.equal(mark, own === right ? '✓ right' : '✗ wrong', `${own}, where ${right} is right`);
    // At one moment: they are drawn anew as more is known.
    const [left, beside] = await ways.evaluateAll((all) =>
      all.map((way) => way.getBoundingClientRect().toJSON() as DOMRect),
    );
    assert.ok(beside.left >= left.right && Math.abs(beside.top - left.top) < 1, 'in two columns');
    await view.close();
  });

  it('those that the model’s context has no room for are named, and the others counted', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'attention-page-'));
    const model = path.join(folder, 'short.gguf');
    // A token for each byte, no chat template: the worked examples leave little room.
    writeFileSync(model, tinyModelBytes({ context: 1000 }));
    const view = await openChainOfThought();
    const { steps } = view;
    const offered = (name: string): Promise<void> =>
      steps.section('start').locator('option', { hasText: name }).waitFor({ state: 'attached' });
    await offered('with attention-explainer');
    view.choose(model);
    await offered('with short');
    const compare = steps.section('compare');
    await compare.locator('summary').first().click();
    await compare.getByLabel('Problems for each').fill('1');
    await compare.getByText('Run', { exact: true }).click();
    await compare
      .getByText(
        /After \d problems: .* Left out: problems of [\d, ]*8 steps\. The model’s context is 1000 tokens, and these with their worked examples take up to \d+/,
      )
      .waitFor();
    await steps.state('empty');
    await steps.section('start').locator('textarea').fill('Ann has 5 pens. '.repeat(80));
    await steps.section('start').getByText('Solve', { exact: true }).click();
    await steps.alert.filter({ hasText: /context is 1000 tokens/ }).waitFor();
    await view.close();
    rmSync(folder, { recursive: true });
  });
});

describe('A problem of a kind that the model was not made for', () => {
  it('goes in circles: said first, with what was not used, three that it can, and who might do better', async () => {
    const view = await openChainOfThought();
    const { steps, page } = view;
    await view.text(
      'area.txt',
      'How many square metres is a garden 7 m wide and 12 m long, without a pond of 9 square metres?',
    );
    await steps.shown();
    assert.equal(await steps.ended(), 'done');
    const answer = steps.section('answer');
    assert.match(
      (await answer.locator('h1').textContent())!,
      /^It (?:went in circles from step \d+ on|was cut off, .*) and did not answer\.$/,
    );
    const ability = steps.section('ability');
    await ability
      .getByText(/^Its steps do not use (?:this number|these numbers) of the question: (?:\d+, )?9\.$/)
      .waitFor();
    await ability.getByText(/^A larger model may do better/).waitFor();
    for (const name of ['Choose model…', 'Ask a model of VS Code', 'Connect a server…'])
      await ability.getByText(name, { exact: true }).waitFor();
    // The next problem is asked at the top, above what came of this one.
    const next = steps.section('start').locator('summary');
    assert.equal(await next.textContent(), 'Another problem, or a trace from a file');
    assert.ok((await next.boundingBox())!.y < (await answer.boundingBox())!.y);
    const examples = ability.locator('.problems button');
    await examples.nth(2).waitFor();
    assert.equal(await examples.count(), 3);
    assert.deepEqual(await axeIn(page.mainFrame()), []);
    assert.deepEqual(await cutOff(view), []);
    // One of its own kind is one click away, and nothing speaks against its answer then.
    await examples.first().click();
    await answer
      .getByText(/^Step by step: .*, which is (?:right|wrong)/)
      .first()
      .waitFor();
    await ability.waitFor({ state: 'hidden' });
    await view.close();
  });
});
