/** Cards matched to a page: by TF-IDF (Salton & Buckley 1988), and by the clusters that explain the page. */
import { expm1, log } from '../../shared/elementary';
import { infer, rate, type Clusters, type WordSet } from './clusters';
import type { Vocabulary } from './clusterWords';

/** Cosine of the two sets weighted by log(texts ÷ texts that hold the word). */
export function tfIdf({ texts }: Vocabulary, allTexts: number, a: WordSet, b: WordSet): number {
  const weight = (word: number): number => log(allTexts / texts[word]) ** 2;
  const norm = (set: WordSet): number => Math.sqrt(set.reduce((sum, word) => sum + weight(word), 0));
  const inB = new Set(b);
  const shared = a.reduce((sum, word) => sum + (inB.has(word) ? weight(word) : 0), 0);
  return shared === 0 ? 0 : shared / (norm(a) * norm(b));
}

/**
 * How much likelier the page's clusters make the card's words, on average: mean of ln P(word | clusters) − ln P(word).
 * `activation` is that of the page.
 */
export function clusterMatch(
  model: Clusters,
  { texts }: Vocabulary,
  allTexts: number,
  activation: ArrayLike<number>,
  card: WordSet,
): number {
  const gain = (word: number): number => log(-expm1(-rate(model, activation, word))) - log(texts[word] / allTexts);
  return card.reduce((sum, word) => sum + gain(word), 0) / Math.max(1, card.length);
}

/** What the clusters' nats count beside the cosine of TF-IDF; tried on two divisions of this repository, of 0.05 … 0.5. */
const CLUSTER_WEIGHT = 0.07;

export interface Page {
  /** The page's words, and the words of the card that belongs to it. */
  page: WordSet;
  card: WordSet;
}

export interface MatchScores {
  /** Mean of 1 ÷ place of the page's own card among all; ties take the middle place. */
  tfIdf: number;
  clusters: number;
  /** TF-IDF, helped by the clusters. */
  both: number;
  /** By drawing lots. */
  chance: number;
}

export function matchCards(
  model: Clusters,
  vocabulary: Vocabulary,
  allTexts: number,
  pages: readonly Page[],
): MatchScores {
  const activations = pages.map(({ page }) => infer(model, page));
  const sums = { tfIdf: 0, clusters: 0, both: 0 };
  pages.forEach(({ page }, own) => {
    const byWords = pages.map(({ card }) => tfIdf(vocabulary, allTexts, page, card));
    const byClusters = pages.map(({ card }) => clusterMatch(model, vocabulary, allTexts, activations[own], card));
    const byBoth = byWords.map((score, at) => score + CLUSTER_WEIGHT * byClusters[at]);
    sums.tfIdf += 1 / place(byWords, own);
    sums.clusters += 1 / place(byClusters, own);
    sums.both += 1 / place(byBoth, own);
  });
  const count = Math.max(1, pages.length);
  const chance = pages.reduce((sum, _, at) => sum + 1 / (at + 1), 0) / count;
  return { tfIdf: sums.tfIdf / count, clusters: sums.clusters / count, both: sums.both / count, chance };
}

/** From 1; equal scores share the middle of their places. */
export function place(scores: readonly number[], own: number): number {
  const above = scores.filter((score) => score > scores[own]).length;
  const equal = scores.filter((score) => score === scores[own]).length;
  return above + (equal + 1) / 2;
}
