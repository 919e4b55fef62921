/** Which tokens end a generation: by their spelling as llama.cpp takes them (test/reference/ends.mjs), or by the tokenizer's default. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { GgufFile } from '../../../../src/engine/formats/ggufTypes';
import type { LoadedModel } from '../../../../src/engine/model/load';
import { tokenizerFromGguf } from '../../../../src/engine/tokenizer/fromGguf';
import { TokenType } from '../../../../src/engine/tokenizer/vocabulary';
import { Reasoner } from '../../../../src/reasoning/solve/reasoner';
import { arrayOf, T, u32 } from '../../../support/ggufWriter';
import { SPM_TEXTS, spmFile } from '../../../support/tinyTokenizers';

const CASES = JSON.parse(readFileSync('test/fixtures/tokenizer/ends.json', 'utf8')) as {
  added: string[];
  ends: string[];
}[];

/** A vocabulary with these control tokens. */
function fileWith(added: readonly string[], overrides = {}): { file: GgufFile; texts: string[] } {
  const texts = [...SPM_TEXTS, ...added];
  const types = texts.map((_, id) => {
    if (id === 0) return TokenType.Unknown;
    if (id < 3 || id >= SPM_TEXTS.length) return TokenType.Control;
    return id < 259 ? TokenType.Byte : TokenType.Normal;
  });
  const file = spmFile({
    'tokenizer.ggml.tokens': texts,
    'tokenizer.ggml.token_type': arrayOf(T.I32, types),
    'tokenizer.ggml.scores': arrayOf(T.F32, texts.map(() => 0)), // prettier-ignore
    ...overrides,
  });
  return { file, texts };
}

function endsOf({ file, texts }: ReturnType<typeof fileWith>): string[] {
  const model = { tokenizer: tokenizerFromGguf(file) } as LoadedModel;
  return new Reasoner(model, file.metadata).stopIds.map((id) => texts[id]).sort();
}

describe('ends of generation', () => {
  for (const { added, ends } of CASES) {
    it(`are llama.cpp’s where a vocabulary has ${added.slice(0, 3).join(', ')}${added.length > 3 ? ' …' : ''}`, () => {
      assert.deepEqual(endsOf(fileWith(added)), [...ends].sort());
    });
  }

  it('are the tokenizer’s own where the file names none, or one that is not there', () => {
    assert.deepEqual(endsOf(fileWith([])), ['</s>']);
    assert.deepEqual(endsOf(fileWith([], { 'tokenizer.ggml.eos_token_id': u32(4_000_000) })), ['</s>']);
    assert.deepEqual(endsOf(fileWith(['<over>'], { 'tokenizer.ggml.eot_token_id': u32(SPM_TEXTS.length) })), ['</s>', '<over>']); // prettier-ignore
  });
});
