/** What the chain-of-thought page draws of a short trace: its words and numbers as read out, its figures as SVG. */
import assert from 'node:assert/strict';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { root } from '../../../scripts/lib/paths.mjs';
import type { ReasoningPanelHostApi } from '../../../src/protocol/reasoningPanelApi';
import type { Handlers } from '../../../src/protocol/rpc';
import { openChainOfThought, type ChainOfThought } from '../driver/chainOfThought';
import { assertDrawing, assertReadOut } from '../driver/snapshot';

/** Random weights, which stay when the bundled model is trained anew. */
const MODEL = path.join(root, 'test', 'fixtures', 'models', 'qwen3moe-q8_0.gguf');
/** The second sum is wrong. */
const TRACE =
  '<think>\nAnn has 5 pens. She buys 3 more: 5 + 3 = 8.\nThen she gives 2 away: 8 - 2 = 5.\nSo 5 are left.\n</think>\n5\n';

const PROBLEM = 'Ann has 5 pens. She buys 3 more and gives 2 to Bob. How many pens does Ann have now?';

/** What a model is asked to write would be another with every training: this is made up. */
const PLAYED: Partial<Handlers<ReasoningPanelHostApi>> = {
  solve: ({ withSteps, written = '' }) => ({
    text: withSteps ? `${written}She gives 2 away: 8 - 2 = 6\n#### 6` : '7',
    ids: [],
    answer: withSteps ? '6' : '7',
    ending: 'end',
    ms: 1,
    modelName: 'played',
    prompt: 'native',
    confidence: withSteps ? { chance: 0.3, isKnown: false, unsure: { right: 12, of: 40 } } : null,
  }),
  problems: ({ count }) =>
    Array.from({ length: count }, (_, i) => ({
      language: 'en',
      question: `Problem ${i + 1}?`,
      steps: [],
      answer: '1',
    })),
  cut: ({ steps: all }, { progress }) => {
    const cuts = all.map((step) => ({
      step,
      before: 0.9,
      after: 0.9 - step / 5,
      answerBefore: '5',
      answerAfter: step > 1 ? '6' : '5',
      kl: Float32Array.from(all, (other) => (other > step ? (other - step) / 2 : NaN)),
    }));
    for (const ablation of cuts) progress({ kind: 'cut', ablation });
    return cuts;
  },
  receivers: () => {
    const matrix = (weight: number): Float32Array => Float32Array.from({ length: 16 }, (_, at) => weight / (1 + at));
    return {
      heads: [0.4, 0.2].map((weight, head) => ({ layer: 1, head, kurtosis: 3 - head, scores: [weight, 0.1, 0.05, 0] })),
      matrices: [matrix(0.4), matrix(0.2)],
    };
  },
  resample: ({ step, count, seed }, { progress }) => {
    const resampling = {
      step,
      samples: count,
      sampling: { seed, temperature: 0.7, topP: 0.95 },
      changed: 6,
      rightKept: 0.9,
      rightReplaced: 0.4,
      kept: [
        { answer: '5', count: 9 },
        { answer: '6', count: 1 },
      ],
      replaced: [
        { answer: '6', count: 6 },
        { answer: '5', count: 4 },
      ],
      kl: 0.8,
    };
    progress({ kind: 'sample', done: count, resampling });
    return resampling;
  },
  compare: ({ steps: all }, { progress }) => {
    const rows = all.map((steps) => ({
      steps,
      trials: 10,
      tooLong: steps > 6 ? { context: 1000, tokens: 1200, withExamples: true } : null,
      direct: { right: 8 - steps, interval: [0.4 - steps / 20, 0.9 - steps / 20] as [number, number] },
      stepwise: { right: 9, interval: [0.6, 0.98] as [number, number] },
    }));
    progress({ kind: 'rows', done: 10 * rows.length, rows });
    return rows;
  },
  usedReasoning: () =>
    (['early', 'filler', 'sums', 'paraphrased', 'mistake', 'renamed', 'resampled'] as const).map((altered, i) => ({
      altered,
      trials: 20,
      same: { count: 20 - 2 * i, interval: [0.9 - i / 10, 1 - i / 20] },
      implied: { count: i, interval: [0, 0.4] },
      other: { count: i, interval: [0, 0.4] },
      ...(altered === 'early' && { after: [0, 1, 2].map((kept) => ({ same: 6 + 7 * kept, trials: 20 })) }),
    })),
  testTime: () => ({
    curves: [
      { name: 'vote', tokens: [40, 80, 160], right: [0.5, 0.6, 0.7] },
      { name: 'refined', tokens: [40, 90], right: [0.5, 0.8] },
    ],
    ways: (['greedy', 'vote', 'likeliest', 'refined', 'random', 'calculator'] as const).map((name, i) => ({
      name,
      right: 0.5 + i / 20,
      low: 0.3,
      high: 0.9,
      tokens: 40 * (i + 1),
    })),
    accepted: 12,
    falseAccepts: 3,
  }),
};

/** On fresh problems, below the trace → what is there when it was run. */
const RUNS = { compare: 'svg .plot-dot', used: 'tbody tr', 'test-time': 'tbody tr' };

const LEFT_OUT: Record<string, string> = {
  status: 'what is under way, and what failed',
  selection: 'selected.test.ts reads it',
  start: 'a form',
  writing: 'there while a model writes',
  looked: 'holds figure, detail, ablation and receivers',
  toolbar: 'buttons',
  export: 'buttons',
  others: 'others.test.ts',
};

describe('A chain of thought, drawn', () => {
  let view: ChainOfThought;
  const section = (name: string): Locator => view.steps.section(name);
  before(async () => {
    view = await openChainOfThought({}, PLAYED);
    view.choose(MODEL);
    await view.text('trace.txt', TRACE);
    await view.steps.shown();
    await view.steps.look();
    await view.steps.press('ArrowRight');
    await view.steps.at(/^Step 2 of/);
    await view.steps.section('figure').locator('path.arc').first().waitFor({ state: 'attached' });
    await view.steps.section('figure').locator('.point').first().waitFor({ state: 'attached' });
    await view.steps.section('detail').locator('.bars .value').first().waitFor();
    // What a direct answer would have been is asked last.
    await view.steps
      .section('answer')
      .getByText(/reads it: /)
      .waitFor();
    await view.settled();
  });
  after(() => view.close());

  for (const name of ['answer', 'figure', 'detail']) {
    it(`${name}, read out`, () => assertReadOut(section(name), `reasoning/${name}`));
  }

  it('steps, read out', () => assertReadOut(view.page.locator('.steps'), 'reasoning/steps'));

  it('its figure', () => assertDrawing(section('figure').locator('svg:visible').first(), 'reasoning/figure.svg'));

  it('ablation, read out: each step cut, one written anew', async () => {
    const ablation = section('ablation');
    await ablation.getByText('Cut each step').click();
    await view.steps.ended();
    await ablation.getByText('Write it anew').click();
    await ablation.locator('.side-by-side').waitFor();
    await view.steps.ended();
    await assertReadOut(ablation, 'reasoning/ablation');
  });

  it('receivers, read out', async () => {
    const receivers = section('receivers');
    await receivers.locator('summary').first().click();
    await receivers.locator('.chip').first().waitFor();
    await receivers.getByRole('img', { name: /^Colours run from/ }).waitFor();
    await assertReadOut(receivers, 'reasoning/receivers');
  });

  for (const [name, there] of Object.entries(RUNS)) {
    it(`${name}, read out, and its plot`, async () => {
      await section(name).locator('summary').first().click();
      await section(name).getByText('Run', { exact: true }).click();
      await section(name).locator(there).first().waitFor({ state: 'attached' });
      await view.steps.ended();
      await view.settled();
      await assertReadOut(section(name), `reasoning/${name}`);
      for (const plot of await section(name).locator('svg.plot-area:visible').all())
        await assertDrawing(plot, `reasoning/${name}.svg`);
    });
  }

  it('branches, read out', async () => {
    await view.file('asked.jsonl', JSON.stringify({ question: PROBLEM, answer: '5 + 3 = 8\n8 - 2 = 6\n#### 6' }), 0);
    const branches = section('branches');
    await branches.locator('textarea').fill('She buys 40 more: 5 + 40 = 45');
    await branches.getByText('Go on from here').click();
    await branches.locator('table.diff').waitFor();
    await assertReadOut(branches, 'reasoning/branches');
  });

  it('ability, read out', async () => {
    view.held.add('read');
    await view.text('problem.txt', PROBLEM);
    await section('ability').locator('.problems li').first().waitFor();
    await assertReadOut(section('ability'), 'reasoning/ability');
  });

  it('has every section of the page, but for those left out', async () => {
    const sections = await view.page
      .locator('[data-section]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-section')!));
    const drawn = ['answer', 'figure', 'detail', 'steps', 'ablation', 'receivers', ...Object.keys(RUNS), 'branches', 'ability']; // prettier-ignore
    assert.deepEqual(sections.sort(), [...drawn, ...Object.keys(LEFT_OUT)].sort());
  });
});
