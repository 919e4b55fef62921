import assert from 'node:assert/strict';
import { BYTE_TO_CHAR } from '../../../../src/engine/tokenizer/byteAlphabet';
import { tokenizerFromGguf } from '../../../../src/engine/tokenizer/fromGguf';
import { pretokenizer, splitWords } from '../../../../src/engine/tokenizer/pretokenizers';
import { T, arrayOf, u32 } from '../../../support/ggufWriter';
import { cpuMs } from '../../../support/cpuTime';
import { isLong } from '../../../support/long';
import { BPE_MERGES, BPE_TEXTS, bpeFile } from '../../../support/tinyTokenizers';
import { assertRoundTrip, assertTiles, randomText } from '../../../support/tokens';

const tokenizer = tokenizerFromGguf(bpeFile());
const BOS = BPE_TEXTS.length - 2;
const TOOL = BPE_TEXTS.length - 1;
const textsOf = (text: string): string[] => tokenizer.encode(text).map(({ id }) => BPE_TEXTS[id]);

/** The definition, without a heap: the best-ranked pair, leftmost first, again and again. */
function encodePlainly(text: string): string[] {
  return splitWords(Buffer.from(text).toString(), pretokenizer('gpt-2')!.splits).flatMap((word) => {
    const symbols = Array.from(Buffer.from(word), (byte) => BYTE_TO_CHAR[byte]);
    for (;;) {
      const ranks = symbols.slice(1).map((right, i) => BPE_MERGES.indexOf(`${symbols[i]} ${right}`));
      const best = Math.min(...ranks.filter((rank) => rank >= 0));
      if (best === Infinity) return symbols;
      const at = ranks.indexOf(best);
      symbols.splice(at, 2, symbols[at] + symbols[at + 1]);
    }
  });
}

describe('BPE tokenizer', () => {
  it('merges by rank, the leftmost of equals first', () => {
    assert.deepEqual(textsOf('the thing'), ['the', 'Ġ', 't', 'h', 'ing']);
    assert.deepEqual(textsOf('hehe the'), ['he', 'he', 'Ġthe']);
    assert.deepEqual(textsOf('lll'), ['ll', 'l']);
    assert.deepEqual(textsOf(' function'), ['Ġ', 'function']); // before "Ġ funct" could be
    assert.deepEqual(textsOf(' functor'), ['Ġfunct', 'o', 'r']);
    assert.deepEqual(textsOf('中é'), ['ä¸Ń', 'Ã©']);
  });

  it('agrees with the plain definition on random text', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const text = randomText(seed, 30).replaceAll('<tool>', '');
      assert.deepEqual(textsOf(text), encodePlainly(text), JSON.stringify(text));
    }
  });

  it('tiles any text with byte offsets and gives it back', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const text = `${randomText(seed, 20)}<tool>${randomText(seed + 1000, 5)}`;
      assertTiles(tokenizer, text);
      assertRoundTrip(tokenizer, text);
    }
    for (const text of ['\ud800', 'a\udc00b', '\ud83d\ude00', '\ud83d\ud83d\ude00', '\r\n\t\0']) {
      assertTiles(tokenizer, text);
      assertRoundTrip(tokenizer, text);
    }
  });

  it('gives byte offsets, not UTF-16 ones', () => {
    const tokens = tokenizer.encode('🙂the');
    assert.deepEqual(
      tokens.map(({ start, end }) => [start, end]),
      [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [4, 7],
      ],
    );
  });

  it('puts BOS in front only when asked, without a range', () => {
    assert.equal(tokenizer.addBos, false);
    assert.deepEqual(tokenizer.encode(''), []);
    assert.deepEqual(tokenizer.encode('', { bos: true }), [{ id: BOS, start: 0, end: 0 }]);
    assert.deepEqual(tokenizer.encode('the', { bos: true })[1], { id: BPE_TEXTS.indexOf('the'), start: 0, end: 3 });
  });

  it('takes the spelling of a control token for text, that of a user-defined one for the token', () => {
    assert.ok(!tokenizer.encode('<|end|>').some(({ id }) => id === BOS));
    assert.deepEqual(tokenizer.encode('é<tool>é').slice(1, 2), [{ id: TOOL, start: 2, end: 8 }]);
    assert.equal(tokenizer.decode([TOOL, BOS, BPE_TEXTS.indexOf('Ġthe')]), '<tool> the');
  });

  it('labels tokens for people: text, bytes in hexadecimal, names of control tokens', () => {
    const labelOf = (text: string): string => tokenizer.labelOf(BPE_TEXTS.indexOf(text));
    assert.equal(labelOf('Ġthe'), ' the');
    assert.equal(labelOf('ä¸Ń'), '中');
    assert.equal(labelOf('ä¸'), '<0xE4><0xB8>');
    assert.equal(labelOf('ĊĊ'), '<0x0A><0x0A>');
    assert.equal(labelOf('<|end|>'), '<|end|>');
    assert.equal(tokenizer.labelOf(99999), '<99999>');
    assert.deepEqual([...tokenizer.bytesOf(BPE_TEXTS.indexOf('Ã©'))], [0xc3, 0xa9]);
    assert.deepEqual([...tokenizer.bytesOf(BOS)], []);
  });

  it('decodes bytes of one character that come in several tokens', () => {
    const ids = tokenizer.encode('a🙂\ufeffb').map(({ id }) => id);
    assert.equal(tokenizer.decode(ids), 'a🙂\ufeffb');
    assert.equal(tokenizer.decode(ids.slice(0, 3)), 'a\ufffd');
  });

  it('gives bytes that have no token to the unknown token, or to a neighbour', () => {
    const texts = ['h', 'e', 'he', '<unk>'];
    const few = {
      'tokenizer.ggml.tokens': texts,
      'tokenizer.ggml.token_type': arrayOf(T.I32, [1, 1, 1, 2]),
      'tokenizer.ggml.merges': ['h e', 'he l'],
      'tokenizer.ggml.bos_token_id': u32(4),
      'tokenizer.ggml.eos_token_id': u32(2 ** 32 - 1),
    };
    const without = tokenizerFromGguf(bpeFile(few));
    assert.deepEqual([without.bosId, without.eosId], [undefined, undefined]);
    assert.deepEqual(without.encode('xheyé'), [{ id: 2, start: 0, end: 6 }]);
    assert.deepEqual(without.encode('xyz'), []);
    const withUnknown = tokenizerFromGguf(bpeFile({ ...few, 'tokenizer.ggml.unknown_token_id': u32(3) }));
    assert.deepEqual(
      withUnknown.encode('xhel').map(({ id }) => id),
      [3, 0, 1, 3],
    ); // "hel" itself has no token
    assertTiles(withUnknown, 'xheyé hel');
  });

  it('takes words of the vocabulary whole where the pre-tokenizer says so', () => {
    const texts = BPE_TEXTS.map((text) => (text === '<tool>' ? 'Ġhers' : text));
    const types = arrayOf(
      T.I32,
      texts.map(() => 1),
    );
    const asked = { 'tokenizer.ggml.tokens': texts, 'tokenizer.ggml.token_type': types };
    const ids = (pre: string): number[] =>
      tokenizerFromGguf(bpeFile({ ...asked, 'tokenizer.ggml.pre': pre }))
        .encode(' hers')
        .map(({ id }) => id);
    assert.deepEqual(ids('llama-bpe'), [texts.indexOf('Ġhers')]);
    assert.deepEqual(
      ids('dbrx'),
      ['Ġ', 'he', 'r', 's'].map((text) => texts.indexOf(text)),
    );
  });

  // What grows faster than the text is told by a quarter, too.
  const [size, share, seconds] = isLong ? ['a megabyte', 1, 2] : ['a quarter of a megabyte', 0.25, 1];
  it(`encodes a word of ${size}, and ${size} of words, within ${seconds} s each`, () => {
    const word = 'the'.repeat(350_000 * share);
    const words = 'the function and the thing é中🙂 {\n'.repeat(28_000 * share);
    for (const text of [word, words]) assert.ok(cpuMs(() => tokenizer.encode(text)) < seconds * 1000);
  });
});
