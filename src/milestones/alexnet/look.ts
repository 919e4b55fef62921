/** What a finished net makes of one drawing, in plain loops: nothing of jax-js has to be kept for it. */
import { tanh } from '../../shared/elementary';
import { SIZE } from '../../shared/drawings';
import { softmax } from '../../shared/softmax';
import { type Net } from './shape';
import { MAP } from './options';

/** By name, as nets.ts has them. */
export type Values = Record<string, Float32Array>;

export interface Look {
  /** [KINDS] */
  shares: number[];
  /** [filters][MAP][MAP]: the first layer after its activation; empty without convolutions. */
  maps: Float32Array;
}

/** pixels [SIZE][SIZE] */
export function look(net: Net, values: Values, pixels: Float32Array): Look {
  const active = net.kind === 'convolutional' && net.activation === 'tanh' ? tanh : rectified;
  let [seen, maps] = [pixels, new Float32Array()];
  if (net.kind === 'convolutional') {
    maps = convolve(pixels, SIZE, values.first, values.firstBias).map(active);
    const pooled = pool(maps, MAP);
    const second = convolve(pooled, MAP / 2, values.second, values.secondBias).map(active);
    seen = pool(second, Math.sqrt(second.length / values.secondBias.length));
  }
  const hidden = dense(seen, values.hidden, values.hiddenBias).map(active);
  return { shares: [...softmax(dense(hidden, values.out, values.outBias))], maps };
}

const rectified = (value: number): number => Math.max(0, value);

/** x [channels][side][side], filters [count][window · window · channels], bias [count]; the result is [count][…][…]. */
function convolve(x: Float32Array, side: number, filters: Float32Array, bias: Float32Array): Float32Array<ArrayBuffer> {
  const channels = x.length / side ** 2;
  const taps = filters.length / bias.length;
  const window = Math.sqrt(taps / channels);
  const places = side - window + 1;
  // From a window's first number to what each tap reads.
  const offsets = Int32Array.from({ length: taps }, (_, tap) => {
    const [place, channel] = [Math.floor(tap / channels), tap % channels];
    return (channel * side + Math.floor(place / window)) * side + (place % window);
  });
  const out = new Float32Array(bias.length * places ** 2);
  let at = 0;
  for (let filter = 0; filter < bias.length; filter++) {
    const weights = filters.subarray(filter * taps, (filter + 1) * taps);
    for (let row = 0; row < places; row++) {
      for (let column = 0; column < places; column++) {
        const start = row * side + column;
        let sum = bias[filter];
        for (let tap = 0; tap < taps; tap++) sum += weights[tap] * x[start + offsets[tap]];
        out[at++] = sum;
      }
    }
  }
  return out;
}

/** The largest of each two by two: [channels][side][side] → [channels][side / 2][side / 2]. */
function pool(x: Float32Array, side: number): Float32Array<ArrayBuffer> {
  const half = side / 2;
  const pooled = new Float32Array(x.length / 4);
  for (let at = 0; at < pooled.length; at++) {
    const [row, column] = [Math.floor(at / half), at % half];
    const corner = 2 * row * side + 2 * column;
    pooled[at] = Math.max(x[corner], x[corner + 1], x[corner + side], x[corner + side + 1]);
  }
  return pooled;
}

/** x [inputs], weights [units][inputs], bias [units] → [units]. */
function dense(x: Float32Array, weights: Float32Array, bias: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bias, (start, unit) => {
    let sum = start;
    for (let i = 0; i < x.length; i++) sum += weights[unit * x.length + i] * x[i];
    return sum;
  });
}
