/** What is said of a model whose steps were changed: by name, and how few solved problems tell nothing. */
import assert from 'node:assert/strict';
import type { AlteredReasoning, AlteredRow } from '../../../../src/protocol/reasoning';
import { earlySentence, usedSentence } from '../../../../webview/reasoning/usedWords';

const share = (count: number): AlteredRow['same'] => ({ count, interval: [0, 1] });
const row = (altered: AlteredReasoning, trials: number, same: number, implied = 0): AlteredRow => ({
  altered,
  trials,
  same: share(same),
  implied: share(implied),
  other: share(trials - same - implied),
});
const rowsOf = (solved: number): AlteredRow[] => [
  {
    ...row('early', solved, 0),
    after: [
      { same: 0, trials: 4 },
      { same: 3, trials: 4 },
    ],
  },
  row('filler', solved, 0),
  row('paraphrased', solved, solved),
  row('mistake', solved, 0, solved),
  row('renamed', solved, solved),
];

describe('whether the reasoning is used, in words', () => {
  it('names the model and what became of its answers', () => {
    const said = usedSentence(rowsOf(12), 'other', 20);
    assert.match(
      said,
      /^other: With a mistake in a step the answer follows the mistake in 100% of cases; .* stays in 0%\./,
    );
    assert.match(said, /Said in other words it stays in 100%\.$/);
    assert.equal(
      earlySentence(rowsOf(12)),
      'Answers as before where it has to answer at once, before the first step: 0%; after step 1: 75%.',
    );
  });

  it('says how many were solved where these are too few to tell, when all were tried', () => {
    assert.match(usedSentence(rowsOf(3), 'other', 200), /^other: It solved only 3 of 200 problems, too few to tell: /);
    assert.match(usedSentence(rowsOf(1), 'other', 200), /^other: It solved only 1 of 200 problems, too few to tell: /);
    assert.doesNotMatch(usedSentence(rowsOf(3), 'other', null), /too few/);
    assert.match(usedSentence(rowsOf(0), 'other', 200), /^other solved none of these problems rightly/);
    assert.equal(usedSentence(rowsOf(0), 'other', null), 'No problem was solved rightly yet.');
  });
});
