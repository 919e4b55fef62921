import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../../../src/shared/random';
import { defaults } from '../../../../src/milestones/experiment';
import { Backoff } from '../../../../src/milestones/phil/backoff';
import { matchCards, place, tfIdf } from '../../../../src/milestones/phil/cards';
import { infer, learnRound, logLikelihood, rate, startClusters } from '../../../../src/milestones/phil/clusters';
import { clusterTopic, setOf, vocabularyOf } from '../../../../src/milestones/phil/clusterWords';
import { isRude } from '../../../../src/milestones/shared/rude';
import { gzipBytes, transformerBits } from '../../../../src/milestones/phil/compress';
import { blocks, divide } from '../../../../src/milestones/phil/corpus';
import { phil } from '../../../../src/milestones/phil/experiment';
import { controls, EDITS } from '../../../../src/milestones/phil/options';
import { isWord, pieces } from '../../../../src/milestones/phil/tokens';
import { distance, NearWords, slip } from '../../../../src/milestones/phil/typos';
import { WordModel } from '../../../../src/milestones/phil/wordModel';
import { runExperiment } from '../../../../src/milestones/run';
import { testInputs } from '../../../support/milestoneInputs';
import { assertClose } from '../../../support/close';
import { runOnce } from '../../../support/runOnce';

const { signal } = new AbortController();

describe('phil: the word model', () => {
  it('cuts text into pieces that make the text again', () => {
    const text = 'const α = "naïve 国王 😀";\r\n\n\treturn _x$1 + 42;  // end';
    assert.equal(pieces(text).join(''), text);
    assert.deepEqual(pieces('a_b1 42\n  x').filter(isWord), ['a_b1']);
  });

  it('gives the Witten-Bell probabilities worked out by hand', () => {
    // a b a b a c, numbers 0 1 0 1 0 2; base uniform over 4.
    const model = new Backoff(1, () => 1 / 4);
    const text = [0, 1, 0, 1, 0, 2];
    text.forEach((_, end) => model.learn(text, end));
    // Without context: N = 6, T = 3. After 0: b twice, c once: N = 3, T = 2.
    const empty = (count: number): number => (count + 3 / 4) / 9;
    assertClose(model.probability([], 0, 0), empty(3), 1e-12);
    assertClose(model.probability([0], 1, 1), (2 + 2 * empty(2)) / 5, 1e-12);
    assertClose(model.probability([0], 1, 3), (2 * empty(0)) / 5, 1e-12);
    assertClose(
      [0, 1, 2, 3].reduce((sum, token) => sum + model.probability([0], 1, token), 0),
      1,
      1e-12,
    );
  });

  it('forgets what it is told to forget', () => {
    const model = new Backoff(2, () => 1 / 4);
    const [first, second] = [
      [0, 1, 2, 1],
      [0, 1, 3, 3, 1],
    ];
    first.forEach((_, end) => model.learn(first, end));
    const before = [0, 1, 2, 3].map((token) => model.probability([0, 1], 2, token));
    second.forEach((_, end) => model.learn(second, end));
    second.forEach((_, end) => model.learn(second, second.length - 1 - end, -1));
    assert.deepEqual(
      [0, 1, 2, 3].map((token) => model.probability([0, 1], 2, token)),
      before,
    );
  });

  it('sums to one over known words and one spelled anew never exceeds what is left, with a topic too', () => {
    const words = new WordModel(2);
    const texts = Array.from({ length: 12 }, (_, at) =>
      at % 2 ? 'read file open file path' : 'draw line width color line',
    );
    texts.forEach((text) => words.learn(text));
    const vocabulary = vocabularyOf(texts);
    const sets = texts.map((text) => setOf(vocabulary, text));
    const { model, activations } = startClusters(sets, vocabulary.words.length, 2, seededRandom(1));
    for (let round = 0; round < 30; round++) learnRound(model, activations, sets);
    // Each continuation of the same beginning, in turn, read with the topic.
    const all = [...words.words];
    const sum = (topic: boolean): number =>
      all.reduce((total, word) => {
        const known = word === ' ' ? 'file ' : `file ${word}`;
        const given = topic ? clusterTopic(model, vocabulary, words) : null;
        return total + (word === ' ' ? 0 : words.read(known, { adapt: false, topic: given }).at(-1)!);
      }, 0);
    assert.ok(sum(false) < 1 && sum(false) > 0.8, `${sum(false)}`);
    // The blank itself is left out of both sums, and the topic moves shares only among its own words.
    assertClose(sum(true), sum(false), 1e-9);
    const fresh = words.read('zebra', { adapt: false })[0];
    assert.ok(fresh > 0 && fresh < 0.05);
  });

  it('learns while it reads, and is as before afterwards', () => {
    const words = new WordModel(2);
    words.learn('one two three one two three');
    const text = 'novel thing novel thing novel thing';
    const first = words.read(text, { adapt: true });
    assert.ok(first.at(-1)! > 5 * first[2], 'the third time is expected');
    assert.deepEqual(words.read(text, { adapt: true }), first);
  });
});

describe('phil: clusters', function () {
  this.timeout(60_000);

  const random = seededRandom(7);
  // Two topics of ten words each, a few words from the other.
  const sets = Array.from({ length: 120 }, (_, text) =>
    Array.from({ length: 20 }, (_, word) => word).filter(
      (word) => random() < (Math.floor(word / 10) === text % 2 ? 0.5 : 0.04),
    ),
  );

  it('computes the likelihood of noisy-or, absent words counted one by one', () => {
    const { model, activations } = startClusters(sets.slice(0, 5), 20, 2, seededRandom(8));
    let direct = 0;
    sets.slice(0, 5).forEach((set, text) => {
      for (let word = 0; word < 20; word++) {
        // Each cause fails on its own: 1 − Π (1 − p).
        let fails = Math.exp(-model.leak[word]);
        for (let k = 0; k < 2; k++)
          fails *= 1 - (1 - Math.exp(-activations[text * 2 + k] * model.weights[k * 20 + word]));
        direct += Math.log(set.includes(word) ? 1 - fails : fails);
      }
    });
    assertClose(logLikelihood(model, activations, sets.slice(0, 5)), direct, 1e-9);
  });

  it('never loses likelihood in a round, and finds the two topics', () => {
    const { model, activations } = startClusters(sets, 20, 2, seededRandom(9));
    let before = logLikelihood(model, activations, sets);
    for (let round = 0; round < 60; round++) {
      learnRound(model, activations, sets);
      const after = logLikelihood(model, activations, sets);
      assert.ok(after > before - 1e-6, `round ${round}: ${before} → ${after}`);
      before = after;
    }
    const [a, b] = [infer(model, [0, 1, 2, 3, 4]), infer(model, [10, 11, 12, 13, 14])];
    assert.notEqual(a[0] > a[1], b[0] > b[1]);
    // A word not seen, of the topic and not of it.
    assert.ok(rate(model, a, 7) > 3 * rate(model, a, 17));
  });

  it('finds the card of a page whose words it does not share; TF-IDF cannot', () => {
    const { model, activations } = startClusters(sets, 20, 2, seededRandom(9));
    for (let round = 0; round < 60; round++) learnRound(model, activations, sets);
    const vocabulary = {
      words: [],
      index: new Map<string, number>(),
      texts: new Array<number>(20).fill(30),
      times: [],
    };
    const scores = matchCards(model, vocabulary, 120, [
      { page: [0, 1, 2], card: [3, 4, 5] },
      { page: [10, 11, 12], card: [13, 14, 15] },
    ]);
    assertClose(scores.tfIdf, 2 / 3, 1e-12);
    assert.equal(scores.clusters, 1);
    assert.equal(scores.chance, 0.75);
    assert.equal(place([3, 1, 3, 2], 0), 1.5);
    assertClose(
      tfIdf({ ...vocabulary, texts: [60, 30, 30] }, 120, [0, 1], [0, 2]),
      Math.log(2) ** 2 / (Math.log(2) ** 2 + Math.log(4) ** 2),
      1e-12,
    );
  });
});

describe('phil: did you mean', function () {
  this.timeout(60_000);

  /** Damerau-Levenshtein (optimal string alignment) by the full table. */
  function reference(a: string, b: string): number {
    const d = Array.from({ length: a.length + 1 }, (_, i) =>
      Array.from({ length: b.length + 1 }, (_, j) => (i ? (j ? 0 : i) : j)),
    );
    for (let i = 1; i <= a.length; i++) {
      for (let j = 1; j <= b.length; j++) {
        d[i][j] = Math.min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
    return d[a.length][b.length];
  }

  it('agrees with the full table of edit distances, for a thousand random pairs', () => {
    const random = seededRandom(10);
    const word = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 5) }, () => 'abc'[Math.floor(random() * 3)]).join('');
    const known = new NearWords();
    const words = Array.from({ length: 60 }, word);
    words.forEach((each) => known.add(each));
    for (let at = 0; at < 1000; at++) {
      const [a, b] = [word(), word()];
      assert.equal(distance(a, b), Math.min(2, reference(a, b)), `${a} ${b}`);
    }
    const expected = [...new Set(words)].filter((each) => reference('abca', each) === 1).sort();
    assert.deepEqual(known.near('abca').sort(), expected);
  });

  it('makes slips of one edit', () => {
    const random = seededRandom(11);
    for (const kind of EDITS) {
      for (let at = 0; at < 50; at++) assert.ok(reference('identifier', slip('identifier', kind, random)) <= 1, kind);
    }
  });
});

describe('phil: the experiment', function () {
  this.timeout(120_000);

  it('shows no class a rude word that a slip has made', () => {
    for (const word of ['shit', 'readShit', 'setTits', 'ASS_SIZE']) assert.ok(isRude(word), word);
    for (const word of ['shift', 'document', 'assert', 'title', 'className', 'EXPECTED'])
      assert.ok(!isRude(word), word);
  });

  it('compresses as the platform’s gzip does, and a transformer’s bits are −log₂ of its probabilities', async () => {
    const text = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n'.repeat(4);
    assertClose(await gzipBytes(text), gzipSync(text).length, 3);
    const model = await (await testInputs()).model();
    const one = await transformerBits(model, 'const', async () => {});
    assert.ok(one > 0 && one < 8 * 5);
  });

  it('divides files so that none is on both sides, and the selection’s file is not learned from', () => {
    const texts = Array.from({ length: 30 }, (_, at) => ({
      name: `${at}.ts`,
      text: `// ${at}\n`.padEnd(300, `x${at} `),
    }));
    const { from, training, heldOut } = divide(texts, '// 7\n', seededRandom(1));
    assert.equal(from, 'workspace');
    assert.ok(heldOut.every((file) => !training.includes(file)));
    assert.ok(!training.some(({ name }) => name === '7.ts'));
    for (const small of [[], texts.slice(0, 3), texts.slice(0, 20)])
      assert.equal(divide(small, null, seededRandom(1)).from, 'history', `${small.length} files`);
    assert.equal(blocks('a\n'.repeat(200)).join('\n'), 'a\n'.repeat(200));
  });

  // Of a folder whose files begin with what they are for.
  const ran = runOnce(phil, { seed: 2, inputs: () => testInputs(400_000, 'src'), isRecorded: false });

  it('mends at least 80 % of slips in this repository’s identifiers, and needs fewer bits than gzip', async () => {
    const { result, card, answer } = await ran();
    const mended = card.rows.find(({ name }) => name === 'typing errors mended')!.value;
    assert.ok(mended >= 0.8, `${mended}`);
    const bits = Object.fromEntries(result.compression.map((each) => [each.compressor, each.bitsPerByte]));
    assert.ok(bits['back-off'] < bits['gzip after what was read'] && bits['gzip after what was read'] < bits.gzip);
    const unread = Object.fromEntries(result.fromNothing.map((each) => [each.compressor, each.bitsPerByte]));
    assert.deepEqual(Object.keys(unread), ['gzip', 'brotli', 'back-off']);
    assert.ok(unread['back-off'] > bits['back-off'] && unread['back-off'] < 8, JSON.stringify(unread));
    assert.ok(!card.rows.some(({ name }) => name.includes('xz')));
    assert.ok(result.cards!.tfIdf > result.cards!.chance && result.cards!.clusters > result.cards!.chance);
    const meant = await answer!({ word: ' improt' }, signal);
    assert.equal(meant.known, false);
    assert.equal(meant.meant[0].word, 'import');
    assert.equal((await answer!({ word: 'import' }, signal)).known, true);
  });

  it('shows no rude word that a workspace holds, in clusters or as what was meant', async () => {
    const workspace = Array.from({ length: 20 }, (_, at) => ({
      name: `${at}.ts`,
      text: `${at % 3 === 0 ? 'const shitHead = shiftHead(1);\n' : ''}let other${at % 4} = ${at};\n`.padEnd(400, '7 '),
    }));
    const { result, answer } = await runExperiment(phil, {
      options: { ...defaults(controls, true), rounds: 5, typos: 40, excerpts: 1 },
      seed: 1,
      signal,
      inputs: { ...(await testInputs()), workspace },
    });
    const words = result.clusters.flatMap((cluster) => cluster.words);
    assert.ok(words.includes('shiftHead'));
    assert.deepEqual(words.filter(isRude), []);
    const { meant } = await answer!({ word: 'shiHead' }, signal);
    assert.deepEqual(
      meant.filter(({ word }) => isRude(word)),
      [],
    );
  });

  it('learns from the words of this history where there is no workspace, and says so', async () => {
    const { result, card, answer } = await runExperiment(phil, {
      options: defaults(controls, true),
      seed: 1,
      signal,
      inputs: { ...(await testInputs()), xzBytes: (text) => Promise.resolve(text.length) },
    });
    assert.equal(result.from, 'history');
    assert.ok(result.files > 20, `${result.files}`);
    assert.match(card.why.text, /English of this history/);
    assert.deepEqual(
      card.rows.filter(({ name }) => name.includes('workspace')),
      [],
    );
    const bits = (name: string): number => card.rows.find((row) => row.name === `bits per byte, ${name}`)!.value;
    assert.ok(bits('back-off') < bits('gzip'), `${bits('back-off')} ${bits('gzip')}`);
    // A text of one byte a character by a compressor that saves nothing.
    for (const name of ['xz', 'xz after what was read'])
      assert.ok(bits(name) > 7.5 && bits(name) <= 8, `${bits(name)}`);
    assert.ok(card.rows.some(({ name }) => name === 'bits per byte from nothing, xz'));
    assert.ok(result.clusters.length > 0 && result.clusters.every(({ words }) => words.length > 0));
    assert.deepEqual((await answer!({ word: 'attenton' }, signal)).meant[0].word, 'attention');
  });

  it('shows no clusters of a workspace without words', async () => {
    const workspace = Array.from({ length: 40 }, (_, at) => ({ name: `${at}.csv`, text: `${at},1,2\n`.repeat(40) }));
    const { result } = await runExperiment(phil, {
      options: { ...defaults(controls, true), rounds: 5, excerpts: 1 },
      seed: 1,
      signal,
      inputs: { ...(await testInputs()), workspace },
    });
    assert.equal(result.from, 'workspace');
    assert.deepEqual(result.clusters, []);
  });
});
