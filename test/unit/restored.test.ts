/** Kept states that another version, a crash or somebody else has left: pages start with what fits, and never fail. */
import assert from 'node:assert/strict';
import { seededRandom } from '../../src/shared/random';
import { MILESTONES } from '../../src/shared/history/timeline';
import { FRESH, restore as restoreMilestones } from '../../webview/milestones/saved';
import { traceJson, traceMarkdown } from '../../webview/reasoning/exports';
import { restored, save } from '../../webview/reasoning/saved';
import { emptyState, tokensOf, type Shown, type State } from '../../webview/reasoning/state';
import { answerSentences, originSentence } from '../../webview/reasoning/words';
import { isLong } from '../support/long';
import { mutant } from '../support/mutants';

const STATES = isLong ? 5000 : 1500;

const text = 'First 2 + 3 = 5. Then 5 * 2 = 11.\n#### 11';
const shown: Shown = {
  origin: { kind: 'server', modelName: 'tiny', address: 'http://127.0.0.1/v1', ending: 'end' },
  question: 'How many?',
  expected: '10',
  text,
  steps: [
    {
      text: text.slice(0, 16),
      start: 0,
      end: 16,
      equations: [{ text: '2 + 3 = 5', start: 6, end: 15, stated: 5, computed: 5, right: true, rounded: false }],
    },
    {
      text: text.slice(17, 33),
      start: 17,
      end: 33,
      equations: [{ text: '5 * 2 = 11', start: 22, end: 32, stated: 11, computed: 10, right: false, rounded: false }],
    },
    { text: text.slice(34), start: 34, end: 41, equations: [], isAnswer: true },
  ],
  division: 'found',
  answer: '11',
  direct: { text: '9', answer: '9' },
  logprobs: [{ start: 0, end: 5, logprob: -1 }],
};
const state = (): State => ({
  ...emptyState(),
  shown,
  position: 1,
  curve: [0.1, NaN, 0.3, 0.4],
  reach: { whole: 3, withQuestion: true, context: 1024 },
  pending: { question: 'And then?', expected: null, whom: 'vscode' },
  cuts: new Map([
    [
      0,
      { step: 0, kl: Float32Array.of(NaN, 0.5, 0.25), before: 0.5, after: 0.2, answerBefore: '11', answerAfter: null },
    ],
  ]),
});

describe('kept states', function () {
  this.timeout(60_000);

  it('of a chain of thought come back as they were', () => {
    const kept = JSON.parse(JSON.stringify(save(state()))) as unknown;
    assert.deepEqual(restored(kept), state());
  });

  it(`of a chain of thought: ${STATES} broken ones are left, or can be shown whole`, () => {
    const kept = JSON.stringify(save(state()));
    const random = seededRandom(14);
    let used = 0;
    for (let i = 0; i < STATES; i++) {
      const broken = mutant(JSON.parse(kept), random);
      const back = restored(broken);
      if (!back?.shown) continue;
      used++;
      // All that draws and exports it reads the same fields.
      const about = JSON.stringify(broken).slice(0, 2000);
      assert.doesNotThrow(() => {
        answerSentences(back.shown!, back.curve);
        originSentence(back.shown!, back);
        back.shown!.steps.forEach((_, step) => tokensOf(back, step));
        traceMarkdown(back);
        traceJson(back);
      }, about);
    }
    assert.ok(used > STATES / 20 && used < STATES, `${used} are shown`);
  });

  it(`of the history: ${STATES} broken ones come back with what fits`, () => {
    const card = {
      paper: { text: 'a' },
      rows: [{ name: 'x', value: 1, unit: 'share', interval: [0, 2] }],
      why: { text: 'b', args: ['c'] },
    };
    const kept = JSON.stringify({
      ...FRESH,
      seed: 7,
      options: { tpu: { size: 3, mode: 'a', on: true } },
      inputs: { tpu: { field: 'text' } },
      runs: { tpu: { seed: 3, card }, phil: { seed: 2, card: null } },
      verdict: 'true',
      search: 'words',
    });
    assert.deepEqual(restoreMilestones(JSON.parse(kept)), JSON.parse(kept));
    const random = seededRandom(15);
    for (let i = 0; i < STATES; i++) {
      const { tab, entry, seed, verdict, search, runs, options, inputs } = restoreMilestones(
        mutant(JSON.parse(kept), random),
      );
      assert.ok(tab === 'story' || tab === 'verdicts');
      assert.ok(MILESTONES.some(({ id }) => id === entry));
      assert.ok(Number.isSafeInteger(seed) && seed >= 0 && seed < 2 ** 32);
      assert.equal(typeof verdict + typeof search, 'stringstring');
      for (const run of Object.values(runs)) {
        assert.ok(Number.isSafeInteger(run.seed));
        if (run.card) assert.ok(run.card.rows.every(({ value }) => typeof value === 'number'));
      }
      for (const one of [...Object.values(options), ...Object.values(inputs)]) assert.equal(typeof one, 'object');
    }
  });
});
