/**
 * The nets on jax-js arrays (see shared/train.ts for who uses up what): convolutions with pooling, as in AlexNet, and one
 * hidden layer over all pixels. jax-js has a convolution, but its gradient takes ten times as long on WebAssembly as that of
 * products of matrices with the batch as the last axis (bench/LOG.md), so that is how it is written here.
 */
import { nn, numpy as np } from '@jax-js/jax';
import { PIXELS, SIZE } from '../../shared/drawings';
import { tensor, type Initial, type Tensor, type Tensors } from '../shared/train';
import { ANSWERS, features, HIDDEN, SECOND, type Net } from './shape';
import { FIRST, MAP } from './options';

/** Rows of the windows: a multiple of four, which is six times as fast as FIRST². */
const TAPS = Math.ceil(FIRST ** 2 / 4) * 4;
/** Of two by two that are pooled: right and down. */
const CORNERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;

/** Starting values: He et al. 2015 before rectified units, LeCun et al. 1998 before the others. */
export function initial(net: Net): Record<string, Initial> {
  const gain = net.kind === 'convolutional' && net.activation === 'tanh' ? 1 : 2;
  const layer = (name: string, units: number, inputs: number, last = false): Record<string, Initial> => ({
    [name]: { shape: [units, inputs], scale: Math.sqrt((last ? 1 : gain) / inputs) },
    [`${name}Bias`]: { shape: [units], scale: 0 },
  });
  if (net.kind === 'perceptron') {
    return { ...layer('hidden', net.hidden, PIXELS), ...layer('out', ANSWERS, net.hidden, true) };
  }
  const { filters } = net;
  return {
    ...layer('first', filters, FIRST ** 2),
    ...layer('second', 2 * filters, filters * SECOND ** 2),
    ...layer('hidden', HIDDEN, features(filters)),
    ...layer('out', ANSWERS, HIDDEN, true),
  };
}

/** What a net reads of a batch: pixels [PIXELS][batch], or for each corner of the pooling the windows [TAPS][places · batch]. */
export function inputsOf(net: Net, pixels: Float32Array<ArrayBuffer>): Tensor[] {
  const batch = pixels.length / PIXELS;
  if (net.kind === 'perceptron') return [tensor(pixels, [PIXELS, batch])];
  const half = MAP / 2;
  return CORNERS.map(([right, down]) => {
    const windows = new Float32Array(TAPS * half * half * batch);
    for (let tap = 0; tap < FIRST ** 2; tap++) {
      const [top, left] = [Math.floor(tap / FIRST) + down, (tap % FIRST) + right];
      for (let place = 0; place < half * half; place++) {
        const from = ((top + 2 * Math.floor(place / half)) * SIZE + left + 2 * (place % half)) * batch;
        const to = (tap * half * half + place) * batch;
        for (let at = 0; at < batch; at++) windows[to + at] = pixels[from + at];
      }
    }
    return tensor(windows, [TAPS, half * half * batch]);
  });
}

/** → [batch][KINDS]. Uses up weights and inputs. Largest first and activation then is the same as the other way round. */
export function logits(net: Net, weights: Tensors, inputs: Tensor[]): Tensor {
  if (net.kind === 'perceptron') return answers(nn.relu, weights, inputs[0]);
  const active = net.activation === 'tanh' ? np.tanh : nn.relu;
  const half = MAP / 2;
  const batch = inputs[0].shape[1] / half ** 2;
  const padded = np.concatenate([weights.first, np.zeros([net.filters, TAPS - FIRST ** 2])], 1);
  const maps = inputs.map((windows, corner) => np.matmul(corner < 3 ? padded.ref : padded, windows));
  const first = active(largest(maps).add(weights.firstBias.reshape([-1, 1]))).reshape([net.filters, half, half, batch]);
  const second = active(pool(convolve(first, weights.second)).add(weights.secondBias.reshape([-1, 1, 1, 1])));
  return answers(active, weights, second.reshape([features(net.filters), batch]));
}

/** The last two layers: x [inputs][batch] → [batch][KINDS]. */
function answers(active: (x: Tensor) => Tensor, weights: Tensors, x: Tensor): Tensor {
  const hidden = active(np.matmul(weights.hidden, x).add(weights.hiddenBias.reshape([-1, 1])));
  return np
    .matmul(weights.out, hidden)
    .add(weights.outBias.reshape([-1, 1]))
    .transpose([1, 0]);
}

/**
 * Every filter at every place where it fits: one product for each row of the filters.
 * @param x [channels][height][width][batch]
 * @param filters [count][side · side · channels]: rows of the window, then columns, then channels
 * @returns [count][height − side + 1][width − side + 1][batch]
 */
export function convolve(x: Tensor, filters: Tensor): Tensor {
  const [channels, height, width, batch] = x.shape;
  const [count, taps] = filters.shape;
  const side = Math.sqrt(taps / channels);
  const [rows, columns] = [height - side + 1, width - side + 1];
  const shifted = Array.from({ length: side }, (_, right) =>
    (right < side - 1 ? x.ref : x).slice([], [], [right, right + columns], []),
  );
  const beside = np.concatenate(shifted, 0);
  const products = np.split(filters, side, 1).map((filter, down) => {
    const part = (down < side - 1 ? beside.ref : beside).slice([], [down, down + rows], [], []);
    return np.matmul(filter, part.reshape([side * channels, rows * columns * batch]));
  });
  return products.reduce((sum, product) => sum.add(product)).reshape([count, rows, columns, batch]);
}

/** The largest of each two by two: x [channels][height][width][batch], both sides even. */
export function pool(x: Tensor): Tensor {
  const [channels, height, width, batch] = x.shape;
  const pairs = x.reshape([channels, height / 2, 2, width / 2, 2, batch]);
  return largest(
    CORNERS.map(([right, down], corner) => (corner < 3 ? pairs.ref : pairs).slice([], [], down, [], right, [])),
  );
}

const largest = ([a, b, c, d]: Tensor[]): Tensor => np.maximum(np.maximum(a, b), np.maximum(c, d));
