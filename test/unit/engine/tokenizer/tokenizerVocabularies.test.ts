import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { FileSource } from '../../../../src/engine/formats/fileSource.node';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { tokenizerFromGguf } from '../../../../src/engine/tokenizer/fromGguf';
import type { Tokenizer } from '../../../../src/engine/tokenizer/tokenizer';
import { cpuMs } from '../../../support/cpuTime';
import { dataFile } from '../../../support/data';
import { assertTiles, assertRoundTrip, randomText } from '../../../support/tokens';

/** llama.cpp's vocabulary-only files, each with texts and the ids that its test-tokenizer-0 expects of them. */
const NAMES = ['deepseek-coder', 'gpt-2', 'llama-spm', 'phi-3', 'starcoder'];
const SEPARATOR = '\n__ggml_vocab_test__\n';

describe("tokenizers of llama.cpp's vocabularies", () => {
  for (const name of NAMES) {
    describe(name, () => {
      let tokenizer: Tokenizer;
      let cases: { text: string; ids: number[] }[];

      before(function () {
        const file = dataFile(`tokenizers/ggml-vocab-${name}.gguf`);
        if (!file) return this.skip();
        tokenizer = tokenizerFromGguf(readGguf(new FileSource(file)));
        const texts = readFileSync(`${file}.inp`, 'utf8').split(SEPARATOR);
        const lines = readFileSync(`${file}.out`, 'utf8').split('\n');
        cases = texts.map((text, i) => ({ text, ids: (lines[i].match(/\d+/g) ?? []).map(Number) }));
        assert.ok(cases.length > 40);
      });

      it('give the expected ids', () => {
        for (const { text, ids } of cases) {
          assert.deepEqual(
            tokenizer.encode(text).map(({ id }) => id),
            ids,
            JSON.stringify(text),
          );
        }
      });

      it('tile the text with byte offsets, and give it back', () => {
        const spacesAreEaten = name === 'phi-3'; // those after </s>, as llama.cpp does it
        const texts = cases.map(({ text }) => text);
        for (let seed = 1; seed <= 300; seed++) texts.push(randomText(seed, 40));
        for (const text of texts) {
          assertTiles(tokenizer, text);
          if (!spacesAreEaten || !text.includes('</s>')) assertRoundTrip(tokenizer, text);
        }
      });

      it('encode 1 MB of text within 2 s', () => {
        const text = cases.map((one) => one.text).join(' ');
        const megabyte = text.repeat(Math.ceil(1e6 / text.length));
        let tokens = 0;
        const ms = cpuMs(() => (tokens = tokenizer.encode(megabyte).length));
        assert.ok(tokens > 1e5);
        assert.ok(ms < 2000, `${ms} ms`);
      });
    });
  }
});

describe('tokenizer of stories260K', () => {
  it('gives the ids of the golden prompt', function () {
    const model = dataFile('stories260K/stories260K-f32.gguf');
    const golden = dataFile('stories260K/golden.json');
    if (!model || !golden) return this.skip();
    const tokenizer = tokenizerFromGguf(readGguf(new FileSource(model)));
    const ids = tokenizer.encode('Once upon a time', { bos: tokenizer.addBos }).map(({ id }) => id);
    assert.deepEqual(ids, [1, 403, 407, 261, 378]);
    const { text, tokenIds } = JSON.parse(readFileSync(golden, 'utf8')) as { text: string; tokenIds: number[] };
    assert.deepEqual(
      tokenizer.encode(text, { bos: true }).map(({ id }) => id),
      tokenIds,
    );
  });
});
