/** 300 seeded random Unicode texts for each vocabulary, against llama.cpp (test/reference/strings.mjs). */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BufferSource } from '../../../../src/engine/formats/byteSource';
import { readGguf } from '../../../../src/engine/formats/gguf';
import { tokenizerFromGguf } from '../../../../src/engine/tokenizer/fromGguf';
import { dataFile } from '../../../support/data';
import { fingerprint, unicodeText } from '../../../support/unicodeText';

const file = path.join('test', 'fixtures', 'tokenizer', 'strings.json');
const STRINGS = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;

describe('random Unicode texts have the ids that llama.cpp gives them:', () => {
  for (const [name, prints] of Object.entries(STRINGS)) {
    it(name, function () {
      const found = name.startsWith('data:')
        ? dataFile(`tokenizers/ggml-vocab-${name.slice('data:'.length)}.gguf`)
        : path.join('test', 'fixtures', 'models', `${name}.gguf`);
      if (!found) return this.skip();
      const tokenizer = tokenizerFromGguf(readGguf(new BufferSource(new Uint8Array(readFileSync(found)), name)));
      const expected = prints.split(' ');
      assert.equal(expected.length, 300);
      expected.forEach((print, i) => {
        const text = unicodeText(i + 1);
        const ids = tokenizer.encode(text).map(({ id }) => id);
        assert.equal(fingerprint(ids), print, `text ${i + 1}: ${JSON.stringify(text)}`);
      });
    });
  }
});
