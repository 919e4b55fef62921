/** Which word is a token part of? Signs that a token begins with stay, and Chinese words are those of a dictionary. */
import assert from 'node:assert/strict';
import type { PanelToken } from '../../../src/protocol/explanation';
import { begunWord, cameWord, expectedWord, hanRest, wordAt } from '../../../src/shared/wordAt';

/** The token that `piece` is where it stands in the text the first time. */
function tokenOf(text: string, piece: string): PanelToken {
  const charStart = text.indexOf(piece);
  assert.notEqual(charStart, -1);
  const at = { start: charStart, end: charStart + piece.length, charStart, charEnd: charStart + piece.length };
  return { id: 0, label: piece, ...at };
}
const word = (text: string, piece: string): string => wordAt(text, tokenOf(text, piece));
const expected = (text: string, before: string, then: string): string =>
  expectedWord(text, tokenOf(text, before), then);

describe('the word at a token', () => {
  it('is the whole word, of whichever piece', () => {
    assert.equal(word('let watchedPaths = x', 'ched'), 'watchedPaths');
    assert.equal(word('der größte Wert', 'röß'), 'größte');
    assert.equal(word('call(x)', 'll('), 'call');
  });

  it('is whole also where the token begins with signs, which stay', () => {
    assert.equal(word('this.options.loose && x', '.lo'), '.loose');
    assert.equal(word("f('name')", "('na"), "('name");
    assert.equal(word('a &&= b', ' &&='), '&&=');
  });

  it('has begun where letters stand before what is expected, and not behind a sign or a blank', () => {
    const begun = (text: string, before: string, then: string): string => begunWord(text, tokenOf(text, before), then);
    assert.equal(begun('if err != n', ' n', 'et'), 'n');
    assert.equal(begun('opts.dev', 'dev', 'major'), 'dev');
    assert.equal(begun('opts.dev', 'dev', ' major'), '');
    assert.equal(begun('this.', '.', 'loose'), '');
    assert.equal(begun('语句中缺', '缺', '失'), '缺');
  });

  it('is the number of an accent that stands alone, which would be drawn on its neighbour', () => {
    assert.equal(word('(e + \u0301)', '\u0301'), 'U+0301');
  });

  it('is the word of a dictionary in Chinese, expected or not', () => {
    assert.equal(word('语句中缺少括号', '少'), '缺少');
    assert.equal(word('语句中缺少括号', '缺'), '缺少');
    assert.equal(word('语句中（缺少括号', '（缺'), '（缺少');
    assert.equal(expected('语句中缺', '缺', '失'), '缺失');
    assert.equal(expected('语句中缺', '中', '缺失'), '缺失');
    assert.equal(hanRest('在编辑器中打', '开文件'), '开');
    assert.equal(hanRest('打开', '文件'), '');
    assert.equal(hanRest('open ', '文件'), '');
  });

  it('goes on behind signs that are no difference to what was expected', () => {
    const came = (text: string, piece: string, other: string): string => cameWord(text, tokenOf(text, piece), other);
    assert.equal(came('img.avatar {', '.', '.logo'), '.avatar');
    assert.equal(came('f(total)', '(', '(item'), '(total');
    assert.equal(came('f(total)', '(', '[item'), '(');
    assert.equal(came('f(1 + a)', '(', '(item'), '(1');
    assert.equal(came('f( a)', '(', '(item'), '(');
    assert.equal(came('sum = in', 'in', 'inside'), 'in');
  });

  it('is finished by what was expected after its beginning', () => {
    assert.equal(expected('getPositionalGroup', 'Positional', 'Keys'), 'getPositionalKeys');
    assert.equal(expected('a = b', ' =', ' c'), 'c');
  });
});
