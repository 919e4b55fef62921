/** The words that clusters are about, and the clusters as a topic for the back-off model. */
import { expm1 } from '../../shared/elementary';
import { infer, rate, type Clusters, type WordSet } from './clusters';
import { isWord, pieces } from './tokens';
import type { Topic, WordModel } from './wordModel';

/** A word in fewer texts says nothing of its company; one in more than this share goes with everything. */
const LEAST_TEXTS = 3;
const MOST_SHARE = 0.5;
const MOST_WORDS = 2000;
/** The topic is thought over after so many words. */
const RETHINK = 24;

export interface Vocabulary {
  words: string[];
  index: Map<string, number>;
  /** Texts that hold the word: [words] */
  texts: number[];
  /** Mean number of times in a text that holds it: [words] */
  times: number[];
}

export function vocabularyOf(texts: readonly string[]): Vocabulary {
  const holds = new Map<string, number>();
  const all = new Map<string, number>();
  for (const text of texts) {
    const words = pieces(text).filter(isWord);
    for (const word of words) all.set(word, (all.get(word) ?? 0) + 1);
    for (const word of new Set(words)) holds.set(word, (holds.get(word) ?? 0) + 1);
  }
  const words = [...holds.keys()]
    .filter((word) => holds.get(word)! >= LEAST_TEXTS && holds.get(word)! <= MOST_SHARE * texts.length)
    .sort((a, b) => holds.get(b)! - holds.get(a)! || (a < b ? -1 : 1))
    .slice(0, MOST_WORDS);
  return {
    words,
    index: new Map(words.map((word, at) => [word, at])),
    texts: words.map((word) => holds.get(word)!),
    times: words.map((word) => all.get(word)! / holds.get(word)!),
  };
}

/** Numbers of the known words of a text, each once, rising. */
export function setOf(vocabulary: Vocabulary, text: string): WordSet {
  const found = new Set<number>();
  for (const piece of pieces(text)) {
    const at = vocabulary.index.get(piece);
    if (at !== undefined) found.add(at);
  }
  return [...found].sort((a, b) => a - b);
}

/** As the words of a text go by, its clusters are inferred from them, and tell which words are likelier now. */
export function clusterTopic(model: Clusters, vocabulary: Vocabulary, words: WordModel): Topic {
  const ofPiece = new Map(vocabulary.words.map((word, at) => [words.id(word), at]));
  const seen = new Set<number>();
  const shares = new Float64Array(model.words);
  let fresh = 0;
  const think = (): void => {
    const activation = infer(model, [...seen], 8);
    let sum = 0;
    for (let word = 0; word < model.words; word++) {
      shares[word] = -expm1(-rate(model, activation, word)) * vocabulary.times[word];
      sum += shares[word];
    }
    for (let word = 0; word < model.words; word++) shares[word] /= sum;
    fresh = 0;
  };
  think();
  return {
    pieces: new Set(ofPiece.keys()),
    probability(piece) {
      const at = ofPiece.get(piece);
      return at === undefined ? 0 : shares[at];
    },
    read(piece) {
      const at = ofPiece.get(piece);
      if (at === undefined || seen.has(at)) return;
      seen.add(at);
      if (++fresh >= RETHINK) think();
    },
  };
}
