/** The nets as numbers: sides, weights, multiply-adds. */
import { KINDS, PIXELS } from '../../shared/drawings';
import { FIRST, MAP } from './options';

export const SECOND = 3;
/** Side of what the second layer makes, before its pooling. */
const SECOND_MAP = MAP / 2 - SECOND + 1;
export const HIDDEN = 32;
export const ANSWERS = KINDS.length;

export type Activation = 'relu' | 'tanh';
/** Four layers with weights, of which two are convolutions; or two layers without any. */
export type Net = Convolutional | { kind: 'perceptron'; hidden: number };
export interface Convolutional {
  kind: 'convolutional';
  activation: Activation;
  /** Of the first layer; the second has twice as many. */
  filters: number;
}

/** Numbers that the second pooling hands to the third layer. */
export const features = (filters: number): number => 2 * filters * (SECOND_MAP / 2) ** 2;

export function weightsOf(net: Net): number {
  if (net.kind === 'perceptron') return net.hidden * (PIXELS + 1) + ANSWERS * (net.hidden + 1);
  const { filters } = net;
  const first = filters * (FIRST ** 2 + 1);
  const second = 2 * filters * (filters * SECOND ** 2 + 1);
  return first + second + HIDDEN * (features(filters) + 1) + ANSWERS * (HIDDEN + 1);
}

/** Multiply-adds for one drawing. */
export function multiplyAdds(net: Net): number {
  if (net.kind === 'perceptron') return net.hidden * (PIXELS + ANSWERS);
  const { filters } = net;
  const first = filters * MAP ** 2 * FIRST ** 2;
  const second = 2 * filters * SECOND_MAP ** 2 * filters * SECOND ** 2;
  return first + second + HIDDEN * features(filters) + ANSWERS * HIDDEN;
}

/** The net without convolutions that has as many weights, or as many multiply-adds. */
export function perceptronLike(net: Convolutional, like: 'weights' | 'multiplyAdds'): Net {
  const hidden =
    like === 'weights' ? (weightsOf(net) - ANSWERS) / (PIXELS + 1 + ANSWERS) : multiplyAdds(net) / (PIXELS + ANSWERS);
  return { kind: 'perceptron', hidden: Math.round(hidden) };
}
