/** How well does being on go with what is meant, for every neuron at once? Chosen in one half of the texts, told of the other. */
import { TOKEN_KINDS, type Fit, type KindQuery } from '../../protocol/neuronCards';
import { eachValue, type Numbering, type TextActivity } from './activity';

/** On: at least this share of the largest value. */
const ON = 0.5;
/** A label needs a neuron that was on so often in the half that did not choose, so exact, and so much more than by chance. */
const [LEAST_ON, LEAST_PRECISION, LEAST_LIFT] = [8, 0.7, 3];

/** Where neurons are on in some texts, whose tokens are counted through. */
export interface On {
  neurons: Int32Array;
  tokens: Int32Array;
  counts: Uint32Array; // [all neurons]
  texts: readonly TextActivity[];
  length: number;
}

/** [neurons] The largest value by size. */
export function peaksOf(texts: readonly TextActivity[], numbers: Numbering): Float32Array {
  const peaks = new Float32Array(numbers.count);
  for (const text of texts)
    eachValue(text, numbers, (neuron, _, value) => {
      if (Math.abs(value) > Math.abs(peaks[neuron])) peaks[neuron] = value;
    });
  return peaks;
}

export function whereOn(texts: readonly TextActivity[], numbers: Numbering, peaks: Float32Array): On {
  const [neurons, tokens]: number[][] = [[], []];
  const counts = new Uint32Array(numbers.count);
  let start = 0;
  for (const text of texts) {
    eachValue(text, numbers, (neuron, position, value) => {
      const peak = peaks[neuron];
      if (peak === 0 || value * Math.sign(peak) < ON * Math.abs(peak)) return;
      neurons.push(neuron);
      tokens.push(start + position);
      counts[neuron]++;
    });
    start += text.tokens.length;
  }
  return { neurons: Int32Array.from(neurons), tokens: Int32Array.from(tokens), counts, texts, length: start };
}

/** What is meant, over some texts one behind the other. */
export function meantIn({ texts, length }: On, where: (text: TextActivity) => Uint8Array): Uint8Array {
  const meant = new Uint8Array(length);
  let start = 0;
  for (const text of texts) {
    meant.set(where(text), start);
    start += text.tokens.length;
  }
  return meant;
}

export interface Fits {
  both: Uint32Array; // [neurons], on where it is meant
  /** Tokens that are meant. */
  wanted: number;
  on: On;
}

export function fitsOf(on: On, meant: Uint8Array): Fits {
  const both = new Uint32Array(on.counts.length);
  on.neurons.forEach((neuron, i) => (both[neuron] += meant[on.tokens[i]]));
  return { both, wanted: meant.reduce((sum, one) => sum + one, 0), on };
}

export const fitOf = ({ both, wanted, on }: Fits, neuron: number): Fit => ({
  precision: on.counts[neuron] > 0 ? both[neuron] / on.counts[neuron] : 0,
  recall: wanted > 0 ? both[neuron] / wanted : 0,
});

/** Harmonic mean of precision and recall. */
export const f1 = ({ both, wanted, on }: Fits, neuron: number): number =>
  both[neuron] === 0 ? 0 : (2 * both[neuron]) / (on.counts[neuron] + wanted);

const KIND_QUERIES: readonly KindQuery[] = [false, true].flatMap((before) =>
  TOKEN_KINDS.map((kind) => ({ kind, before })),
);

/** [neurons] The kind that fits best in `choosing`, where it fits well enough in `held`, too. */
export function labelsOf(
  choosing: On,
  held: On,
  meant: (on: On, query: KindQuery) => Uint8Array,
): ((KindQuery & Fit) | null)[] {
  const best = new Float64Array(choosing.counts.length);
  const labels: ((KindQuery & Fit) | null)[] = Array.from(best, () => null);
  for (const query of KIND_QUERIES) {
    const [here, there] = [choosing, held].map((on) => fitsOf(on, meant(on, query)));
    best.forEach((score, neuron) => {
      if (fitOf(here, neuron).precision < LEAST_PRECISION) return;
      const own = f1(here, neuron);
      if (own <= score) return;
      best[neuron] = own;
      const fit = fitOf(there, neuron);
      const isGood =
        held.counts[neuron] >= LEAST_ON &&
        fit.precision >= LEAST_PRECISION &&
        fit.precision >= LEAST_LIFT * (there.wanted / held.length);
      labels[neuron] = isGood ? { ...query, ...fit } : null;
    });
  }
  return labels;
}
