/**
 * Skip-gram with negative sampling (Mikolov et al. 2013, arXiv 1310.4546), on one thread: a word's vector learns to tell
 * the words near it from words drawn at random. training/skip_gram.cpp does the same for the shipped vectors.
 */
import { log, power } from '../../shared/elementary';
import { sigmoid } from '../../shared/softmax';

export interface SkipGramOptions {
  dims: number;
  /** Words on each side that count as near; drawn anew from 1 … window at each word. */
  window: number;
  negatives: number;
  /** Words more frequent than this share are left out at random. */
  sample: number;
}

export class SkipGram {
  /** [words][dims]: the vectors that are kept. */
  readonly input: Float32Array;
  /** [words][dims]: the same words as neighbours. */
  readonly output: Float32Array;
  private readonly keep: Float64Array;
  /** Cumulative counts^0.75, 0 … 1. */
  private readonly drawn: Float64Array;
  private readonly gradient: Float32Array;

  /** counts: [words] */
  constructor(
    counts: readonly number[],
    private readonly options: SkipGramOptions,
    private readonly random: () => number,
  ) {
    const { dims, sample } = options;
    const total = counts.reduce((sum, count) => sum + count, 0);
    this.input = new Float32Array(counts.length * dims).map(() => (random() - 0.5) / dims);
    this.output = new Float32Array(counts.length * dims);
    this.gradient = new Float32Array(dims);
    this.keep = Float64Array.from(counts, (count) => Math.sqrt((sample * total) / count) + (sample * total) / count);
    const weights = counts.map((count) => power(count, 0.75));
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    let reached = 0;
    this.drawn = Float64Array.from(weights, (weight) => (reached += weight / all));
  }

  /** A word drawn as counts^0.75. */
  draw(): number {
    const at = this.random();
    let [low, high] = [0, this.drawn.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.drawn[middle] > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Learns from one run of words; the sum of the losses in nats and their number. */
  line(words: ArrayLike<number>, rate: number): { loss: number; pairs: number } {
    const { window, negatives } = this.options;
    const kept = Array.from(words).filter((word) => this.keep[word] >= 1 || this.random() < this.keep[word]);
    const targets = new Int32Array(negatives + 1);
    let [loss, pairs] = [0, 0];
    for (let centre = 0; centre < kept.length; centre++) {
      const reach = 1 + Math.floor(this.random() * window);
      const last = Math.min(kept.length - 1, centre + reach);
      for (let near = Math.max(0, centre - reach); near <= last; near++) {
        if (near === centre) continue;
        targets[0] = kept[centre];
        // A negative that happens to be the word itself is skipped in the step.
        for (let k = 1; k <= negatives; k++) targets[k] = this.draw();
        loss += this.step(kept[near], targets, rate);
        pairs++;
      }
    }
    return { loss, pairs };
  }

  /**
   * One step down −log σ(x·y₀) − Σ log σ(−x·yₖ), where x is the input vector of `word` and y the output vectors of
   * `targets` (the first is near, the others are not). Returns the loss before the step, in nats.
   */
  step(word: number, targets: ArrayLike<number>, rate: number): number {
    const { input, output, gradient } = this;
    const { dims } = this.options;
    const x = word * dims;
    gradient.fill(0);
    let loss = 0;
    for (let k = 0; k < targets.length; k++) {
      if (k > 0 && targets[k] === targets[0]) continue;
      const y = targets[k] * dims;
      let score = 0;
      for (let d = 0; d < dims; d++) score += input[x + d] * output[y + d];
      const near = sigmoid(score);
      loss -= log(Math.max(k === 0 ? near : 1 - near, 1e-12));
      const pull = rate * ((k === 0 ? 1 : 0) - near);
      for (let d = 0; d < dims; d++) {
        gradient[d] += pull * output[y + d];
        output[y + d] += pull * input[x + d];
      }
    }
    for (let d = 0; d < dims; d++) input[x + d] += gradient[d];
    return loss;
  }

  /** x·y of a word and a possible neighbour: the log-odds of being near, up to what is learned. */
  score(word: number, neighbour: number): number {
    const { dims } = this.options;
    let sum = 0;
    for (let d = 0; d < dims; d++) sum += this.input[word * dims + d] * this.output[neighbour * dims + d];
    return sum;
  }
}
