/** What gated delta networks, Mamba-2 and gated attention add (model/mixers): short convolution, state, gates. */
import { claim } from './jobs';
import { dotLanes, exp1, exp4, madd, sumLanes } from './simd';

const ELEMENTS: usize = 8192;
/** Channels that a thread convolves, and rows of a head's state that it carries, at a time. */
const CHANNELS: usize = 64;
const STATE_ROWS: usize = 16;

/** x = x · sigmoid(gate) */
export function sigmoidGate(x: usize, gate: usize, length: usize): void {
  for (let first = claim() * ELEMENTS; first < length; first = claim() * ELEMENTS) {
    const end = min(first + ELEMENTS, length) << 2;
    let at = first << 2;
    const one = f32x4.splat(1);
    for (; at + 16 <= end; at += 16) {
      const below = f32x4.add(one, exp4(f32x4.neg(v128.load(gate + at))));
      v128.store(x + at, f32x4.div(v128.load(x + at), below));
    }
    for (; at < end; at += 4) store<f32>(x + at, load<f32>(x + at) / (<f32>1 + exp1(-load<f32>(gate + at))));
  }
}

/**
 * out[n][channels] = act(bias (0: none) + Σ over i of weight[channels][taps] · the input taps − 1 − i rows before); act is SiLU or nothing.
 * Rows before the first are tail[taps − 1][channels]; rows of one place all stand behind it and see none of the others.
 */
export function convolve(
  out: usize, x: usize, tail: usize, weight: usize, bias: usize, n: usize, channels: usize, taps: usize, onePlace: bool,
  silu: bool,
): void {
  const stride = channels << 2;
  for (let first = claim() * CHANNELS; first < channels; first = claim() * CHANNELS) {
    const end = min(first + CHANNELS, channels);
    for (let row: usize = 0; row < n; row++) {
      for (let channel = first; channel < end; channel++) {
        let sum: f32 = bias ? load<f32>(bias + (channel << 2)) : 0;
        for (let i: usize = 0; i < taps; i++) {
          const back = taps - 1 - i;
          const own = onePlace ? back == 0 : back <= row;
          const at = own ? x + (row - back) * stride : tail + (onePlace ? i : row + i) * stride;
          sum += load<f32>(weight + ((channel * taps + i) << 2)) * load<f32>(at + (channel << 2));
        }
        store<f32>(out + row * stride + (channel << 2), sum);
      }
      if (silu) siluPart(out + row * stride + (first << 2), end - first);
    }
  }
}

function siluPart(x: usize, length: usize): void {
  const one = f32x4.splat(1);
  const whole = length & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const v = v128.load(x + (i << 2));
    v128.store(x + (i << 2), f32x4.div(v, f32x4.add(one, exp4(f32x4.neg(v)))));
  }
  for (; i < length; i++) {
    const v = load<f32>(x + (i << 2));
    store<f32>(x + (i << 2), v / (<f32>1 + exp1(-v)));
  }
}

/**
 * Each head's state[d][keyDim], rows by value element, columns by key element, goes through n rows (kernel.ts): S ← α·S + β·(v − α·S·k)·kᵀ,
 * or, plain, α·S + β·v·kᵀ; out = S·q·scale. q 0: the state alone. Rows of one place all find the state as it is and leave it so.
 */
export function deltaRule(
  out: usize, q: usize, k: usize, v: usize, decay: usize, beta: usize, state: usize, n: usize, heads: usize, keyHeads: usize,
  neighbours: bool, d: usize, keyDim: usize, plain: bool, scale: f32, onePlace: bool,
): void {
  const blocks = (d + STATE_ROWS - 1) / STATE_ROWS;
  const keyBytes = (keyHeads * keyDim) << 2;
  const valueBytes = (heads * d) << 2;
  for (let part = claim(); part < heads * blocks; part = claim()) {
    const head = part / blocks;
    const first = (part % blocks) * STATE_ROWS;
    const end = min(first + STATE_ROWS, d);
    const keyHead = ((neighbours ? (head * keyHeads) / heads : head % keyHeads) * keyDim) << 2;
    for (let t: usize = 0; t < n; t++) {
      const kRow = k + t * keyBytes + keyHead;
      const qRow = q ? q + t * keyBytes + keyHead : kRow;
      const vRow = v + t * valueBytes + ((head * d) << 2);
      const to = out + t * valueBytes + ((head * d) << 2);
      const a = load<f32>(decay + ((t * heads + head) << 2));
      const b = load<f32>(beta + ((t * heads + head) << 2));
      const kq: f32 = onePlace ? sumLanes(dotLanes(kRow, qRow, keyDim)) : 0;
      for (let j = first; j < end; j++) {
        const row = state + (((head * d + j) * keyDim) << 2);
        const said: f32 = plain ? 0 : a * sumLanes(dotLanes(row, kRow, keyDim));
        const delta = (load<f32>(vRow + (j << 2)) - said) * b;
        const read: f32 = onePlace
          ? a * sumLanes(dotLanes(row, qRow, keyDim)) + delta * kq
          : write(row, kRow, qRow, a, delta, keyDim);
        if (q) store<f32>(to + (j << 2), read * scale);
      }
    }
  }
}

/** One row of a state becomes a · row + delta · k; its product with q. */
// @ts-ignore: decorator
@inline
function write(row: usize, k: usize, q: usize, a: f32, delta: f32, d: usize): f32 {
  const a4 = f32x4.splat(a);
  const delta4 = f32x4.splat(delta);
  let sum = f32x4.splat(0);
  const whole = d & ~3;
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const next = madd(delta4, v128.load(k + (i << 2)), f32x4.mul(a4, v128.load(row + (i << 2))));
    v128.store(row + (i << 2), next);
    sum = madd(next, v128.load(q + (i << 2)), sum);
  }
  let read = sumLanes(sum);
  for (; i < d; i++) {
    const next = a * load<f32>(row + (i << 2)) + delta * load<f32>(k + (i << 2));
    store<f32>(row + (i << 2), next);
    read += next * load<f32>(q + (i << 2));
  }
  return read;
}
