/**
 * Concept clusters with noisy-or: a word is absent only if no active cluster fires it,
 *   P(word w in text d) = 1 − exp(−(leak_w + Σ_k activation_dk · weight_kw)).
 * Learned by EM on the hidden number of firings (Zhou 2015, "Infinite edge partition models", section 3: the
 * Bernoulli-Poisson link). PHIL's own network has clusters that fire clusters; here is one layer.
 */
import { expm1, log } from '../../shared/elementary';

export interface Clusters {
  clusters: number;
  words: number;
  /** [clusters][words], each row sums to 1 */
  weights: Float64Array;
  /** [words] */
  leak: Float64Array;
}

/** A text as the numbers of the words in it, each once. */
export type WordSet = readonly number[];

/** Keeps rates above zero, so that logs and quotients exist. */
const LEAST = 1e-9;

/** Starts at random around the words' own frequencies; `activations` is [texts][clusters]. */
export function startClusters(
  sets: readonly WordSet[],
  words: number,
  clusters: number,
  random: () => number,
): { model: Clusters; activations: Float64Array } {
  const frequency = new Float64Array(words);
  for (const set of sets) for (const word of set) frequency[word] += 1 / sets.length;
  const weights = new Float64Array(clusters * words);
  for (let k = 0; k < clusters; k++) {
    for (let word = 0; word < words; word++) weights[k * words + word] = frequency[word] * (0.2 + random()) + LEAST;
    normalize(weights, k * words, words);
  }
  const mean = sets.reduce((sum, set) => sum + set.length, 0) / Math.max(1, sets.length);
  const activations = new Float64Array(sets.length * clusters).map(() => (mean / clusters) * (0.5 + random()));
  const leak = frequency.map((share) => 0.1 * share + LEAST);
  return { model: { clusters, words, weights, leak }, activations };
}

/** Σ_k activation_k · weight_kw + leak_w */
export function rate(
  { clusters, words, weights, leak }: Clusters,
  activation: ArrayLike<number>,
  word: number,
): number {
  let sum = leak[word];
  for (let k = 0; k < clusters; k++) sum += activation[k] * weights[k * words + word];
  return sum;
}

/** One round of EM over all texts, in place. The log-likelihood never falls. */
export function learnRound(model: Clusters, activations: Float64Array, sets: readonly WordSet[]): void {
  const { clusters, words, weights, leak } = model;
  // Expected firings of each cluster, by word and by text; the leak's by word.
  const firedWord = new Float64Array(clusters * words);
  const firedText = new Float64Array(activations.length);
  const leaked = new Float64Array(words);
  sets.forEach((set, text) => {
    const activation = activations.subarray(text * clusters, (text + 1) * clusters);
    for (const word of set) {
      const total = rate(model, activation, word);
      // Expected firings in all, given at least one: rate / (1 − e^−rate). A share of it for each cause.
      const scale = 1 / -expm1(-total);
      leaked[word] += leak[word] * scale;
      for (let k = 0; k < clusters; k++) {
        const fired = activation[k] * weights[k * words + word] * scale;
        firedWord[k * words + word] += fired;
        firedText[text * clusters + k] += fired;
      }
    }
  });
  // Rows of weights sum to 1, so the activation is the firings expected of the cluster in the text.
  activations.set(firedText);
  for (let word = 0; word < words; word++) leak[word] = leaked[word] / sets.length + LEAST;
  for (let k = 0; k < clusters; k++) {
    const row = weights.subarray(k * words, (k + 1) * words);
    row.set(firedWord.subarray(k * words, (k + 1) * words));
    for (let word = 0; word < words; word++) row[word] += LEAST;
    normalize(weights, k * words, words);
  }
}

/** Activations that explain a new text, weights fixed: [clusters]. */
export function infer(model: Clusters, set: WordSet, rounds = 20): Float64Array {
  const { clusters, words, weights } = model;
  let activation = new Float64Array(clusters).fill(Math.max(1, set.length) / clusters);
  for (let round = 0; round < rounds; round++) {
    const next = new Float64Array(clusters);
    for (const word of set) {
      const total = rate(model, activation, word);
      const scale = 1 / -expm1(-total);
      for (let k = 0; k < clusters; k++) next[k] += activation[k] * weights[k * words + word] * scale;
    }
    activation = next;
  }
  return activation;
}

/** In nats, over present and absent words. */
export function logLikelihood(model: Clusters, activations: Float64Array, sets: readonly WordSet[]): number {
  const { clusters } = model;
  const leaks = model.leak.reduce((sum, value) => sum + value, 0);
  return sets.reduce((sum, set, text) => {
    const activation = activations.subarray(text * clusters, (text + 1) * clusters);
    // Were all words absent: −Σ rates; rows of weights sum to 1.
    let value = -leaks - activation.reduce((all, each) => all + each, 0);
    for (const word of set) {
      const total = rate(model, activation, word);
      value += log(-expm1(-total)) + total;
    }
    return sum + value;
  }, 0);
}

function normalize(values: Float64Array, from: number, count: number): void {
  let sum = 0;
  for (let at = from; at < from + count; at++) sum += values[at];
  for (let at = from; at < from + count; at++) values[at] /= sum;
}
