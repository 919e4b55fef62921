/** Counting, backing off, aligning and searching: against sums done by hand, and the shards against the whole table. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chrf, overlap } from '../../../../src/milestones/machine-translation/chrf';
import { divide, Similar, type Texts } from '../../../../src/milestones/machine-translation/corpus';
import { Counts } from '../../../../src/milestones/machine-translation/counts';
import { translate, WITH_LANGUAGE } from '../../../../src/milestones/machine-translation/decoder';
import { firstWords, machineTranslation, sumsOf } from '../../../../src/milestones/machine-translation/experiment';
import { KneserNey, StupidBackoff } from '../../../../src/milestones/machine-translation/languageModels';
import { shardOf, tablesOf } from '../../../../src/milestones/machine-translation/lookups';
import { align, learnWords } from '../../../../src/milestones/machine-translation/model1';
import { learnPhrases, phrasesOf } from '../../../../src/milestones/machine-translation/phrases';
import { openShards } from '../../../../src/milestones/machine-translation/shards.node';
import { tokens, written } from '../../../../src/milestones/machine-translation/tokens';
import { runOnce } from '../../../support/runOnce';

const pause = async (): Promise<void> => {};
const pair = (source: string, target: string) => ({ source: tokens(source), target: tokens(target) });
const TEXTS = ['the cat sat', 'the cat ran', 'the dog ran', 'a dog sat'].map((text) => text.split(' '));

describe('machine translation', () => {
  it('pieces are words in English and characters in Chinese, and English is set as a person would', () => {
    assert.deepEqual(tokens('图 {0}: the cat’s 3,5 MB'), ['图', '{0}', ':', 'the', 'cat’s', '3,5', 'mb']);
    assert.equal(written(['run', '(', 'it', ')', ',', 'then', 'stop', '.']), 'run (it), then stop.');
  });

  it('chrF is 100 for the same text, 0 for another, and counts what is shared', () => {
    assert.equal(chrf([overlap('a cat', 'A  cat')]), 100);
    assert.equal(chrf([overlap('xyz', 'abc')]), 0);
    // One character of two each: precision and recall 1/2 at length 1, 0 at length 2.
    assert.equal(chrf([overlap('ab', 'ac')]), 25);
  });

  it('Stupid Backoff is the share after the longest known context, times 0.4 for each word dropped', () => {
    const counts = new Counts(TEXTS);
    const model = new StupidBackoff(counts);
    const score = (history: string, word: string): number =>
      model.score(counts.history(history.split(' ').map((each) => counts.id(each))), counts.id(word));
    assert.equal(score('the', 'cat'), 2 / 3);
    assert.equal(score('a cat', 'ran'), 0.4 * (1 / 2));
    assert.equal(score('a', 'ran'), 0.4 * (2 / 16));
    assert.equal(score('never met', 'cat'), 0.4 * 0.4 * (2 / 16));
    assert.equal(score('the', 'never'), 0.4 * 0.4 * (0.5 / 16));
  });

  it('Kneser-Ney’s scores add up to one, Stupid Backoff’s do not', () => {
    const counts = new Counts(TEXTS);
    const pairs = TEXTS.map((target) => ({ file: '', english: '', chinese: '', source: [], target }));
    const sums = sumsOf({ backoff: new StupidBackoff(counts), kneserNey: new KneserNey(counts) }, pairs)!;
    assert.ok(Math.abs(sums.kneserNey - 1) < 1e-12, String(sums.kneserNey));
    assert.ok(Math.abs(sums.backoff - 1) > 0.05, String(sums.backoff));
  });

  it('Model 1 finds which word is whose, and phrases never break a link', async () => {
    const pairs = [pair('红 花', 'red flower'), pair('红 鱼', 'red fish'), pair('小 鱼', 'small fish')];
    const table = await learnWords(pairs, 10, pause);
    assert.ok(table.get('红')!.get('red')! > 0.8);
    assert.deepEqual(align(pairs[1], table), [0, 1]);
    // 红 → fish, 鱼 → red: crossed.
    const found = phrasesOf(pairs[1], new Set([0 * 2 + 1, 1 * 2 + 0]));
    assert.deepEqual(found, [['红', 'fish'], ['红 鱼', 'red fish'], ['鱼', 'red']]); // prettier-ignore
    const tables = await learnPhrases(pairs, pause);
    const model = new StupidBackoff(new Counts([['small', 'red', 'flower']]));
    const { pieces, asked } = translate(tokens('小红花'), { tables, model, weights: WITH_LANGUAGE, beam: 10, keepAsked: true }); // prettier-ignore
    assert.deepEqual(pieces, ['small', 'red', 'flower']);
    assert.ok(asked.length <= 3 && asked.flat().length > asked.length);
  });

  it('what is asked is of files that nothing is learned from, and not nearly the same as what is', () => {
    const texts = JSON.parse(readFileSync('media/weights/translation.json', 'utf8')) as Texts;
    const some = { pairs: texts.pairs.filter((_, at) => at % 12 === 0), english: texts.english.slice(0, 300) };
    const { training, test, files } = divide(some, 8, 3);
    assert.ok(test.length > 3 && training.length > 50);
    const known = new Similar(training.map(({ english }) => english));
    assert.ok(test.every(({ file, english }) => files.includes(file) && !known.has(english)));
    assert.ok(training.every(({ file }) => !files.includes(file)));
    assert.deepEqual(firstWords(TEXTS, 4), TEXTS.slice(0, 2));
  });

  it('shards answer as the whole table does', async () => {
    const counts = new Counts(TEXTS);
    const model = new StupidBackoff(counts);
    const runs = [['the', 'cat'], ['a', 'cat', 'ran'], ['dog'], ['the', 'never']].map((run) => run.map((each) => counts.id(each))); // prettier-ignore
    const shards = await openShards(tablesOf(model, 2));
    try {
      for (const run of runs) {
        const [score] = await shards.ask(shardOf(run.at(-1)!, 2), [run.join()]);
        assert.equal(score, model.score(counts.history(run.slice(0, -1)), run.at(-1)!));
      }
    } finally {
      shards.close();
    }
  });
});

describe('machineTranslation: the experiment', function () {
  this.timeout(120_000);
  runOnce(machineTranslation);
});
