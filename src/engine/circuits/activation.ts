/**
 * What is a neuron's value made of? Its activation's ratio act(x)/x is held; where it has a gate, gate and up get half of their
 * product each (AttnLRP, Achtibat et al. 2024).
 */
import { tanh } from '../../shared/elementary';
import { sigmoid } from '../../shared/softmax';
import { CLAMP } from '../kernel/kernel';
import type { ModelConfig } from '../model/config';

/** value = ofGate · gate + ofUp · up + constant, ratios held. */
export interface Halves {
  value: number;
  ofGate: number;
  ofUp: number;
  constant: number;
}

/** act(gate) · up, or, without a gate, act(up); before the router's weight. */
export function halvesOf(activation: ModelConfig['activation'], gate: number | undefined, up: number): Halves {
  if (gate === undefined) {
    const ratio = ratioOf(activation, up);
    return { value: ratio * up, ofGate: 0, ofUp: ratio, constant: 0 };
  }
  if (activation !== 'clamped-silu') {
    const ratio = ratioOf(activation, gate);
    const half = 0.5 * ratio;
    return { value: ratio * gate * up, ofGate: half * up, ofUp: half * gate, constant: 0 };
  }
  // g·σ(1.702g)·(u + 1) of what is kept within bounds (gpt-oss): the clamps' ratios are held, too.
  const g = Math.min(gate, CLAMP);
  const u = Math.min(CLAMP, Math.max(-CLAMP, up));
  const half = 0.5 * sigmoid(1.702 * g);
  const kept = (clamped: number, whole: number): number => (whole === 0 ? 1 : clamped / whole);
  return {
    value: 2 * half * g * (u + 1),
    ofGate: half * (u + 1) * kept(g, gate),
    ofUp: half * g * kept(u, up),
    constant: half * g,
  };
}

/** act(x) / x */
function ratioOf(activation: ModelConfig['activation'], x: number): number {
  switch (activation) {
    case 'gelu':
      return 0.5 * (1 + tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    case 'relu-squared':
      return Math.max(0, x);
    default:
      return sigmoid(x);
  }
}
