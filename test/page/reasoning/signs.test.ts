/** The signs beside sums can be seen in every theme, words fit the numbers that they are said with, and no jargon stands alone. */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { contrast, type Rgb } from '../../../src/shared/color';
import { THEMES, type Theme } from '../../ui/driver/asAsked';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';

/** WCAG 2.1, 1.4.11: graphical objects. */
const SEEN = 3;
/** A right sum, a wrong one, one that builds on it. */
const SUMS = '<think>\nShe buys 3 more: 5 + 3 = 8.\nThen 8 - 2 = 5.\nSo 5 * 2 = 10 are left.\n</think>\n10\n';
const ONE = '<think>\nShe buys 3 more: 5 + 3 = 9.\n</think>\n9\n';

describe('Signs and words of a chain of thought', () => {
  let view: ChainOfThought;
  before(async () => {
    view = await openChainOfThought();
    await view.text('sums.txt', SUMS);
    await view.steps.shown();
  });
  after(() => view.close());

  for (const theme of Object.keys(THEMES) as Theme[]) {
    it(`✓, ✗ and ~ have a contrast of at least 3 : 1 (${theme})`, async () => {
      await view.setTheme(theme);
      await view.settled();
      for (const kind of ['right', 'wrong', 'builds']) {
        const sum = view.page.locator(`.steps .sum.${kind}`).first();
        const [color, background] = await sum.evaluate(colorsOf);
        const ratio = contrast(color, background);
        assert.ok(ratio >= SEEN, `${kind}: ${ratio.toFixed(2)}`);
      }
    });
  }

  it('says where the words went, and where a jump to the next wrong sum begins again', async () => {
    const steps = view.steps.section('steps');
    await steps.getByText(/^Where the words went .*: (?:[a-z ,]+ \d+%(?:, )?)+\.$/).waitFor();
    await view.steps.press('e');
    await view.steps.at(/^Step 2 of 3/);
    const again = view.page.getByText('That was the last wrong sum: from the first again.').first();
    assert.ok(!(await again.isVisible()));
    await view.steps.press('e');
    await again.waitFor();
    await view.steps.at(/^Step 2 of 3/);
  });

  it('has a cell for each step at a glance, coloured by kind, wrong ones marked; one leads to its step', async () => {
    const cells = view.page.locator('.minimap .cell');
    assert.equal(await cells.count(), 3);
    assert.deepEqual(
      await cells.evaluateAll((all) => all.map((cell) => cell.getAttribute('class'))),
      Array.from({ length: 3 }, () => 'cell kind-compute'),
    );
    const marks = view.page.locator('.minimap .mark');
    assert.deepEqual(
      await marks.evaluateAll((all) => all.map((mark) => [mark.getAttribute('class'), mark.getAttribute('data-step')])),
      [
        ['mark wrong', '1'],
        ['mark builds', '2'],
      ],
    );
    assert.equal(await cells.nth(1).locator('title').textContent(), 'Step 2 · compute · wrong sum');
    await cells.nth(2).click();
    await view.steps.at(/^Step 3 of 3/);
  });

  it('lists the steps with certain words, of a kind, or with a wrong sum, and folds them', async () => {
    const steps = view.steps.section('steps');
    /** Rows follow a frame behind what is asked for. */
    const become = async (...expected: string[]): Promise<void> => {
      const bodies = (): Promise<string[]> => view.steps.all.locator('.body').allTextContents();
      for (let frames = 0; frames < 100 && !isDeepStrictEqual(await bodies(), expected); frames++) await view.settled();
      assert.deepEqual(await bodies(), expected);
    };
    const all = ['She buys 3 more: 5 + 3 = 8.', 'Then 8 - 2 = 5.', 'So 5 * 2 = 10 are left.'];
    const which = steps.getByRole('combobox', { name: 'Which steps are listed' });
    await which.locator('option', { hasText: /^with a wrong sum \(1\)$/ }).waitFor({ state: 'attached' });
    await which.selectOption('wrong');
    await become(all[1]);
    await which.selectOption('builds');
    await become(all[2]);
    await which.selectOption('all');
    await steps.getByRole('searchbox').fill('BUYS');
    await become(all[0]);
    await steps.getByRole('searchbox').fill('');
    await become(...all);
    await steps.getByRole('checkbox', { name: 'Fold long steps' }).check();
    await steps.locator('.steps.folded').waitFor();
    await steps.getByRole('checkbox', { name: 'Fold long steps' }).uncheck();
  });

  it('what the record has and is not shown is told, and what a reader made of an imported trace is off at first', async () => {
    const record = { question: 'How many?', answer: '3 + 4 = 7.\nSo seven.\n#### 7', notes: 'Twelve words.' };
    await view.file('noted.json', JSON.stringify(record), 0);
    const place = view.steps.section('answer').locator('.place');
    await place.filter({ hasText: /not shown: notes \(13 characters\)/ }).waitFor();
    assert.equal(await view.steps.section('looked').getAttribute('open'), null);
  });

  it('one thing is not told as several, and heads are not told by their kurtosis', async () => {
    await view.text('one.txt', ONE);
    await view.steps.section('answer').locator('.place', { hasText: 'one.txt' }).waitFor();
    await view.steps.look();
    await view.steps.section('receivers').locator('summary').first().click();
    await view.settled();
    const words = await view.page.locator('body').innerText();
    assert.match(words, /First wrong sum: step 1, 5 \+ 3 = 9; it is 8\./);
    assert.deepEqual(words.match(/(?<![\d.,])1 (?:steps|sums|tokens|problems|chunks|traces|characters)\b/g), null);
    assert.doesNotMatch(words, /kurtosis|with a wrong sum: \d|All 1\b/i);
  });
});

/** Runs in the page: the colour of an element and of the first background behind it that covers. */
function colorsOf(element: Element): [Rgb, Rgb] {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  const drawn = (color: string): number[] => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  let behind: Element | null = element;
  while (behind && drawn(getComputedStyle(behind).backgroundColor)[3] < 255) behind = behind.parentElement;
  const color = drawn(getComputedStyle(element).color).slice(0, 3);
  const background = drawn(getComputedStyle(behind ?? document.documentElement).backgroundColor).slice(0, 3);
  return [color, background] as unknown as [Rgb, Rgb];
}
