/** Two chains of thought side by side: what each comes to, where they part, and which of the two sums is wrong there. */
import assert from 'node:assert/strict';
import { axeIn } from '../../ui/driver/axe';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';
import { cutOff } from '../driver/narrow';
import { SEEN_IN } from '../driver/seenIn';
import { assertReadOut } from '../driver/snapshot';

const record = (answer: string): string => JSON.stringify({ question: 'How many pens are left?', answer });
const OWN = 'She buys 3 more: 5 + 3 = 8\nShe gives 2 away: 8 - 2 = 6\n#### 6';
const WRONG = 'She buys 3 more: 5 + 3 = 9\nShe gives 2 away: 9 - 2 = 7\n#### 7';

describe('Beside another chain of thought', () => {
  let view: ChainOfThought;
  before(async () => {
    view = await openChainOfThought();
    await view.file('own.jsonl', record(OWN), 0);
    await view.steps.shown();
    await view.besides('two.jsonl', `${record(WRONG)}\n${record(OWN)}\n`);
  });
  after(() => view.close());
  const others = (): ReturnType<ChainOfThought['steps']['section']> => view.steps.section('others');

  it('says what each comes to and the first step that differs, and of several how their answers part', async () => {
    await others().locator('summary').click();
    await others().getByText('Compare with…').click();
    await others()
      .getByText('This one comes to 6, the other to 7. They first part at step 1: here 5 + 3 = 8, there 5 + 3 = 9.')
      .waitFor();
    assert.deepEqual(await others().locator('.answers li').allTextContents(), [
      'Answer 6: 2 times, this one among them',
      'Answer 7: once; the first of them parts from this one at step 1',
    ]);
    await assertReadOut(others(), 'reasoning/others');
  });

  it('marks in both which sum is right, and which is wrong or builds on a wrong one', async () => {
    const rows = others().locator('tbody tr');
    assert.equal(await rows.count(), 3);
    const signs = (column: number): Promise<string[]> =>
      others().locator(`tbody tr td:nth-child(${column}) .sum`).allTextContents();
    assert.deepEqual(await signs(1), ['✓', '✓']);
    assert.deepEqual(await signs(3), ['✗ 8', '⚠']);
    assert.deepEqual(await others().locator('tbody .sign').allTextContents(), ['≠', '≠', '']);
  });

  it('the other one of them is chosen; no rule of accessibility is broken, and nothing is cut off', async () => {
    for (const theme of SEEN_IN.toReversed()) {
      await view.setTheme(theme);
      assert.deepEqual(await axeIn(view.page.mainFrame()), [], theme);
    }
    assert.deepEqual(await cutOff(view), []);
    await others().locator('select').selectOption('1');
    await others()
      .getByText(/^Both come to 6\. Where both calculate/)
      .waitFor();
    assert.equal(await others().locator('tr.differs').count(), 0);
  });
});
