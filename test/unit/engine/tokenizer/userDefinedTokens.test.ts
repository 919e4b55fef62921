import assert from 'node:assert/strict';
import { UserDefinedTokens, type Fragment } from '../../../../src/engine/tokenizer/userDefinedTokens';
import { utf8Length } from '../../../../src/engine/tokenizer/utf8';
import { TokenType } from '../../../../src/engine/tokenizer/vocabulary';
import { seededRandom } from '../../../../src/shared/random';
import { cpuMs } from '../../../support/cpuTime';

const tokensOf = (texts: readonly string[], takesSpaces = false): UserDefinedTokens =>
  new UserDefinedTokens({
    texts,
    types: texts.map(() => TokenType.UserDefined),
    userDefinedTakesSpaces: takesSpaces,
  });

/** llama.cpp's way, word for word: every token in turn, through all that is left. */
function oneByOne(texts: readonly string[], text: string, takesSpaces: boolean): Fragment[] {
  const order = [...texts.keys()].sort((a, b) => utf8Length(texts[b]) - utf8Length(texts[a]) || a - b);
  let fragments: Fragment[] = text === '' ? [] : [{ text }];
  for (const id of order) {
    fragments = fragments.flatMap((fragment) => {
      if (fragment.id !== undefined) return [fragment];
      const parts: Fragment[] = [];
      let end = 0;
      for (let at = fragment.text.indexOf(texts[id]); at >= 0; at = fragment.text.indexOf(texts[id], end)) {
        if (at > end) parts.push({ text: fragment.text.slice(end, at) });
        end = at + texts[id].length;
        if (takesSpaces) while (/[\t-\r ]/.test(fragment.text[end] ?? '')) end++;
        parts.push({ text: fragment.text.slice(at, end), id });
      }
      if (end < fragment.text.length) parts.push({ text: fragment.text.slice(end) });
      return parts;
    });
  }
  return fragments;
}

describe('tokens that the user defined', () => {
  it('are cut out as llama.cpp does it, one after the other: 3,000 vocabularies and texts at random', () => {
    const random = seededRandom(7);
    const word = (longest: number): string =>
      Array.from(
        { length: 1 + Math.floor(random() * longest) },
        () => 'aab é中🙂'.split(/(?:)/u)[Math.floor(random() * 7)],
      ).join('');
    for (let round = 0; round < 3000; round++) {
      const texts = [...new Set(Array.from({ length: 1 + Math.floor(random() * 12) }, () => word(5)))];
      const [text, takesSpaces] = [random() < 0.02 ? '' : word(40), random() < 0.5];
      assert.deepEqual(
        tokensOf(texts, takesSpaces).cut(text),
        oneByOne(texts, text, takesSpaces),
        JSON.stringify({ texts, text, takesSpaces }),
      );
    }
  });

  it('a longer one further on goes before a shorter one that reaches into it', () => {
    assert.deepEqual(tokensOf(['abc', 'cdef']).cut('abcdef'), [{ text: 'ab' }, { text: 'cdef', id: 1 }]);
  });

  it('10,000 of them cost no more than the text is long, whatever they are', () => {
    const text = '<tool_00123> and <tool_09999>, <tool_10001> '.repeat(2000);
    const many: Record<string, string[]> = {
      'of one length': Array.from({ length: 10_000 }, (_, i) => `<tool_${String(i).padStart(5, '0')}>`),
      'of all lengths to 300': Array.from({ length: 10_000 }, (_, i) => `${i}`.padEnd(6 + (i % 300), '-')),
    };
    for (const [name, texts] of Object.entries(many)) {
      const ms = cpuMs(() => tokensOf(texts).cut(text));
      assert.ok(ms < 1500, `${name}: ${ms} ms`);
    }
    const nested = Array.from({ length: 2000 }, (_, i) => 'a'.repeat(i + 1));
    const ms = cpuMs(() => tokensOf(nested).cut(`${'a'.repeat(1500)}b`.repeat(20)));
    assert.ok(ms < 2500, `one within the other: ${ms} ms`);
  });
});
