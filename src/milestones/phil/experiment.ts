/**
 * PHIL, 2000-2003: a word model and concept clusters made from the open workspace (or, where that is small, from the words of
 * this history), and what they are good for: fewer bits, "did you mean", cards that fit a page. Everything is measured on
 * texts that were not learned from.
 */
import { log, log2 } from '../../shared/elementary';
import { seededRandom, shuffle } from '../../shared/random';
import type { Card, CardRow, SelectedText } from '../../protocol/milestones';
import type { Experiment, Inputs, Report } from '../experiment';
import { clusterMatch, matchCards, tfIdf, type Page } from './cards';
import { infer, learnRound, startClusters, type Clusters } from './clusters';
import { clusterTopic, setOf, vocabularyOf, type Vocabulary } from './clusterWords';
import { gzipBytes, gzipBytesAfter, transformerBits } from './compress';
import { blocks, divide, excerpt, type Division } from './corpus';
import { nearWords, suggestions, testTypos } from './meant';
import {
  controls,
  type Answer,
  type Compressor,
  type FromNothing,
  type Options,
  type Question,
  type Result,
  EDITS,
} from './options';
import { isDecent } from '../shared/rude';
import { pieces, utf8Length } from './tokens';
import { bitsOf, WordModel } from './wordModel';
import { trial } from './trial';

const WHY =
  'The patents describe the method without measurements, so there is nothing to compare with but other compressors, on files that were not learned from. Ours has one layer of clusters, learned in seconds from one workspace; PHIL had layers of them, learned from the web. The clusters say which words occur, not their order, so they can save little or nothing on top of a word model. “Card found” is the mean of 1 ÷ place: clusters alone find fewer cards than TF-IDF; added to it, they help a little in one workspace and not in another. gzip looks back on 32 kB and no further; brotli and xz, at their best, on all that was read, and brotli has a dictionary of 120 kB built in. xz is no part of Node: its numbers are of our check alone. None of them, nor the word model, pays for having read; the rows “from nothing” are of a text that all of them begin without having read anything, and there nobody’s own program is counted. The transformer brings 13 MB of weights that are not counted; it was trained on other people’s code and has never seen this workspace.';
const WHY_HISTORY =
  'The workspace is small, so what was learned is the English of this history, its stories and claims. They are about 60 kB of prose, where a workspace may give a million characters, so the numbers are not those of a workspace. The patents describe the method without measurements, so there is nothing to compare with but other compressors, on texts that were not learned from. The clusters say which words occur, not their order. gzip and brotli do not pay for having read, nor does the word model, except in the rows “from nothing”; the transformer brings 13 MB of weights that are not counted.';

const EXCERPT = 2000;
/** Characters that are coded from nothing. */
const FROM_NOTHING = 100_000;
const SELECTION = 3000;
const CARD_WORDS = 8;
const CARD_PAGES = 100;
const LEAST_PAGES = 5;
const SHOWN_CLUSTERS = 12;
const SHOWN_WORDS = 8;
const SHOWN_FILES = 5;

export const phil: Experiment<Options, Result, Question, Answer> = {
  id: 'phil',
  controls,
  trial,
  needs: { workspaceCharacters: 1_000_000, selection: true, models: ['default'] },
  async run(options, seed, report, _signal, inputs) {
    const random = seededRandom(seed);
    const { selection } = inputs;
    const result: Result = {
      files: 0,
      pieces: 0,
      compression: [],
      bytes: 0,
      fromNothing: [],
      clusters: [],
      surprisal: null,
      typos: [],
      examples: [],
      cards: null,
      matched: null,
    };
    await report(0, { text: 'Reading the workspace' }, result);
    const division = divide(inputs.workspace, selection?.text.slice(0, SELECTION) ?? null, random);
    const { training, heldOut } = division;
    result.from = division.from;
    result.files = training.length;
    const texts = heldOut.slice(0, options.excerpts).map(({ text }) => excerpt(text, EXCERPT, random));
    result.bytes = texts.reduce((sum, text) => sum + utf8Length(text), 0);
    await gzip(texts, division, result);
    await report(0, { text: 'brotli reads what is learned from' }, result);
    const { windowCharacters } = options;
    await withWindow('brotli', texts, division, windowCharacters, inputs.brotliBytes, result);
    if (inputs.xzBytes) await withWindow('xz', texts, division, windowCharacters, inputs.xzBytes, result);
    result.fromNothing = await fromNothing(division, options, inputs);

    const words = new WordModel(options.order);
    for (const [at, { text }] of training.entries()) {
      words.learn(text);
      await report(
        0.25 * (at / training.length),
        { text: 'The word model reads file {0} of {1}', args: [at + 1, training.length] },
        result,
      );
    }
    result.pieces = words.words.length;
    const near = nearWords(words);
    Object.assign(result, testTypos(words, near, heldOut, options.typos, random));
    result.surprisal = surprisalOf(words, selection ?? firstHeldOut(division));
    await report(0.3, { text: 'Typing errors are mended' }, result);

    const parts = training.flatMap(({ text }) => blocks(text));
    const vocabulary = vocabularyOf(parts);
    const model = await learnClusters(parts, vocabulary, options, random, report, result);
    result.cards = measureCards(model, vocabulary, parts.length, heldOut, random);
    result.matched = selection && matchSelection(model, vocabulary, parts.length, selection, training);

    const bits = { plain: 0, topic: 0 };
    for (const [at, text] of texts.entries()) {
      await report(
        0.6 + 0.1 * (at / texts.length),
        { text: 'File {0} of {1} is compressed', args: [at + 1, texts.length] },
        result,
      );
      const { adapt } = options;
      bits.plain += bitsOf(words.read(text, { adapt }));
      bits.topic += bitsOf(words.read(text, { adapt, topic: clusterTopic(model, vocabulary, words) }));
    }
    add(result, 'back-off', bits.plain);
    add(result, 'back-off and clusters', bits.topic);

    const transformer = await inputs.model();
    let transformed = 0;
    for (const [at, text] of texts.entries()) {
      const note = { text: 'The transformer reads file {0} of {1}', args: [at + 1, texts.length] };
      const done = 0.7 + 0.3 * (at / texts.length);
      await report(done, note, result);
      transformed += await transformerBits(transformer, text, () => report(done, note));
    }
    add(result, 'transformer', transformed);
    return {
      result,
      answer({ word }) {
        const asked = word.trim();
        const meant = suggestions(words, near, asked, [], 0)
          .filter(isDecent)
          .map((each) => ({ word: each, count: words.count(each) }));
        return { known: near.has(asked), meant: meant.slice(0, 8) };
      },
    };
  },
  card,
};

function add(result: Result, compressor: Compressor, bits: number): void {
  result.compression = [...result.compression, { compressor, bitsPerByte: bits / result.bytes }];
}

async function gzip(texts: readonly string[], { training }: Division, result: Result): Promise<void> {
  const before = training.map(({ text }) => text).join('\n');
  let [alone, after] = [0, 0];
  for (const text of texts) {
    alone += await gzipBytes(text);
    after += await gzipBytesAfter(before, text);
  }
  add(result, 'gzip', 8 * alone);
  add(result, 'gzip after what was read', 8 * after);
}

/**
 * All that was read lies in the compressor's window. The files come in one piece after it, so that it may learn from one file
 * for the next, which the word model may not.
 */
async function withWindow(
  compressor: 'brotli' | 'xz',
  texts: readonly string[],
  { training }: Division,
  windowCharacters: number,
  bytesOf: Inputs['brotliBytes'],
  result: Result,
): Promise<void> {
  const before = training
    .map(({ text }) => text)
    .join('\n')
    .slice(-windowCharacters);
  let alone = 0;
  for (const text of texts) alone += await bytesOf(text);
  add(result, compressor, 8 * alone);
  const after = (await bytesOf(before + texts.join(''))) - (await bytesOf(before));
  add(result, `${compressor} after what was read`, 8 * after);
}

/** The word model guesses each piece before it learns it, as a decoder could: nothing that it knows has to be sent. */
async function fromNothing(
  { training }: Division,
  { order, windowCharacters }: Options,
  { brotliBytes, xzBytes }: Inputs,
): Promise<Result['fromNothing']> {
  const text = training
    .map(({ text: each }) => each)
    .join('\n')
    .slice(0, Math.min(windowCharacters, FROM_NOTHING));
  const bits: [FromNothing, number][] = [
    ['gzip', 8 * (await gzipBytes(text))],
    ['brotli', 8 * (await brotliBytes(text))],
    ...(xzBytes ? [['xz', 8 * (await xzBytes(text))] as [FromNothing, number]] : []),
    ['back-off', bitsOf(new WordModel(order).read(text, { adapt: true }))],
  ];
  return bits.map(([compressor, each]) => ({ compressor, bitsPerByte: each / utf8Length(text) }));
}

function firstHeldOut({ heldOut }: Division): SelectedText {
  return { title: heldOut[0].name, text: heldOut[0].text };
}

function surprisalOf(words: WordModel, { title, text }: SelectedText): Result['surprisal'] {
  const shown = text.slice(0, SELECTION);
  const probabilities = words.read(shown, { adapt: false });
  return { title, pieces: pieces(shown).map((piece, at) => ({ text: piece, bits: -log2(probabilities[at]) })) };
}

async function learnClusters(
  parts: readonly string[],
  vocabulary: Vocabulary,
  { clusters, rounds }: Options,
  random: () => number,
  report: Report<Result>,
  result: Result,
): Promise<Clusters> {
  const sets = parts.map((part) => setOf(vocabulary, part));
  const { model, activations } = startClusters(sets, vocabulary.words.length, clusters, random);
  for (let round = 0; round < rounds; round++) {
    learnRound(model, activations, sets);
    const note = { text: 'Concept clusters: round {0} of {1}', args: [round + 1, rounds] };
    if (round % 5 === 4 || round === rounds - 1) result.clusters = describeClusters(model, activations, vocabulary);
    await report(0.3 + 0.3 * (round / rounds), note, result);
  }
  return model;
}

/** Words that a cluster fires more than the others do. */
function describeClusters(model: Clusters, activations: Float64Array, { words }: Vocabulary): Result['clusters'] {
  const used = new Float64Array(model.clusters);
  activations.forEach((activation, at) => (used[at % model.clusters] += activation));
  const all = used.reduce((sum, each) => sum + each, 0);
  const mean = (word: number): number => {
    let sum = 0;
    for (let k = 0; k < model.clusters; k++) sum += model.weights[k * model.words + word];
    return sum / model.clusters;
  };
  const means = words.map((_, word) => mean(word));
  return [...used.keys()]
    .sort((a, b) => used[b] - used[a])
    .slice(0, SHOWN_CLUSTERS)
    .map((k) => {
      const lift = (word: number): number => {
        const weight = model.weights[k * model.words + word];
        return weight * log(weight / means[word]);
      };
      const lifts = words.map((_, word) => lift(word));
      const best = [...words.keys()].filter((word) => isDecent(words[word])).sort((a, b) => lifts[b] - lifts[a]);
      return { share: used[k] / all, words: best.slice(0, SHOWN_WORDS).map((word) => words[word]) };
    })
    .filter((cluster) => cluster.words.length > 0);
}

/** The first half of a file is the page; words drawn from its second half are its card. */
function measureCards(
  model: Clusters,
  vocabulary: Vocabulary,
  allTexts: number,
  heldOut: Division['heldOut'],
  random: () => number,
): Result['cards'] {
  const pages = heldOut.slice(0, CARD_PAGES).flatMap(({ text }): Page[] => {
    const half = text.indexOf('\n', text.length / 2) + 1;
    const [page, rest] = [text.slice(0, half), text.slice(half)].map((part) => setOf(vocabulary, part));
    if (page.length < CARD_WORDS || rest.length < CARD_WORDS) return [];
    return [{ page, card: shuffle([...rest], random).slice(0, CARD_WORDS) }];
  });
  return pages.length < LEAST_PAGES ? null : { pages: pages.length, ...matchCards(model, vocabulary, allTexts, pages) };
}

function matchSelection(
  model: Clusters,
  vocabulary: Vocabulary,
  allTexts: number,
  { title, text }: SelectedText,
  files: Division['training'],
): Result['matched'] {
  const page = setOf(vocabulary, text);
  const activation = infer(model, page);
  const best = (score: (text: string) => number): string[] => {
    const scores = new Map(files.map((file) => [file.name, score(file.text)]));
    return [...scores.keys()].sort((a, b) => scores.get(b)! - scores.get(a)!).slice(0, SHOWN_FILES);
  };
  return {
    title,
    tfIdf: best((each) => tfIdf(vocabulary, allTexts, page, setOf(vocabulary, each))),
    clusters: best((each) => clusterMatch(model, vocabulary, allTexts, activation, setOf(vocabulary, each))),
  };
}

function card({ from, compression, fromNothing: unread, typos, cards }: Result): Card {
  const rows: CardRow[] = [];
  const write = (name: string, value: number, unit?: CardRow['unit']): void =>
    void rows.push({ name, value, ...(unit && { unit }) });
  const bits = (compressor: Compressor): number =>
    compression.find((each) => each.compressor === compressor)!.bitsPerByte;
  for (const { compressor, bitsPerByte } of compression) write(`bits per byte, ${compressor}`, bitsPerByte);
  write('bits per byte that clusters save', bits('back-off') - bits('back-off and clusters'));
  write(
    'bits per byte saved against brotli after what was read',
    bits('brotli after what was read') - bits('back-off and clusters'),
  );
  write(
    'bits per byte saved against gzip after what was read',
    bits('gzip after what was read') - bits('back-off and clusters'),
  );
  for (const { compressor, bitsPerByte } of unread) write(`bits per byte from nothing, ${compressor}`, bitsPerByte);
  const asked = typos.reduce((sum, each) => sum + each.asked, 0);
  if (asked > 0) {
    write('typing errors mended', typos.reduce((sum, { found }) => sum + found, 0) / asked, 'share');
    for (const kind of EDITS) {
      const of = typos.find((each) => each.kind === kind)!;
      if (of.asked > 0) write(`typing errors mended, letter ${kind}`, of.found / of.asked, 'share');
    }
  }
  if (cards) {
    write('card found, TF-IDF', cards.tfIdf);
    write('card found, clusters', cards.clusters);
    write('card found, both', cards.both);
    write('card found, by lot', cards.chance);
    write('card found, gained by adding clusters to TF-IDF', cards.both - cards.tfIdf);
  }
  return {
    paper: { text: 'The patents give no numbers' },
    rows,
    why: { text: from === 'history' ? WHY_HISTORY : WHY },
  };
}
