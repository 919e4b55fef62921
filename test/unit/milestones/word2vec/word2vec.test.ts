import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../../../src/shared/random';
import { defaults, type Inputs } from '../../../../src/milestones/experiment';
import { runExperiment } from '../../../../src/milestones/run';
import { identifierRuns, isSource, partsOf } from '../../../../src/milestones/shared/identifiers';
import { isDecent, isRude } from '../../../../src/milestones/shared/rude';
import { readSafetensors } from '../../../../src/milestones/shared/safetensors';
import { scoreSection } from '../../../../src/milestones/word2vec/books';
import { word2vec } from '../../../../src/milestones/word2vec/experiment';
import { controls } from '../../../../src/milestones/word2vec/options';
import { principalPlane } from '../../../../src/milestones/word2vec/plane';
import { SECTIONS } from '../../../../src/milestones/word2vec/questions';
import { SkipGram } from '../../../../src/milestones/word2vec/skipGram';
import {
  answers,
  nearest,
  nearestAlone,
  readVectors,
  rowOf,
  sumOf,
  vectorsOf,
} from '../../../../src/milestones/word2vec/vectors';
import { heldOutRanking, readCorpus, sharedWords } from '../../../../src/milestones/word2vec/workspace';
import { testInputs } from '../../../support/milestoneInputs';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const FILE = path.join('media', 'weights', 'word2vec.safetensors');
const shipped = (): ReturnType<typeof readVectors> => readVectors(new Uint8Array(readFileSync(FILE)));

describe('word2vec: skip-gram', function () {
  this.timeout(60_000);

  const options = { dims: 5, window: 3, negatives: 2, sample: 1 };

  it('steps down the gradient of finite differences', () => {
    const model = new SkipGram([4, 3, 2, 1], options, seededRandom(1));
    const random = seededRandom(2);
    model.output.forEach((_, at) => (model.output[at] = random() - 0.5));
    const before = { x: Float64Array.from(model.input), y: Float64Array.from(model.output) };
    // Written from the paper's formula (equation 4), in float64.
    const loss = ({ x, y }: typeof before): number => {
      const score = (target: number): number =>
        Array.from({ length: 5 }, (_, d) => x[2 * 5 + d] * y[target * 5 + d]).reduce((sum, each) => sum + each, 0);
      const sigma = (value: number): number => 1 / (1 + Math.exp(-value));
      return -Math.log(sigma(score(0))) - Math.log(sigma(-score(1))) - Math.log(sigma(-score(3)));
    };
    const rate = 0.01;
    assertClose(model.step(2, [0, 1, 3], rate), loss(before), 1e-6);
    for (const which of ['x', 'y'] as const) {
      const after = which === 'x' ? model.input : model.output;
      for (const at of after.keys()) {
        const moved = (by: number): number => {
          const copy = { x: before.x.slice(), y: before.y.slice() };
          copy[which][at] += by;
          return loss(copy);
        };
        const gradient = (moved(1e-4) - moved(-1e-4)) / 2e-4;
        assertClose((before[which][at] - after[at]) / rate, gradient, 1e-4);
      }
    }
  });

  it('draws negatives as counts to the power of three quarters', () => {
    const counts = [1000, 100, 10];
    const model = new SkipGram(counts, options, seededRandom(3));
    const drawn = [0, 0, 0];
    for (let at = 0; at < 20_000; at++) drawn[model.draw()]++;
    const all = counts.reduce((sum, count) => sum + count ** 0.75, 0);
    counts.forEach((count, at) => assertClose(drawn[at] / 20_000, count ** 0.75 / all, 0.01));
  });

  it('brings words of the same company together and ranks true neighbours above random ones', () => {
    // Two languages that never meet: even words stand with even ones, odd with odd.
    const random = seededRandom(4);
    const runs = Array.from({ length: 400 }, (_, at) =>
      Array.from({ length: 8 }, () => (at % 2) + 2 * Math.floor(random() * 6)),
    );
    const model = new SkipGram(new Array<number>(12).fill(10), { ...options, dims: 8 }, seededRandom(5));
    const untrained = heldOutRanking(model, runs, 1000)!;
    assertClose(untrained, 0.5, 0.01);
    for (let pass = 0; pass < 5; pass++) for (const run of runs) model.line(run, 0.05);
    const vectors = vectorsOf([...'abcdefghijkl'], model.input, 8);
    for (let at = 0; at < 12; at++) {
      const [{ word }] = nearest(vectors, rowOf(vectors, at), 1, [at]);
      assert.equal(vectors.index.get(word)! % 2, at % 2);
    }
    // A random word is of the same language half the time, and then the toss is even.
    assertClose(heldOutRanking(model, runs, 1000)!, 0.75, 0.05);
  });
});

describe('word2vec: vectors', function () {
  this.timeout(60_000);

  const toy = vectorsOf(
    ['man', 'woman', 'king', 'queen', 'far'],
    [1, 0, 0.2, 1, 0.6, 0, 1, 0, 1, 1, 0.6, 1, -1, -1, -1],
    3,
  );

  it('has another answer when the words of the question are allowed', () => {
    const question = ['man', 'woman', 'king'].map((word) => toy.index.get(word)!);
    const found = answers(toy, question, new Float32Array(5));
    assert.equal(toy.words[found.excluded], 'queen');
    const sum = sumOf(toy, question[0], question[1], question[2]);
    assert.equal(toy.words[found.allowed], nearest(toy, sum, 1)[0].word);
    assert.equal(nearest(toy, sum, 1, question)[0].word, 'queen');
  });

  it('takes the neighbour of the third word alone as control, never a word of the question', () => {
    const scores = Float32Array.from([0.9, 0.2, 1, 0.5]);
    assert.equal(nearestAlone([0, 1, 2], scores), 3);
    assert.equal(nearestAlone([2], scores), 0);
  });

  it('finds the plane of a cloud whose axes are known', () => {
    const random = seededRandom(6);
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    // Spread 3 along (c, s, 0), 1 along (−s, c, 0), 0.1 along the third.
    const rows = Array.from({ length: 4000 }, () => {
      const [a, b, e] = [3, 1, 0.1].map((spread) => spread * (random() + random() + random() - 1.5));
      return [a * c - b * s + 5, a * s + b * c - 2, e];
    });
    const { points, shares } = principalPlane(rows);
    assertClose(shares[0], 9 / 10.01, 0.01);
    assertClose(shares[1], 1 / 10.01, 0.01);
    // The first coordinate is that along (c, s), about the mean.
    const along = rows.map(([x, y]) => x * c + y * s);
    const middle = along.reduce((sum, value) => sum + value, 0) / along.length;
    const sign = Math.sign(points[0][0] * (along[0] - middle));
    const worst = Math.max(...points.map(([x], at) => Math.abs(sign * x - (along[at] - middle))));
    assert.ok(worst < 0.1, `${worst}`);
  });

  it('reads the shipped file, which is small and says where it comes from', () => {
    const { vectors, metadata } = shipped();
    assert.ok(statSync(FILE).size <= 1_500_000);
    assert.ok(metadata.licence && metadata.text);
    assert.equal(vectors.rows.length, vectors.words.length * vectors.dims);
    assertClose(Math.hypot(...rowOf(vectors, 17)), 1, 1e-5);
  });

  it('says what is wrong with a damaged file', () => {
    const bytes = new Uint8Array(readFileSync(FILE));
    assert.throws(() => readSafetensors(bytes.subarray(0, 4), 'x'), { code: 'model-invalid', message: /no header/ });
    assert.throws(() => readSafetensors(bytes.subarray(0, 900), 'x'), /longer than the file/);
    assert.throws(() => readSafetensors(bytes.subarray(0, bytes.length - 900_000), 'x'), /outside the file/);
    const scrambled = bytes.slice(0, 2000);
    new DataView(scrambled.buffer).setBigUint64(0, 1000n, true);
    assert.throws(() => readSafetensors(scrambled, 'x'), /cannot be read/);
  });

  const questions = path.join(process.env.ATTENTION_DATA ?? '', 'english', 'questions-words.txt');
  it('scores a section as the independent program in training/ does', function () {
    if (!process.env.ATTENTION_DATA) return this.skip();
    const family = readFileSync(questions, 'utf8')
      .split(': ')
      .find((part) => part.startsWith('family'))!;
    const rows = family
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.toLowerCase().split(' '));
    const { vectors } = shipped();
    const scores = new Float32Array(vectors.words.length);
    const right = { known: 0, excluded: 0, allowed: 0 };
    for (const row of rows) {
      const ids = row.map((word) => vectors.index.get(word) ?? -1);
      if (ids.includes(-1)) continue;
      right.known++;
      const found = answers(vectors, ids, scores);
      if (found.excluded === ids[3]) right.excluded++;
      if (found.allowed === ids[3]) right.allowed++;
    }
    assert.deepEqual(right, FAMILY);
    return undefined;
  });
});

/** From `word2vec.py measure` (numpy); see training/README.md. */
const FAMILY = { known: 240, excluded: 116, allowed: 25 };

describe('word2vec: the experiment', function () {
  this.timeout(60_000);

  it('takes identifiers from sources, not words from comments and strings', () => {
    const text =
      'const readFile = 1; // the comment\n/* more\n\n words */ openFile("a string // here");\n\nfoo_bar(`x`)';
    assert.deepEqual(identifierRuns({ name: 'a.ts', text }), [['const', 'readFile', 'openFile']]);
    assert.deepEqual(identifierRuns({ name: 'a.py', text: 'x1 = y1 # say\n"""doc\n\ndoc"""\nz1 = "#" + w1' }), [
      ['x1', 'y1'].concat(['z1', 'w1']),
    ]);
    assert.ok(!isSource({ name: 'README.md', text: '' }));
    assert.deepEqual(partsOf('readJSONFile_maxId2'), ['read', 'json', 'file', 'max']);
  });

  it('asks every pair from every other, and counts only questions whose words are known', () => {
    const { vectors } = shipped();
    const { score, pairs } = scoreSection(
      vectors,
      {
        name: 'x',
        pairs: [
          ['man', 'woman'],
          ['king', 'queen'],
          ['qqqq', 'zzzz'],
        ],
      },
      20,
    );
    assert.equal(score.asked, 6);
    assert.equal(score.known, 2);
    assert.equal(pairs.length, 2);
  });

  it('has no pair twice, and nearly all of its words are among the shipped ones', () => {
    const { vectors } = shipped();
    const words = SECTIONS.flatMap(({ pairs }) => pairs.flat());
    for (const { name, pairs } of SECTIONS) assert.equal(new Set(pairs.map(String)).size, pairs.length, name);
    assert.ok(words.filter((word) => vectors.index.has(word)).length > 0.95 * words.length);
  });

  /** Nobody asks here how many are right. */
  const few = { questionsPerPair: 1, words: 100_000 };

  it('without a workspace it learns the words of this history, and says so', async () => {
    const inputs: Inputs = await testInputs();
    for (const small of [[], [{ name: 'a.ts', text: 'let one = two;\n'.repeat(9) }]])
      assert.equal(readCorpus(small).from, 'history', `${small.length} files`);
    const { signal } = new AbortController();
    const options = { ...defaults(controls, true), ...few };
    const { result, card, answer } = await runExperiment(word2vec, { options, seed: 1, signal, inputs });
    const live = result.live!;
    assert.ok(live.tokens > 5000 && live.identifiers > 200, `${live.tokens} ${live.identifiers}`);
    assert.ok(live.curve.at(-1)!.loss < 0.8 * live.curve[0].loss);
    assert.ok(!live.neighbours.some(({ near }) => near.some(({ word }) => word === 'https')));
    assert.ok(live.neighbours.length > 5 && live.neighbours.every(({ near }) => near.length === 5));
    assert.match(card.why.text, /the words of this history/);
    const near = (word: string): unknown => answer!({ kind: 'near', of: 'workspace', word, count: 3 }, signal);
    assert.deepEqual(await near('qqq'), { near: [], unknown: ['qqq'] });
    assert.deepEqual(((await near('model')) as { unknown: string[] }).unknown, []);
    const king = { kind: 'analogy', a: ' Man', b: 'king', c: 'woman', count: 3 } as const;
    const excluded = await answer!({ ...king, exclude: true }, signal);
    assert.ok(excluded.near.every(({ word }) => !['man', 'king', 'woman'].includes(word)));
    const allowed = await answer!({ ...king, exclude: false }, signal);
    assert.deepEqual(allowed.near, result.king.allowed.slice(0, 3));
    assert.deepEqual((await answer!({ ...king, c: 'smartphone', exclude: true }, signal)).unknown, ['smartphone']);
  });

  it('shows a class no rude word that an old book has, neither as a neighbour nor as an answer', async () => {
    const { vectors } = readVectors(await (await testInputs()).file('weights/word2vec.safetensors'));
    const rude = [...vectors.words.keys()].filter((at) => isRude(vectors.words[at]));
    assert.ok(rude.length > 0, 'the books have some');
    for (const at of rude) {
      const near = nearest(vectors, rowOf(vectors, at), 8, [], isDecent);
      assert.equal(near.length, 8);
      assert.deepEqual(
        near.filter(({ word }) => isRude(word)),
        [],
      );
    }
    // Through the calculator too: the word itself is the nearest to king − king + it.
    const [first] = rude.map((at) => vectors.words[at]);
    const { answer } = await ran();
    const question = { kind: 'analogy', a: 'king', b: 'king', c: first, exclude: false, count: 3 } as const;
    for (const each of [question, { kind: 'near', of: 'books', word: first, count: 20 } as const]) {
      const { near } = await answer!(each, new AbortController().signal);
      assert.ok(near.length >= 3 && !near.some(({ word }) => isRude(word)));
    }
  });

  const ran = runOnce(word2vec, { options: few });

  it('learns the identifiers of a workspace: better than chance on files it has not read', async () => {
    const { result } = await ran();
    const live = result.live!;
    assert.ok(live.heldOut! > 0.6, `${live.heldOut}`);
    assert.ok(live.sharedWord! > live.sharedWordByChance!);
    assert.ok(live.curve.at(-1)!.loss < live.curve[0].loss);
    assert.equal(live.neighbours[0].near.length, 5);
  });

  it('counts shared words as one by one', () => {
    const words = Array.from({ length: 40 }, (_, at) => `${at % 2 ? 'read' : 'send'}${at % 2 ? 'Alpha' : 'Beta'}${at}`);
    const values = words.flatMap((_, at) => (at % 2 ? [1, at / 1000] : [at / 1000, 1]));
    const shared = sharedWords(vectorsOf(words, values, 2), 100)!;
    assert.equal(shared.nearest, 1);
    assertClose(shared.chance, 19 / 39, 1e-12);
  });
});
