/** The learned net asked about a haystack of any length, in plain loops: keys and values are kept, each question is a row. */
import { softmax } from '../../shared/softmax';
import { HALVES, type Haystack } from './haystack';
import { THINGS } from './options';

/** By name, as nets.ts has them. */
export type Values = Record<string, Float32Array>;

export interface Found {
  /** Probability of each thing: [THINGS]. */
  shares: number[];
  /** Part of the attention that goes to each statement: [statements]. */
  attention: Float64Array;
}

/** The prefix: what is computed of the haystack once, whatever is asked. */
export class Recall {
  private readonly width: number;
  /** [statements][width] each. */
  private readonly keys: Float64Array;
  private readonly values: Float64Array;

  constructor(
    private readonly weights: Values,
    { keys, things }: Haystack,
    /** Turns a query or key, in place, by its place; the question stands behind the haystack. Without it places are not known. */
    private readonly turn: (x: Float64Array, place: number) => void = () => {},
  ) {
    const width = (this.width = weights.gain.length);
    this.keys = new Float64Array(keys.length * width);
    this.values = new Float64Array(keys.length * width);
    keys.forEach((key, at) => {
      const said = this.normal(this.embedded(key, things[at]));
      const turned = this.times(said, weights.key);
      turn(turned, at);
      this.keys.set(turned, at * width);
      this.values.set(this.times(said, weights.value), at * width);
    });
  }

  /** `sharpness` multiplies the scores before the softmax. */
  ask(key: number, sharpness = 1): Found {
    const { width, keys, values, weights } = this;
    const query = this.times(this.normal(this.embedded(key)), weights.query);
    const attention = new Float64Array(keys.length / width);
    this.turn(query, attention.length);
    for (let at = 0; at < attention.length; at++) {
      let score = 0;
      for (let i = 0; i < width; i++) score += query[i] * keys[at * width + i];
      attention[at] = (score / Math.sqrt(width)) * sharpness;
    }
    softmax(attention);
    const mixed = new Float64Array(width);
    for (let at = 0; at < attention.length; at++) {
      for (let i = 0; i < width; i++) mixed[i] += attention[at] * values[at * width + i];
    }
    const logits = this.times(mixed, weights.out);
    softmax(logits);
    return { shares: [...logits], attention };
  }

  private embedded(key: number, thing?: number): Float64Array {
    const { width } = this;
    const { first, second, things } = this.weights;
    const [a, b] = [Math.floor(key / HALVES) * width, (key % HALVES) * width];
    return Float64Array.from({ length: width }, (_, i) => first[a + i] + second[b + i] + (thing === undefined ? 0 : things[thing * width + i])); // prettier-ignore
  }

  private normal(x: Float64Array): Float64Array {
    const { width } = this;
    let [mean, variance] = [0, 0];
    for (const value of x) mean += value / width;
    for (const value of x) variance += (value - mean) ** 2 / width;
    return x.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * this.weights.gain[i]);
  }

  private times(x: Float64Array, matrix: Float32Array): Float64Array {
    const columns = matrix.length / x.length;
    const out = new Float64Array(columns);
    for (let i = 0; i < x.length; i++) {
      for (let column = 0; column < columns; column++) out[column] += x[i] * matrix[i * columns + column];
    }
    return out;
  }
}

/** The thing that is answered. */
export function answered({ shares }: Found): number {
  let best = 0;
  for (let thing = 1; thing < THINGS; thing++) if (shares[thing] > shares[best]) best = thing;
  return best;
}
