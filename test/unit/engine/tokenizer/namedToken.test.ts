/** What a token is called in a sentence. */
import assert from 'node:assert/strict';
import { namedToken } from '../../../../src/engine/tokenizer/namedToken';

describe('a token in a sentence', () => {
  const texts = [' yield', '', '\ufffd', '时'];
  const tokenizer = {
    decode: ([id]: number[]) => texts[id],
    labelOf: (id: number) => ['', '<|end|>', '<0xE2>', ''][id],
  };

  it('is its text; its name where it stands for none, or for a part of a character', () => {
    assert.deepEqual(
      texts.map((_, id) => namedToken(tokenizer, id).text),
      [' yield', '<|end|>', '<0xE2>', '时'],
    );
  });
});
