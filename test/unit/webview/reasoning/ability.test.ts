/** A solver that knows what it cannot: loops, questions without numbers, numbers that its steps leave out. */
import assert from 'node:assert/strict';
import { segment, stepsOf } from '../../../../src/reasoning/import/segment';
import { circlesFrom } from '../../../../src/shared/circles';
import { whyNot } from '../../../../webview/reasoning/ability';
import type { Shown } from '../../../../webview/reasoning/state';
import { wordShares } from '../../../../webview/reasoning/stepKinds';
import { answerSentences } from '../../../../webview/reasoning/words';

const linesOf = (text: string): Shown['steps'] => stepsOf(text, segment(text, { start: 0, end: text.length }, 'lines'));

function solved(question: string, text: string, answer: string | null): Shown {
  const steps = linesOf(text);
  const circles = circlesFrom(steps) ?? undefined;
  const origin = { kind: 'live' as const, modelName: 'm', prompt: 'native' as const, ending: 'length' as const };
  return { origin, question, expected: null, text, steps, answer, direct: null, circles, logprobs: [] };
}

describe('a solver that knows what it cannot', () => {
  it('tells a text that goes in circles from one that goes on', () => {
    const round = 'Tom buys 2: 3 + 2 = 5\nTom sells 2: 5 - 2 = 3\n';
    assert.equal(circlesFrom(linesOf(round.repeat(4))), 2);
    assert.equal(circlesFrom(linesOf(`First: 1 + 1 = 2\n${round.repeat(4)}Tom bu`)), 3, 'the last step is cut off');
    assert.equal(circlesFrom(linesOf('a: 1 + 1 = 2\nb: 2 + 1 = 3\nc: 3 + 1 = 4\nd: 4 + 1 = 5')), null);
    assert.equal(circlesFrom(linesOf(round.repeat(2))), null, 'twice is no circle');
    assert.equal(circlesFrom(linesOf(`Step by step: ${'0'.repeat(300)}`)), 0);
    assert.equal(circlesFrom(linesOf('It comes to 1000000.')), null);
  });

  it('says that it went in circles and did not answer, and nothing of what it would hold for likely', () => {
    const shown = solved('Tom has 3 pens. How many?', 'Tom has 3: 3 + 0 = 3\n'.repeat(31), '31');
    assert.equal(answerSentences(shown, [])[0], 'It went in circles from step 2 on and did not answer.');
    assert.match(whyNot(shown)!.can!, /^The bundled model was trained on short word problems/);
    assert.equal(whyNot(shown)!.why, '');
    const cut = solved('Tom has 3 pens. How many?', 'Tom has 3: 3 + 1 = 4', null);
    assert.match(answerSentences(cut, [])[0], /^It was cut off, since there was no more room, and did not answer\./);
    assert.deepEqual([whyNot(cut)!.why, whyNot(cut)!.can!.slice(0, 17)], ['', 'The bundled model']);
    const partly = solved('What has sides 7 cm and 12 cm?', 'It is 12 cm.\n'.repeat(31), null);
    assert.equal(whyNot(partly)!.why, 'Its steps do not use this number of the question: 7.');
  });

  it('names the numbers of the question that no step uses, and says where there are none', () => {
    const told = (question: string): string | null => whyNot(solved(question, '1: 5 + 3 = 8', '8'))?.why ?? null;
    assert.equal(told('Ann has 5 pens and gets 3. How many?'), null);
    assert.match(
      told('Ann has 5 pens, 3 cups and 40 hats. How many?')!,
      /^Its steps do not use this number of the question: 40\.$/,
    );
    assert.match(
      told('Ann has 5 of 1,200 pens, 3 of 40. How many?')!,
      /do not use these numbers of the question: 1200, 40\.$/,
    );
    const pens = 'Ann has 5 pens. She buys 3 more and gives 2 to Bob. How many?';
    const repeated = whyNot(solved(pens, 'She buys 3 more and gives 2 to Bob: 5 + 2 = 7', '7'))!.why;
    assert.equal(repeated, 'Its steps do not use this number of the question: 3.', 'said again, and not computed with');
    assert.match(told('Why is the sky blue?')!, /^This question gives no numbers\.$/);
    assert.equal(told('Ann has eight pens and three of five. How many?'), null, 'a number in words is one');
  });

  it('names the numbers that its steps make up, and says what it can do where a sum of its own is wrong', () => {
    const told = (question: string, text: string): string | null => whyNot(solved(question, text, '8'))?.why ?? null;
    const books = 'In how many ways can 4 books be arranged?';
    assert.equal(
      told(books, 'First 2 + 2 = 4\nThen 4 + 4 = 8'),
      'Its steps compute with a number that the question does not give: 2.',
    );
    assert.equal(
      told(books, '3 + 2 = 5\n5 + 4 = 9'),
      'Its steps compute with numbers that the question does not give: 3, 2.',
    );
    assert.equal(
      told(books, '4 × 6 is 24'),
      'Its steps compute with a number that the question does not give: 6.',
      'a word for its sign',
    );
    for (const [question, text] of [
      ['Tom has twice as many as 4. How many?', '4 * 2 = 8'],
      ['A quarter of half a dozen and three and 5?', '12 / 2 = 6\n6 + 3 = 9\n9 + 5 = 14'],
      ['打8折后4元，原价？', '4 * 10 = 40\n40 / 8 = 5'],
      ['1 h 30 min and 45 min?', '1 h 30 min + 45 min = 2 h 15 min'],
    ])
      assert.equal(told(question, text), null, question);
    assert.equal(told('He has 10 and 5.', '10 + 5 = 14'), '', 'the first sentence says that the sum is wrong');
  });

  it('of another model that did not answer only says what it did not use, and promises nothing', () => {
    const one = solved('Ann has 5 pens and gets 3. How many?', 'She has 5.\n'.repeat(31), null);
    const origin = { kind: 'live' as const, modelName: 'm', prompt: 'chat' as const, ending: 'length' as const };
    assert.deepEqual(whyNot({ ...one, origin }), {
      why: 'Its steps do not use this number of the question: 3.',
      can: null,
    });
    assert.equal(whyNot({ ...one, origin, answer: '5', circles: undefined }), null);
  });

  it('says that it does not know this kind, and what became of others that it was unsure of', () => {
    const one = solved('Ann has 5 pens and gets 3. How many?', '1: 5 + 3 = 8', '8');
    const unsure = { right: 3, of: 70 };
    assert.equal(whyNot({ ...one, confidence: { chance: 0.9, isKnown: true, unsure } }), null);
    const told = whyNot({ ...one, confidence: { chance: 0.1, isKnown: false, unsure } })!;
    assert.equal(told.why, 'It does not know this kind of problem: of 70 others that it was unsure of, it solved 3.');
    assert.match(told.can!, /^The bundled/);
    const both = solved('Ann has 5 pens, 3 cups and 40 hats. How many?', '1: 5 + 3 = 8', '8');
    assert.match(
      whyNot({ ...both, confidence: { chance: 0.1, isKnown: false, unsure } })!.why,
      /solved 3\. Its steps do not use this number of the question: 40\.$/,
    );
  });

  it('says nothing against what another wrote, or a problem of its own kind that it answered', () => {
    const one = solved('Why is the sky blue?', '1: 5 + 3 = 8', '8');
    assert.equal(whyNot({ ...one, expected: '9' }), null);
    assert.notEqual(whyNot({ ...one, expected: '9', answer: null }), null);
    assert.equal(whyNot({ ...one, origin: { kind: 'server', modelName: 'm', address: 'a', ending: 'end' } }), null);
    assert.equal(whyNot(null), null);
  });
});

describe('where the words went', () => {
  it('gives each kind its share of the words, the largest first; a step may be of several', () => {
    const step = (text: string, ...kinds: ('check' | 'compute' | 'plan')[]): Shown['steps'][number] => ({
      start: 0,
      end: text.length,
      text,
      equations: [],
      kinds,
    });
    const shares = wordShares([
      step('one two three', 'check', 'compute'),
      step('four', 'plan'),
      step('five six seven eight', 'check'),
    ]);
    assert.deepEqual(
      shares.map(({ kind, share }) => [kind, share]),
      [
        ['check', 7 / 8],
        ['compute', 3 / 8],
        ['plan', 1 / 8],
      ],
    );
  });
});
