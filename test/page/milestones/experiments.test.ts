/** Experiments that read texts, each run once: what they draw, answer and keep. */
import assert from 'node:assert/strict';
import { McapIndexedReader, TempBuffer } from '@mcap/core';
import type { Locator, Page } from 'playwright-core';
import type { CorruptedRow as Cases, Result as ChainResult } from '../../../src/milestones/chain-of-thought/options';
import { mcapOf } from '../../../src/milestones/vision-language-action/mcap';
import type { Answer as Seq2seqAnswer, Question as Seq2seqQuestion } from '../../../src/milestones/seq2seq/options';
import type { Question, Result } from '../../../src/milestones/vision-language-action/options';
import { axeIn } from '../../ui/driver/axe';
import type { MilestoneSteps } from '../../ui/driver/milestoneSteps';
import { openHistory, type History } from '../driver/history';
import { cutOff } from '../driver/narrow';

describe('Milestone experiments', () => {
  let view: History;
  let page: Page;
  let steps: MilestoneSteps;
  before(async () => {
    view = await openHistory({ shorter: { word2vec: { dims: 16, window: 2 }, phil: { order: 1, clusters: 8 } } });
    ({ page, steps } = view);
    await steps.shown();
  });
  after(() => view.close());

  const isSound = async (): Promise<void> => {
    assert.deepEqual(await axeIn(page.mainFrame(), { within: '[data-section="experiment"]' }), []);
    assert.deepEqual(await cutOff(view), []);
  };
  const array = (): Locator => page.locator('[data-section="systolic"]');
  const cycle = async (): Promise<string> => (await array().locator('.array-said').textContent())!;
  const load = (name: string): Locator => page.locator(`[data-load="${name}"]`);
  const slip = (): Locator => page.getByLabel('A mistyped word or identifier');
  const word = (label: string): Locator => page.getByLabel(label, { exact: true });
  const WORDS = {
    'Start from': 'queen',
    'take away': 'woman',
    add: 'man',
    'Word or identifier that was read': 'retry',
  };
  const answer = (): Locator =>
    page.locator('.w2v-answer', { hasText: 'queen − woman + man (the question’s words allowed)' });
  const haveWords = (): Promise<void> => steps.haveRun('word2vec', { words: '100000' });
  const haveSlips = (): Promise<void> => steps.haveRun('phil');
  /** With the run that ships: what a run comes to, its unit test says. */
  const haveArray = async (): Promise<void> => {
    await steps.open('tpu');
    if ((await steps.experiment.getAttribute('data-state')) !== 'done') await view.ended('tpu');
    await steps.state('done');
  };
  /** Puts a question to the calculator that it is not asked at the start; what it says. */
  async function asked(): Promise<string> {
    await haveWords();
    for (const [label, value] of Object.entries(WORDS)) await word(label).fill(value);
    await word('leave the question’s words out').uncheck();
    await answer().waitFor();
    return (await answer().textContent())!;
  }
  const calculatorIsAsLeft = async (answered: string): Promise<void> => {
    await answer().waitFor();
    assert.equal(await answer().textContent(), answered);
    for (const [label, value] of Object.entries(WORDS)) assert.equal(await word(label).inputValue(), value);
    assert.equal(await word('leave the question’s words out').isChecked(), false);
  };

  it('TPU: draws what was measured; a systolic array is stepped by keys; the sum follows', async () => {
    await haveArray();
    assert.match((await steps.card.locator('tbody').textContent())!, /router flips by int4/);
    assert.ok((await steps.experiment.locator('.plot-bar').count()) >= 12);
    assert.match(await cycle(), /Cycle 0 of 10 .*0 of 16 sums/);
    await array().locator('button').nth(2).click();
    assert.match(await cycle(), /Cycle 1 of 10 .*1 of 16 cells/);
    await page.keyboard.press('End');
    assert.match(await cycle(), /Cycle 10 of 10 .*16 of 16 sums/);
    await array().locator('summary').click();
    await array().locator('.table-body tbody tr').first().waitFor();
    assert.equal(await array().locator('.table-body tbody tr').count(), 16);
    await array().locator('select').first().selectOption('2');
    assert.match(await cycle(), /Cycle 0 of 6 /);
    const sum = page.locator('[data-section="capacity"] [role="status"]');
    assert.match((await sum.textContent())!, /1,000,000 × 3 × 200 ÷/);
    await steps.set(load('users'), '2000000');
    assert.match((await sum.textContent())!, /2,000,000 × 3 × 200 ÷/);
    await isSound();
  });

  it('Word2Vec: the calculator answers, says which word it does not know, and changes with the check box', async () => {
    await haveWords();
    const rows = page.locator('.w2v-answer tbody');
    assert.match((await rows.textContent())!, /^queen(?!.*king)/);
    await page.getByLabel('leave the question’s words out').uncheck();
    await rows.filter({ hasText: 'king' }).waitFor();
    await page.getByLabel('leave the question’s words out').check();
    await page.getByRole('button', { name: 'better − good + bad' }).click();
    await page.locator('.w2v-answer', { hasText: 'better − good + bad' }).waitFor();
    await page.getByLabel('Start from').fill('transformer');
    await page.getByLabel('Start from').press('Enter');
    await page.getByText('Not among the words of the old books: “transformer”').waitFor();
    await isSound();
  });

  it('PHIL: a mistyped identifier gets its word, a right one is known, another none', async () => {
    await haveSlips();
    const said = page.locator('.phil-form + [role="status"]');
    const ask = async (identifier: string, expected: RegExp): Promise<void> => {
      await slip().fill(identifier);
      await slip().press('Enter');
      await said.filter({ hasText: expected }).waitFor();
    };
    await ask('qqqqqqqqqq', /No learned word is one slip away/);
    await ask('retrun', /Did you mean: return/);
    await ask('return', /“return” is a word that was learned/);
    await isSound();
  });

  it('keeps what was set in an experiment’s own view, and asks again what was asked', async () => {
    await haveSlips();
    await slip().fill('retrun');
    await haveArray();
    await steps.set(load('users'), '2000000');
    await steps.set(load('minutes'), '7');
    // Left without leaving the field.
    await load('tokensPerMinute').fill('150');
    await array().locator('select').first().selectOption('3');
    await array().locator('.buttons button').nth(2).click();
    await array().locator('.buttons button').nth(2).click();
    const answered = await asked();
    await view.reload();
    await calculatorIsAsLeft(answered);
    await steps.open('phil');
    await page.getByText(/Did you mean: return/).waitFor();
    await steps.open('tpu');
    await page.getByText(/2,000,000 × 7 × 150 ÷/).waitFor();
    assert.equal(await load('users').inputValue(), '2000000');
    assert.match(await cycle(), /^Cycle 2 of 8 /);
  });

  it('has numbers after VS Code was started again, words and answer when the experiment is run again, and says that it is to be', async () => {
    const answered = await asked();
    const numbers = await steps.card.locator('tbody').textContent();
    await view.restart();
    await steps.open('word2vec');
    await steps.state('recalled');
    assert.equal(await steps.card.locator('tbody').textContent(), numbers);
    await page.getByText(/Run the experiment again for its picture/).waitFor();
    assert.equal(await steps.picture.isVisible(), false);
    assert.match((await steps.card.textContent())!, /here, seed 1/);
    await steps.run();
    await calculatorIsAsLeft(answered);
  });

  it('Sequence to sequence: each net writes a typed number, attention is drawn; a bad number is named', async () => {
    await steps.open('seq2seq');
    // What nets write, their unit test says; these leave out the last digit, and the one with attention does not.
    await view.ended('seq2seq', (_, question): Seq2seqAnswer => {
      const { number } = question as Seq2seqQuestion;
      const all = number.slice(0, -1);
      return {
        right: number,
        written: { vector: all, reversed: all, attention: number },
        weights: [...number, 0].map((_digit, step) => number.map((_given, place) => Number(place === step))),
      };
    });
    await steps.state('done');
    const own = page.locator('[data-section="own-number"]');
    const status = own.locator('[role="status"]');
    // Asked by itself when the nets have learned.
    await status.filter({ hasText: /Digits right: .*of \d/ }).waitFor();
    const field = own.getByLabel('A number');
    await field.fill('12a');
    await field.press('Enter');
    await status.filter({ hasText: '“a” is not a digit' }).waitFor();
    assert.equal(await own.locator('.s2s-digits').first().isVisible(), false);
    await field.fill('31 415-9');
    await field.press('Enter');
    await status.filter({ hasText: /one vector: 5 of 6 · .*attention: 6 of 6/ }).waitFor();
    assert.equal(await own.locator('.s2s-digits').first().textContent(), '314159');
    assert.equal(await own.locator('tbody tr').count(), 4);
    await own.getByText('→ read (key) · ↓ written (query)').waitFor();
    await own.locator('summary').click();
    await own.locator('.table-body thead', { hasText: '3₁1₂4₃1₄5₅9₆' }).waitFor();
    await isSound();
  });
});

describe('Milestone experiments, as they were checked', () => {
  let view: History;
  before(async () => {
    view = await openHistory();
  });
  after(() => view.close());
  /** What has just been unfolded is drawn a moment later. */
  const drawn = async (what: 'line' | 'bar', count: number): Promise<void> => {
    const all = view.steps.experiment.locator(`.plot-area .plot-${what}`);
    await all.nth(count - 1).waitFor({ state: 'attached' });
    assert.equal(await all.count(), count);
  };
  const isSound = async (): Promise<void> => {
    assert.deepEqual(await axeIn(view.page.mainFrame(), { within: '[data-section="experiment"]' }), []);
    assert.deepEqual(await cutOff(view), []);
  };

  it('Chain of thought under way: a bar of which no case is there yet is a dash', async () => {
    await view.steps.open('chain-of-thought');
    const soFar = (corrupted: Cases): Promise<void> =>
      view.underWay<ChainResult>('chain-of-thought', (result) => ({ ...result, corrupted }));
    await soFar({ wrong: [], strange: [] });
    await view.steps.state('running');
    await soFar({ wrong: ['restored'], strange: [] });
    const control = view.steps.experiment.locator('.plot-name', { hasText: 'control: with the right one' });
    await control.waitFor();
    // The page itself fails where something cannot be drawn (barePage).
    assert.equal(await control.locator('xpath=following-sibling::*[1]').textContent(), '–');
    await control.locator('xpath=following::summary[1]').click();
    const row = view.steps.experiment.locator('tbody tr', { hasText: 'control: with the right one' });
    assert.equal(await row.textContent(), 'control: with the right one––');
  });

  it('Machine translation: two curves, six ways, measured look-ups, and sums that are said to be simulated', async () => {
    const { page, steps } = view;
    await steps.open('machine-translation');
    await steps.experiment.getByText('Simulated, not measured').waitFor();
    await drawn('line', 2);
    await drawn('bar', 12);
    assert.equal(await page.locator('.sample .simple-table').count(), 6);
    assert.match((await steps.card.textContent())!, /5 seeds.*Stupid Backoff ahead in chrF of no language model/s);
    await isSound();
  });

  it('Vision Transformer: who names most from few drawings and from more, what blanking costs, and what each patch counts', async () => {
    const { steps } = view;
    await steps.open('vision-transformer');
    await steps.experiment.locator('.thumbnails li').nth(29).waitFor();
    await drawn('bar', 10);
    await drawn('line', 4);
    assert.match((await steps.card.textContent())!, /5 seeds.*4,000 drawings, recorded: convolutions ahead by/s);
    await isSound();
  });

  it('Vision, language, action: who obeys what, four tables, which word points where, and the loop’s messages', async () => {
    const { steps } = view;
    await steps.open('vision-language-action');
    await steps.experiment.locator('.thumbnails li').nth(3).waitFor();
    await drawn('bar', 29);
    const wider = await steps.experiment
      .locator('.thumbnails li:has(.hint)')
      .evaluateAll((all) => all.map((each) => each.clientWidth - each.querySelector('canvas')!.offsetWidth));
    assert.ok(wider.length === 4 && wider.every((pixels) => pixels <= 1), `captions: ${wider.join()}`);
    const messages = steps.experiment.locator('.simple-table', { hasText: '/goal_pose' });
    const first = await messages.textContent();
    await steps.experiment.getByLabel('Instruction', { exact: true }).selectOption({ index: 2 });
    assert.notEqual(await messages.textContent(), first);
    const goal = messages.locator('tr', { hasText: '/goal_pose' });
    assert.equal(await goal.locator('pre').isVisible(), false);
    await goal.locator('summary').focus();
    await view.page.keyboard.press('Enter');
    assert.match((await goal.locator('pre').textContent())!, /"frame_id": "table"/);
    // The log of a run that was kept cannot be asked for.
    assert.equal(await steps.experiment.locator('[data-action="save-log"]:visible').count(), 0);
    await isSound();
  });

  it('Vision, language, action: Save as MCAP hands over the chosen instruction’s log, which Foxglove’s own library reads', async () => {
    const { steps, logs } = view;
    await steps.open('vision-language-action');
    assert.deepEqual(await view.exportable(), ['sheet', 'sheet-both']);
    // That a run of one's own answers so, its unit test says.
    await view.ended<Result>('vision-language-action', ({ seen }, question) =>
      mcapOf(seen[(question as Question).seen].log),
    );
    await steps.state('done');
    assert.deepEqual(await view.exportable(), ['sheet', 'sheet-both', 'log']);
    const field = steps.experiment.getByLabel('Instruction', { exact: true });
    await field.selectOption({ index: 2 });
    const instruction = await field.locator('option').nth(2).textContent();
    await steps.experiment.getByRole('button', { name: 'Save as MCAP' }).click();
    await view.page.getByText('Saved.').first().waitFor({ state: 'attached' });
    assert.deepEqual(logs.map(({ title }) => title), ['table-top']); // prettier-ignore
    const reader = await McapIndexedReader.Initialize({ readable: new TempBuffer(logs[0].file) });
    const said: unknown[] = [];
    for await (const { data } of reader.readMessages({ topics: ['/instruction'] }))
      said.push(JSON.parse(new TextDecoder().decode(data)));
    assert.deepEqual(said, [{ data: instruction }]);
  });

  it('ChatGPT: a curve for each judge, what the rewards promise, and what each picks', async () => {
    const { steps } = view;
    await steps.open('chatgpt');
    await steps.experiment.getByText('nobody: the first').first().waitFor();
    await drawn('line', 12);
    await drawn('bar', 6);
    assert.match((await steps.card.textContent())!, /5 seeds.*160 preferences ahead of length alone/s);
    // As in the first picture, where its name stands at its line.
    const learned = steps.experiment.locator('.plot-legend li', { hasText: '160 preferences, by the rule' });
    assert.equal(await learned.locator('.plot-line.series-0').count(), 1);
    assert.equal(await steps.experiment.locator('[data-section="clicks"]').isVisible(), false);
    await isSound();
  });

  it('ChatGPT: a person judges pairs by keys, steps back, and their reward picks; a first sentence falls out of the window', async () => {
    const { page, steps } = view;
    await steps.open('chatgpt');
    await steps.choose({ samples: '4' });
    await steps.run();
    const clicks = steps.experiment.locator('[data-section="clicks"]');
    const status = clicks.locator('[data-clicks="status"]');
    await status.getByText(/^Pair 1 of \d+$/).waitFor();
    const shown = await clicks.locator('.gpt-pair').textContent();
    await clicks.locator('[data-answer="2"]').focus();
    await page.keyboard.press('Enter');
    await status.getByText(/^Pair 2 of/).waitFor();
    assert.notEqual(await clicks.locator('.gpt-pair').textContent(), shown);
    await clicks.getByText('your choices').first().waitFor();
    await clicks.locator('[data-clicks="back"]').click();
    await status.getByText(/^Pair 1 of/).waitFor();
    assert.equal(await clicks.locator('.gpt-pair').textContent(), shown);
    await clicks.getByText('your choices').first().waitFor({ state: 'detached' });
    const count = Number(/\d+$/.exec((await status.textContent())!)![0]);
    await clicks.locator('[data-clicks="neither"]').click();
    for (let at = 1; at < count; at++) await clicks.locator('[data-answer="1"]').click();
    await status.getByText(`All ${count} pairs are judged.`).waitFor();
    await clicks.getByText(new RegExp(`foretells \\d of ${count - 1};`)).waitFor();
    const window = steps.experiment.locator('[data-section="window"]');
    await window.getByText(/the window 8,192\. Some of the first sentence stays/).waitFor();
    await steps.set(window.getByLabel('Said first of all'), 'Call me Ishmael.');
    await window.getByLabel('Tokens of the window').selectOption('256');
    await window.getByText(/From turn \d+ on, nothing of the first sentence is in sight/).waitFor();
    assert.match((await window.locator('del').textContent())!, /^….+/s);
    await isSound();
  });

  it('A million tokens: five curves by length, four live and four recorded ones with places that turn, look-alikes, memory both ways, and the gate that was passed', async () => {
    const { steps } = view;
    await steps.open('long-context');
    await steps.experiment.getByText('The gate is passed').waitFor();
    await drawn('line', 16);
    await drawn('bar', 3);
    assert.match((await steps.card.textContent())!, /5 seeds.*won back by sharper scores/s);
    await isSound();
  });
});

describe('Milestone experiments without files', () => {
  let view: History;
  before(
    async () =>
      void (view = await openHistory({
        workspace: null,
        shorter: { word2vec: { dims: 8, window: 2 }, phil: { order: 1, clusters: 8 } },
      })),
  );
  after(() => view.close());

  it('PHIL learns from the words of this history, and says so beside the picture and on the card', async () => {
    const { steps } = view;
    await steps.open('phil');
    await steps.run();
    await steps.picture.getByText('The workspace is small: learned from').waitFor();
    assert.match((await steps.card.textContent())!, /The workspace is small, so what was learned/);
    assert.ok((await steps.picture.locator('.plot-bar').count()) > 5);
  });

  it('Word2Vec learns from them too', async () => {
    const { steps } = view;
    await steps.open('word2vec');
    await steps.set('words', '100000');
    await steps.run();
    await steps.experiment.getByText('The workspace has too few identifiers: ').waitFor();
    assert.match((await steps.card.textContent())!, /learned the words of this history/);
    assert.deepEqual(await cutOff(view), []);
  });
});
