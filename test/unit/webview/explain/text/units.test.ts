import assert from 'node:assert/strict';
import { sums, unitsOf, type UnitKind } from '../../../../../webview/explain/text/units';
import { tokensOf } from '../../../../support/pieces';

describe('units of the text', () => {
  const { tokens, text } = tokensOf([
    '',
    'get',
    'Total',
    '(',
    'a',
    '_b',
    ')',
    ' {',
    '\n',
    '  ret',
    'urn',
    ' a',
    '\n',
    '}',
  ]);
  const nodes = [{ name: 'getTotal', start: 0, end: text.length }, { name: 'body', start: text.indexOf('{'), end: text.length - 1 }]; // prettier-ignore
  const units = (kind: UnitKind): [string, number[]][] =>
    unitsOf(kind, tokens, text, 7, nodes).map((unit) => [unit.label, unit.tokens]);

  it('words gather their sub-word tokens, and equal words at different places stay apart', () => {
    assert.deepEqual(units('word'), [
      ['', [0]],
      ['getTotal', [1, 2]],
      ['(', [3]],
      ['a_b', [4, 5]],
      [')', [6]],
      [' {', [7]],
      ['\n', [8]],
      ['return', [9, 10]],
      ['a', [11]],
      ['\n', [12]],
      ['}', [13]],
    ]);
  });

  it('lines have their numbers in the document', () => {
    assert.deepEqual(units('line'), [
      ['', [0]],
      ['7 getTotal(a_b) {', [1, 2, 3, 4, 5, 6, 7, 8]],
      ['8 return a', [9, 10, 11, 12]],
      ['9 }', [13]],
    ]);
  });

  it('nodes take the tokens that are in no inner one', () => {
    assert.deepEqual(units('node'), [
      ['', [0]],
      ['getTotal', [1, 2, 3, 4, 5, 6, 13]],
      ['body', [7, 8, 9, 10, 11, 12]],
    ]);
  });

  it('every token counts once, so that sums stay what they were', () => {
    const row = tokens.map((_, i) => i + 1).slice(0, 12);
    for (const kind of ['token', 'word', 'line', 'node'] as const) {
      const rolled = unitsOf(kind, tokens, text, 1, nodes);
      assert.deepEqual(rolled.flatMap((unit) => unit.tokens).sort((a, b) => a - b), tokens.map((_, i) => i)); // prettier-ignore
      assert.equal(
        sums(rolled, row).reduce((a, b) => a + b, 0),
        78,
      );
    }
  });
});
