import assert from 'node:assert/strict';
import { tokenizerFromGguf } from '../../../../src/engine/tokenizer/fromGguf';
import { T, arrayOf } from '../../../support/ggufWriter';
import { cpuMs } from '../../../support/cpuTime';
import { isLong } from '../../../support/long';
import { SPM_TEXTS, spmFile } from '../../../support/tinyTokenizers';
import { assertRoundTrip, assertTiles, randomText } from '../../../support/tokens';

const tokenizer = tokenizerFromGguf(spmFile());
const textsOf = (text: string): string[] => tokenizer.encode(text).map(({ id }) => SPM_TEXTS[id]);

/** The definition, without segments or a heap: the best-scored neighbours, leftmost first, again and again. */
function encodePlainly(text: string): string[] {
  const symbols = Array.from(text === '' ? '' : `▁${Buffer.from(text).toString().replaceAll(' ', '▁')}`);
  for (;;) {
    let best = -1;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const id = SPM_TEXTS.indexOf(symbols[i] + symbols[i + 1]); // the tiny vocabulary scores by id, the lower the better
      if (id >= 259 && (best < 0 || id < SPM_TEXTS.indexOf(symbols[best] + symbols[best + 1]))) best = i;
    }
    if (best < 0) break;
    symbols.splice(best, 2, symbols[best] + symbols[best + 1]);
  }
  return symbols.flatMap((symbol) => {
    if (SPM_TEXTS.includes(symbol)) return [symbol];
    return Array.from(Buffer.from(symbol), (byte) => SPM_TEXTS[byte + 3]);
  });
}

describe('SentencePiece tokenizer', () => {
  it('puts a space in front and merges by score', () => {
    assert.deepEqual(textsOf('Once the'), ['▁Once', '▁the']);
    assert.deepEqual(textsOf('    a'), ['▁▁▁▁', '▁a']);
    assert.deepEqual(textsOf('中文x'), ['▁', '中文', '<0x78>']);
  });

  it('agrees with the plain definition on random text', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const text = randomText(seed, 30);
      assert.deepEqual(textsOf(text), encodePlainly(text), JSON.stringify(text));
    }
  });

  it('tiles any text with byte offsets; the space in front has no bytes', () => {
    for (let seed = 1; seed <= 500; seed++) {
      assertTiles(tokenizer, randomText(seed, 30));
      assertRoundTrip(tokenizer, randomText(seed, 30));
    }
    const ranges = tokenizer.encode('中 the\ud800').map(({ id, start, end }) => [SPM_TEXTS[id], start, end]);
    assert.deepEqual(ranges, [
      ['▁', 0, 0],
      ['中', 0, 3],
      ['▁the', 3, 7],
      ['<0xEF>', 7, 8],
      ['<0xBF>', 8, 9],
      ['<0xBD>', 9, 10],
    ]);
    assert.deepEqual(tokenizer.encode('the')[0].start, 0);
  });

  it('has BOS and EOS where the file says nothing, and adds BOS when asked', () => {
    assert.deepEqual([tokenizer.bosId, tokenizer.eosId, tokenizer.addBos], [1, 2, true]);
    assert.deepEqual(tokenizer.encode(''), []);
    assert.deepEqual(tokenizer.encode('', { bos: true }), [{ id: 1, start: 0, end: 0 }]);
  });

  it('takes spellings of control and byte tokens for text', () => {
    const ids = tokenizer.encode('<s></s><0x0A>').map(({ id }) => id);
    assert.ok(!ids.some((id) => id === 1 || id === 2 || id === 3 + 10));
  });

  it('leaves out the space in front where the file says so', () => {
    const without = tokenizerFromGguf(spmFile({ 'tokenizer.ggml.add_space_prefix': false }));
    assert.deepEqual(
      without.encode('the').map(({ id }) => SPM_TEXTS[id]),
      ['t', 'he'],
    );
    assertTiles(without, 'the the');
  });

  it('decodes bytes, spaces and U+2581', () => {
    const idOf = (text: string): number => SPM_TEXTS.indexOf(text);
    assert.equal(tokenizer.decode([1, idOf('▁Once'), idOf('<0xC3>'), idOf('<0xA9>'), 2]), ' Onceé');
    assert.equal(tokenizer.labelOf(idOf('▁the')), ' the');
    assert.equal(tokenizer.labelOf(idOf('<0x0A>')), '<0x0A>');
    assert.equal(tokenizer.labelOf(idOf('<0x41>')), 'A');
    assert.equal(tokenizer.labelOf(1), '<s>');
  });

  it('gives characters without a token to the unknown token where there are no byte tokens', () => {
    const texts = ['<unk>', '<s>', '</s>', '▁', 'a'];
    const file = spmFile({
      'tokenizer.ggml.tokens': texts,
      'tokenizer.ggml.scores': arrayOf(T.F32, [0, 0, 0, 0, 0]),
      'tokenizer.ggml.token_type': arrayOf(T.I32, [2, 3, 3, 1, 1]),
    });
    const few = tokenizerFromGguf(file);
    assert.deepEqual(
      few.encode('a🙂a').map(({ id, start, end }) => [id, start, end]),
      [
        [3, 0, 0],
        [4, 0, 1],
        [0, 1, 5],
        [4, 5, 6],
      ],
    );
  });

  it('merges over spaces where the vocabulary has tokens with spaces inside', () => {
    const texts = SPM_TEXTS.map((text) => (text === '中文' ? 'e▁a' : text));
    const over = tokenizerFromGguf(
      spmFile({ 'tokenizer.ggml.tokens': texts, 'tokenizer.ggml.add_space_prefix': false }),
    );
    assert.deepEqual(
      over.encode('e a').map(({ id }) => texts[id]),
      ['e▁a'],
    );
    assertTiles(over, 'the a the a');
  });

  // What grows faster than the text is told by a quarter, too.
  const [size, share, seconds] = isLong ? ['a megabyte', 1, 2] : ['a quarter of a megabyte', 0.25, 1];
  it(`encodes ${size} of words, and one of a single word, within ${seconds} s each`, () => {
    const words = 'Once the thing 中文🙂 é {\n'.repeat(35_000 * share);
    const word = 'ing中the'.repeat(120_000 * share);
    for (const text of [words, word]) assert.ok(cpuMs(() => tokenizer.encode(text)) < seconds * 1000);
  });
});
