/** The softmax router of a mixture of experts. */
import { claim } from './jobs';
import { exp1, exp4, sumLanes } from './simd';

/** logits[n][experts] become probabilities; ids[n][topK] and weights[n][topK] in falling order, ties to the lower id. */
export function route(
  logits: usize, ids: usize, weights: usize, n: usize, experts: usize, topK: usize, renormalize: bool,
): void {
  for (let row = claim(); row < n; row = claim()) {
    const probabilities = logits + row * (experts << 2);
    const chosen = weights + row * (topK << 2);
    softmax(probabilities, experts);
    choose(probabilities, ids + row * (topK << 2), chosen, experts, topK);
    if (!renormalize) continue;
    let total: f32 = 0;
    for (let i: usize = 0; i < topK; i++) total += load<f32>(chosen + (i << 2));
    for (let i: usize = 0; i < topK; i++) store<f32>(chosen + (i << 2), load<f32>(chosen + (i << 2)) / total);
  }
}

function softmax(x: usize, length: usize): void {
  let max: f32 = -Infinity;
  for (let i: usize = 0; i < length; i++) max = Mathf.max(max, load<f32>(x + (i << 2)));
  const whole = length & ~3;
  const max4 = f32x4.splat(max);
  let sum4 = f32x4.splat(0);
  let i: usize = 0;
  for (; i < whole; i += 4) {
    const e = exp4(f32x4.sub(v128.load(x + (i << 2)), max4));
    v128.store(x + (i << 2), e);
    sum4 = f32x4.add(sum4, e);
  }
  let sum = sumLanes(sum4);
  for (; i < length; i++) {
    const e = exp1(load<f32>(x + (i << 2)) - max);
    store<f32>(x + (i << 2), e);
    sum += e;
  }
  for (i = 0; i < length; i++) store<f32>(x + (i << 2), load<f32>(x + (i << 2)) / sum);
}

/** The topK largest: each next one is the largest that comes after the last in (falling probability, rising id). */
function choose(probabilities: usize, ids: usize, weights: usize, experts: usize, topK: usize): void {
  let lastWeight: f32 = Infinity;
  let lastId: i32 = -1;
  for (let rank: usize = 0; rank < topK; rank++) {
    let best: f32 = -1;
    let bestId: i32 = 0;
    for (let e: i32 = 0; e < <i32>experts; e++) {
      const p = load<f32>(probabilities + (<usize>e << 2));
      if (p > best && (p < lastWeight || (p == lastWeight && e > lastId))) {
        best = p;
        bestId = e;
      }
    }
    if (best < 0) {
      // Probabilities that are NaN, all of them: the first experts, each once, with weights that say so.
      best = NaN;
      bestId = <i32>rank;
    }
    store<i32>(ids + (rank << 2), bestId);
    store<f32>(weights + (rank << 2), best);
    lastWeight = best;
    lastId = bestId;
  }
}
