import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { PRETOKENIZER_NAMES, pretokenizer, splitWords } from '../../../../src/engine/tokenizer/pretokenizers';
import { cpuMs } from '../../../support/cpuTime';

interface Splits {
  /** Name in tokenizer.ggml.pre → the type whose regexes it has in llama.cpp. */
  types: Record<string, string>;
  /** Type → for each text the UTF-8 length of every word. */
  wordBytes: Record<string, number[][]>;
}
/** Another folder, made with generate.mjs, for more texts than are kept here. */
const folder = process.env.SPLITS_FOLDER ?? 'test/fixtures/tokenizer';
const texts = JSON.parse(readFileSync(`${folder}/texts.json`, 'utf8')) as string[];
const { types, wordBytes } = JSON.parse(readFileSync(`${folder}/splits.json`, 'utf8')) as Splits;

describe('pretokenizers', () => {
  for (const name of PRETOKENIZER_NAMES) {
    it(`${name} cuts words where llama.cpp does`, () => {
      const { splits } = pretokenizer(name)!;
      texts.forEach((text, i) => {
        const words = splitWords(text, splits);
        const show = `${JSON.stringify(text)} → ${JSON.stringify(words)}`;
        assert.equal(words.join(''), text, show);
        const lengths = words.map((word) => Buffer.byteLength(word));
        assert.deepEqual(lengths, wordBytes[types[name]][i], show);
      });
    });
  }

  it('of unknown names are undefined', () => {
    assert.equal(pretokenizer('made-up'), undefined);
    assert.equal(pretokenizer('constructor'), undefined);
  });

  it('take long runs of one kind in linear time', () => {
    const runs = ['a', 'A', 'é', '中', ' ', '\n', '\t', '7', '!', '🙂', ' x', '\u0301'].flatMap((unit) => {
      const run = unit.repeat(20_000);
      return [run, `${run}中`, `x${run}!`];
    });
    for (const name of new Set(Object.values(types))) {
      const one = PRETOKENIZER_NAMES.find((candidate) => types[candidate] === name);
      if (!one) continue;
      const { splits } = pretokenizer(one)!;
      for (const run of runs) {
        let units = 0;
        const ms = cpuMs(() => (units = splitWords(run, splits).join('').length));
        assert.equal(units, run.length);
        assert.ok(ms < 500, `${one} takes ${ms} ms for ${JSON.stringify(run.slice(0, 3))}`);
      }
    }
  });
});
