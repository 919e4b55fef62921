/** The retellings' plainest errors have their verdicts, and each experiment's card has the controls that make it a test. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CLAIMS, type Verdict } from '../../../../src/shared/history/claims';
import { experimentOf } from '../../../../src/milestones';
import type { CheckedNumbers } from '../../../../src/protocol/milestones';

/** What is told wrongly in the retellings, or only half rightly, and cannot be left without a verdict. */
const TOLD: Readonly<Record<string, Verdict>> = {
  'stanford-lab-brought-altman-and-cox': 'wrong',
  'transformer-cat-paper': 'wrong',
  'transformer-ten-years-ago': 'wrong',
  'rivals-walked-out': 'partly',
  'search-ads-tens-of-billions': 'wrong',
  'youtube-from-a-crisis': 'wrong',
  'copilot-4': 'cannot-be-checked',
  'claude-3-next': 'wrong',
  'gemini-25-pro-in-2024': 'wrong',
  'olympiad-same-team': 'cannot-be-checked',
  'all-recurrent-before': 'wrong',
  'displaced-after-2023': 'wrong',
  'phil-rebuilt-by-dean': 'cannot-be-checked',
  'cat-only-enough-data': 'partly',
  'nothing-to-everything': 'opinion',
  'cat-not-dog': 'partly',
  'hundreds-of-thousands-of-servers': 'cannot-be-checked',
  'ten-times-fewer-parameters': 'cannot-be-checked',
  'every-large-model-is-one': 'wrong',
  'backpropagation-enough': 'wrong',
  'whole-context-used': 'wrong',
  'alphago-programs': 'partly',
  'robots-separate-pipelines': 'cannot-be-checked',
  'few-have-a-scenario': 'cannot-be-checked',
  'serving-sum-2015': 'wrong',
  'self-attention-any': 'partly',
  'phil-george-herrick': 'wrong',
  'unitree-bought-for-show': 'partly',
  'robots-bubble': 'opinion',
  'robots-like-digital-humans': 'opinion',
  'robots-only-vla': 'opinion',
  'code-red': 'partly',
  'translation-12-hours': 'partly',
  'translation-three-days': 'wrong',
  'one-word-one-vector': 'wrong',
  'small-models-too': 'wrong',
  'show-the-work': 'partly',
  'vit-cheaper': 'partly',
  'low-precision-enough': 'partly',
  'misinformation-the-risk': 'holds',
};

/** Rows that a card cannot do without: what else could have made the effect, or have had it for less. */
const CONTROLS: Readonly<Record<string, readonly string[]>> = {
  'sudden-or-gradual': [
    'of its rise within one doubling: solutions wholly right',
    'of its rise within one doubling: log-probability of the whole solution',
    'of its rise within one doubling: numbers right where first written',
    'of its fall within one doubling: tokens to be changed',
    'the same for an even rise over all doublings',
    'said beforehand by the product of the probabilities',
  ],
  transformer: [
    'text: LSTM',
    'text: Transformer',
    'text: counting trigrams',
    'text: counting single symbols',
    'recall: LSTM',
    'recall: Transformer',
    'recall: guessing among the things stated',
  ],
  alphago: [
    'search with random playouts, no value net',
    'given away by a move: drawn by lot',
    'given away by a move: search without the policy',
    'given away by a move: search without nets',
    'given away by a move: search without nets, as long by the clock',
    'given away by a move: search without nets, four times as many',
  ],
  'sparse-experts': [
    'facts never shown: right, dense',
    'facts never shown: right, most experts',
    'bundled model: what the token tells of the expert',
    'bundled model: what the topic tells beyond the token',
  ],
  'chain-of-thought': [
    'a wrong number is carried into the next step',
    'the right number comes back',
    'the right number goes on after a strange line',
    'gain from prompting alone',
  ],
  distillation: ['label smoothing, same part', 'the teacher’s other probabilities permuted, same part'],
  phil: [
    'bits per byte, gzip after what was read',
    'bits per byte, brotli after what was read',
    'bits per byte, xz after what was read',
    'bits per byte from nothing, xz',
    'bits per byte from nothing, back-off',
  ],
  word2vec: ['right, nearest to the third word alone', 'right, question’s words allowed'],
  tpu: [
    'multiply-adds a byte of weights, a token written',
    'multiply-adds a byte that a TPU v1 needs (our sum; its paper draws 1,350)',
  ],
  'cat-neuron': [
    'best of 16 principal components, no names told',
    'template of the mean cat, names told',
    'best unit before learning',
    'best unit where the names are shuffled',
    'dogs that fire it',
  ],
  alexnet: ['without, as many weights', 'without, as many multiply-adds', 'epochs to 25 % errors, tanh'],
  backpropagation: [
    'median sweeps to all 64 right, unsolved nets among them',
    'solved nets whose weights are as 1 : 2 : 4',
    'nets solved by random trials',
    'nets solved with numeric gradients',
  ],
};

/** What a finding may not keep to itself: the part of the told claim that did not show. */
const ADMITTED: Readonly<Record<string, RegExp>> = {
  alphago: /the nets do not pay/,
  alexnet: /tanh needs more epochs .* does not show/,
  'sudden-or-gradual': /cut off at/,
  tpu: /weights have 8 bits already/,
  olympiad: /no gain over as many tokens at random lines/,
  'chain-of-thought': /was not measured.*Prompting alone/,
  chatgpt: /not both told from zero/,
  'sparse-experts': /chosen by this result.*the dense net was the better one/,
  'cat-neuron': /From 16 units to the largest/,
};

const checkedOf = (id: string): CheckedNumbers =>
  JSON.parse(readFileSync(`src/milestones/${id}/checked.json`, 'utf8')) as CheckedNumbers;

describe('what the history promises', () => {
  for (const [id, verdict] of Object.entries(TOLD)) {
    it(`tells of “${id}” that it is: ${verdict}`, () => {
      assert.equal(CLAIMS.find((claim) => claim.id === id)?.verdict, verdict);
    });
  }

  for (const [id, rows] of Object.entries(CONTROLS)) {
    it(`has the controls of ${id} on its card`, () => {
      const names = checkedOf(id).rows.map(({ name }) => name);
      assert.deepEqual(
        rows.filter((name) => !names.includes(name)),
        [],
      );
    });
  }

  for (const [id, words] of Object.entries(ADMITTED)) {
    it(`says in the finding of ${id} what did not show`, () => {
      const { rows } = checkedOf(id);
      const { text } = experimentOf(id).trial.finding((name) => rows.find((row) => row.name === name));
      assert.match(text, words);
    });
  }
});
