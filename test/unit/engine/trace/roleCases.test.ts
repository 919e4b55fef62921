import assert from 'node:assert/strict';
import { matchingBrackets } from '../../../../src/engine/trace/brackets';
import { roleCases } from '../../../../src/engine/trace/roleCases';
import { tokensOf } from '../../../support/pieces';

describe('role cases', () => {
  it('pairs brackets by nesting, leaves out neighbours and those that do not fit', () => {
    const { tokens, text } = tokensOf(['', 'f', '(', 'a', '[', 'i', ']', ',', '(', ')', ')', '}', '({', 'x', '})']);
    assert.deepEqual(matchingBrackets(tokens, text), [
      { open: 4, close: 6 },
      { open: 8, close: 9 },
      { open: 2, close: 10 },
      { open: 12, close: 14 },
      { open: 12, close: 14 },
    ]);
    const { bracket } = roleCases(
      tokens.map(({ id }) => id),
      tokens,
      text,
    );
    assert.deepEqual(
      bracket.queries.map((query) => [query, ...bracket.keysOf(query)]),
      [
        [6, 4],
        [10, 2],
        [14, 12],
      ],
    );
  });

  it('has the pair around a pair, and for the predictor the token before the closing one', () => {
    const { tokens, text, ids } = tokensOf(['', 'f', '(', 'a', '[', 'i', 'j', ']', ',', '(', ')', ')']);
    const { bracket, 'bracket-ahead': ahead } = roleCases(ids, tokens, text);
    const told = (role: typeof bracket): unknown =>
      role.queries.map((query) => [query, role.keysOf(query), role.decoysOf!(query)]);
    assert.deepEqual(told(bracket), [
      [7, [4], [2]],
      [11, [2], []],
    ]);
    assert.deepEqual(told(ahead), [
      [6, [4], [2]],
      [10, [2], []],
    ]);
  });

  it('knows what followed the same token before', () => {
    const { tokens, text, ids } = tokensOf(['', 'a', 'b', 'a', 'c', 'a']);
    const { induction, 'same-token': same } = roleCases(ids, tokens, text);
    assert.deepEqual(
      induction.queries.map((query) => [query, induction.keysOf(query)]),
      [
        [3, [2]],
        [5, [2, 4]],
      ],
    );
    assert.deepEqual(
      same.queries.map((query) => [query, same.keysOf(query)]),
      [
        [3, [1]],
        [5, [1, 3]],
      ],
    );
  });

  it('does not count the token itself as what followed', () => {
    const { tokens, text, ids } = tokensOf(['', 'x', 'x', 'x']);
    const { induction } = roleCases(ids, tokens, text);
    assert.deepEqual(
      induction.queries.map((query) => [query, induction.keysOf(query)]),
      [[3, [2]]],
    );
  });

  it('has no previous token across the added BOS', () => {
    const { tokens, text, ids } = tokensOf(['', 'a', 'b']);
    const cases = roleCases(ids, tokens, text);
    assert.deepEqual(cases['previous-token'].queries, [2]);
    assert.deepEqual(cases['first-token'].queries, [2]);
  });
});
