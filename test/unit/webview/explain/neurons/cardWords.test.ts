/** Words that ask for neurons: kinds of tokens, characters, a name. */
import assert from 'node:assert/strict';
import { TOKEN_KINDS } from '../../../../../src/protocol/neuronCards';
import { askedQuery, everyKind, foundWords, kindWords } from '../../../../../webview/explain/neurons/cardWords';

describe('words that ask for neurons', () => {
  it('kinds are found in a sentence, in the singular, and before a token; the rest is a token’s own characters', () => {
    assert.deepEqual(askedQuery('neurons for closing brackets'), { kind: 'closing-bracket', before: false });
    assert.deepEqual(askedQuery('Before a closing bracket'), { kind: 'closing-bracket', before: true });
    assert.deepEqual(askedQuery('later digits of a number'), { kind: 'later-digit', before: false });
    assert.deepEqual(askedQuery('numbers'), { kind: 'number', before: false });
    assert.deepEqual(askedQuery('return'), { characters: 'return' });
    assert.deepEqual(askedQuery('“commas”'), { characters: 'commas' });
    assert.deepEqual(askedQuery(' L4N33.29 '), { layer: 4, expert: 33, neuron: 29 });
    assert.deepEqual(askedQuery('l2n700'), { layer: 2, expert: null, neuron: 700 });
    assert.deepEqual(askedQuery('L3Nshared.5'), { layer: 3, expert: 'shared', neuron: 5 });
    assert.equal(askedQuery('  '), null);
    assert.deepEqual(askedQuery('('), { characters: '(' });
  });

  it('every kind that is offered asks for itself', () => {
    const offered = everyKind();
    assert.equal(new Set(offered).size, 2 * TOKEN_KINDS.length);
    offered.forEach((words, i) =>
      assert.deepEqual(
        askedQuery(words),
        { kind: TOKEN_KINDS[i % TOKEN_KINDS.length], before: i >= TOKEN_KINDS.length },
        words,
      ),
    );
    assert.equal(new Set(TOKEN_KINDS.map(kindWords)).size, TOKEN_KINDS.length);
  });

  it('what is found is told beside what shuffled weights give, where that was measured', () => {
    const found = { cards: [], neurons: 12_288, labelled: 2457, texts: { count: 47, tokens: 11_917 } };
    const shuffled = { labelled: [11, 14, 10], best: { precision: 0.25, recall: 0.05 } };
    assert.match(
      foundWords({ ...found, shuffled }, 'commas'),
      /2,457 of 12,288 neurons have a name.* With the weights shuffled 10–14 have a name\. The best for this of shuffled weights: commas: they are 25% of where it is on, and it is on at 5\.0% of them\.$/,
    );
    assert.doesNotMatch(foundWords({ ...found, shuffled: { ...shuffled, best: null } }, ''), /best for this/);
    assert.doesNotMatch(foundWords({ ...found, shuffled: null }, ''), /shuffled/);
  });
});
