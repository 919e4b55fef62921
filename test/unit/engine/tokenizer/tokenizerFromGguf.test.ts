import assert from 'node:assert/strict';
import { tokenizerFromGguf } from '../../../../src/engine/tokenizer/fromGguf';
import { T, arrayOf, f32, u32, type MetadataValue } from '../../../support/ggufWriter';
import { assertProblem } from '../../../support/problems';
import { BPE_TEXTS, SPM_TEXTS, bpeFile, fileOf, spmFile } from '../../../support/tinyTokenizers';

type Metadata = Record<string, MetadataValue>;
const refusesBpe = (key: string, value: MetadataValue, ...patterns: RegExp[]): void => {
  const problem = assertProblem('model-invalid', () => tokenizerFromGguf(bpeFile({ [key]: value })), ...patterns);
  assert.deepEqual(problem.detail, { file: 'tiny.gguf', subject: key });
};
const refusesSpm = (metadata: Metadata, ...patterns: RegExp[]): void => {
  assertProblem('model-invalid', () => tokenizerFromGguf(spmFile(metadata)), ...patterns);
};

describe('tokenizer of a GGUF file', () => {
  it('is named when it is of another kind, with those supported', () => {
    const other = assertProblem(
      'model-unsupported',
      () => tokenizerFromGguf(fileOf({ 'tokenizer.ggml.model': 't5' })),
      /'t5'/,
    );
    assert.deepEqual(other.detail.supported, [
      'gpt2 (byte-level BPE)',
      'llama (SentencePiece BPE)',
      'gemma4 (the same, merged by rank)',
      'bert (WordPiece)',
    ]);
    const odd = bpeFile({ 'tokenizer.ggml.pre': 'made-up' });
    const pre = assertProblem('model-unsupported', () => tokenizerFromGguf(odd), /pre-tokenizer 'made-up'.*qwen2/);
    assert.ok(pre.detail.supported!.includes('llama-bpe'));
  });

  it('needs a model, tokens, merges or scores', () => {
    assertProblem('model-invalid', () => tokenizerFromGguf(fileOf({})), /'tokenizer.ggml.model' is missing/);
    const gpt2 = { 'tokenizer.ggml.model': 'gpt2' };
    assertProblem('model-invalid', () => tokenizerFromGguf(fileOf(gpt2)), /tokens' is missing/);
    const tokens = { ...gpt2, 'tokenizer.ggml.tokens': ['a'] };
    assertProblem('model-invalid', () => tokenizerFromGguf(fileOf(tokens)), /merges' is missing/);
    const llama = { ...tokens, 'tokenizer.ggml.model': 'llama', 'tokenizer.ggml.add_bos_token': false };
    assertProblem('model-invalid', () => tokenizerFromGguf(fileOf(llama)), /scores' is missing/);
  });

  it('refuses lists of the wrong type or length', () => {
    refusesBpe('tokenizer.ggml.tokens', arrayOf(T.U32, [1, 2]), /must be a list of texts/);
    refusesBpe('tokenizer.ggml.tokens', arrayOf(T.String, []), /is empty/);
    refusesBpe('tokenizer.ggml.tokens', 'abc', /must be a list of texts, not a text/);
    refusesBpe('tokenizer.ggml.token_type', arrayOf(T.I32, [1, 1]), /has 2 items for \d+ tokens/);
    refusesBpe('tokenizer.ggml.token_type', ['1'], /list of numbers/);
    refusesBpe('tokenizer.ggml.merges', ['a b', 'ab'], /no pair: 1, 'ab'/);
    refusesBpe('tokenizer.ggml.merges', [''], /no pair: 0/);
    refusesBpe('tokenizer.ggml.bos_token_id', f32(1.5), /whole number/);
    refusesBpe('tokenizer.ggml.add_bos_token', u32(1), /true or false/);
    refusesSpm({ 'tokenizer.ggml.scores': arrayOf(T.F32, [0]) }, /has 1 items for/);
    refusesSpm(
      {
        'tokenizer.ggml.scores': arrayOf(
          T.F32,
          SPM_TEXTS.map(() => NaN),
        ),
      },
      /no score for token 0/,
    );
  });

  it('refuses a token that is there twice, and byte tokens that name no byte', () => {
    const twice = [...BPE_TEXTS.slice(0, -1), BPE_TEXTS[0]];
    refusesBpe('tokenizer.ggml.tokens', twice, /twice: 0 and/);
    const odd = SPM_TEXTS.map((text, id) => (id === 20 ? '<0xZZ>' : text));
    refusesSpm({ 'tokenizer.ggml.tokens': odd }, /names no byte: 20, '<0xZZ>'/);
  });

  it('refuses to add a BOS token that does not exist', () => {
    const file = bpeFile({ 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.bos_token_id': u32(2 ** 32 - 1) });
    assertProblem('model-invalid', () => tokenizerFromGguf(file), /bos_token_id' is missing/);
    assert.equal(tokenizerFromGguf(bpeFile({ 'tokenizer.ggml.pre': 'llama-bpe' })).addBos, true);
    assert.equal(tokenizerFromGguf(spmFile({ 'tokenizer.ggml.add_bos_token': false })).addBos, false);
  });

  it('takes empty tokens for what nothing can become', () => {
    const texts = SPM_TEXTS.map((text) => (text === '中文' || text === '🙂' ? '' : text));
    const tokenizer = tokenizerFromGguf(spmFile({ 'tokenizer.ggml.tokens': texts }));
    assert.deepEqual(tokenizer.encode('a').length, 1);
    assert.equal(tokenizer.labelOf(texts.indexOf('')), '<>');
  });
});
