/** A trained net that reads a number and writes until it says END: the arithmetic of nets.ts in plain loops. */
import { tanh } from '../../shared/elementary';
import { sigmoid, softmax } from '../../shared/softmax';
import { FORGET_BIAS } from './nets';
import { END, SYMBOLS } from './task';

export interface Written {
  /** Without END. */
  digits: number[];
  /** [digits, and END where it was said][read]: where attention looked; [] without attention. */
  weights: number[][];
}

interface State {
  /** [width] */
  h: Float32Array;
  c: Float32Array;
}

export class Writer {
  private readonly gates: Float32Array; // [4 · width]: i, f, o, g
  private readonly query: Float32Array; // [width]
  private readonly logits = new Float32Array(SYMBOLS);

  /** @param values as in `initial` of nets.ts */
  constructor(
    private readonly values: Readonly<Record<string, Float32Array>>,
    private readonly width: number,
  ) {
    this.gates = new Float32Array(4 * width);
    this.query = new Float32Array(width);
  }

  /** Takes the likeliest symbol at each step; stops at END, or after `most` digits. */
  write(source: readonly number[], most: number): Written {
    const state: State = { h: new Float32Array(this.width), c: new Float32Array(this.width) };
    const keys = source.map((digit) => {
      this.step('encoder', digit, state);
      return state.h.slice();
    });
    const written: Written = { digits: [], weights: [] };
    for (let symbol = END; written.digits.length < most; written.digits.push(symbol)) {
      this.step('decoder', symbol, state);
      const weights = this.speak(state.h, keys);
      if (weights) written.weights.push([...weights]);
      symbol = this.logits.indexOf(Math.max(...this.logits));
      if (symbol === END) break;
    }
    return written;
  }

  /** One step of a cell; changes `state`. */
  private step(cell: 'encoder' | 'decoder', symbol: number, { h, c }: State): void {
    const { gates, width, values } = this;
    const [input, bias, weights] = [values[`${cell}In`], values[`${cell}Bias`], values[`${cell}State`]];
    const size = 4 * width;
    for (let gate = 0; gate < size; gate++) gates[gate] = input[symbol * size + gate] + bias[gate];
    addRows(gates, h, weights);
    for (let unit = 0; unit < width; unit++) {
      const [i, f, o] = [gates[unit], gates[width + unit], gates[2 * width + unit]];
      c[unit] = sigmoid(f + FORGET_BIAS) * c[unit] + sigmoid(i) * tanh(gates[3 * width + unit]);
      h[unit] = sigmoid(o) * tanh(c[unit]);
    }
  }

  /** Leaves the logits after this state; returns where it looked, [read], or null without attention. */
  private speak(h: Float32Array, keys: readonly Float32Array[]): Float32Array | null {
    const { logits, query, values } = this;
    logits.set(values.outBias);
    addRows(logits, h, values.out);
    if (!values.ask) return null;
    query.fill(0);
    addRows(query, h, values.ask);
    const scores = Float32Array.from(keys, (key) => key.reduce((sum, value, at) => sum + value * query[at], 0));
    const weights = softmax(scores);
    const mixed = new Float32Array(this.width);
    keys.forEach((key, at) => {
      for (let unit = 0; unit < mixed.length; unit++) mixed[unit] += weights[at] * key[unit];
    });
    addRows(logits, mixed, values.outSeen);
    return weights;
  }
}

/** to[columns] += x[rows] · matrix[rows][columns] */
function addRows(to: Float32Array, x: Float32Array, matrix: Float32Array): void {
  const columns = to.length;
  for (let row = 0; row < x.length; row++) {
    const [factor, from] = [x[row], row * columns];
    for (let column = 0; column < columns; column++) to[column] += factor * matrix[from + column];
  }
}
