/**
 * Why this token and not that one? The logit difference D of two tokens after a position is linear in the last residual
 * stream once the output norm divides by what it did divide by; the stream is the embedding plus what every head, expert
 * and bias wrote (direct logit attribution, Elhage et al. 2021). A head's part splits exactly by the place that was read.
 */
import type { Expected, Why, WhyPart, WhyTerm } from '../../protocol/whyApi';
import { refuseBothWays } from '../model/bothWays';
import type { LoadedModel } from '../model/load';
import { checkTokenId, logitsAt, topIds, uncapped } from '../model/logits';
import type { FeedForward, MixerWeights } from '../model/layerWeights';
import { scaleOf, type Taps } from '../model/rows';
import { hasNetwork } from '../model/shape';
import type { Pause } from '../model/units';
import { runVariants } from '../model/variants';
import type { NetworkId } from '../model/weights';
import type { Trace } from '../trace/trace';
import { dot } from '../../shared/dot';
import { logSumExp } from '../../shared/softmax';
import {
  biasPart,
  deviationOf,
  expertFactors,
  growthBehind,
  outputOf,
  pullBack,
  towards,
  updateFactors,
} from './direction';
import { headParts } from './headParts';

/** What a row wrote on its way. */
export interface Written {
  embedding: Float32Array; // [embedding]
  mixed: Float32Array[]; // [layers][heads · headDim], each head's mixed values
  networks: Float32Array[]; // [layers][embedding], what the feed-forward networks gave, before a norm behind
  transformed: Float32Array[]; // [layers][embedding], what the feed-forward part added
  /** [layers] Of the experts that were chosen: hidden units and weight. */
  experts: Map<number, { units: Float32Array; weight: number }>[];
  last: Float32Array; // [embedding]
}

/**
 * Leases every layer twice; `pause` may throw to stop. Throws Problem trace-gone, out-of-memory, internal where there is no such position or token.
 */
export async function why(
  model: LoadedModel,
  trace: Trace,
  { position, target, foil }: { position: number; target?: number; foil?: number },
  pause?: Pause,
): Promise<Why> {
  refuseBothWays(model.config);
  trace.checkToken(position);
  const logits = await logitsAt(model, trace, position, pause);
  const [a, b] = chosen(logits, trace.ids[position + 1], target, foil);
  const written = await lookAgain(model, trace, position, pause);
  const scale = 1 / deviationOf(model.config, written.last);
  const last = (await towards(model, a, b)).map((each) => each * scale);

  const terms: WhyTerm[] = [];
  const add = (part: WhyPart, effect: number): void => void terms.push({ part, effect });
  add({ kind: 'embedding' }, growthBehind(model, 0) * dot(last, written.embedding));
  const positions = new Float32Array(position + 1);
  let constants = await biasPart(model, a, b);
  for (let layer = 0; layer < model.config.layers; layer++) {
    const lease = await model.weights.layer(layer, pause);
    try {
      const { mixer, moe } = lease.layer;
      const chosen = written.experts[layer];
      const growth = growthBehind(model, layer);
      const direction = growth === 1 ? last : last.map((each) => each * growth);
      const factors = updateFactors(model, lease.layer, written.mixed[layer]);
      const added = direction.map((each, i) => each * factors[i]);
      const read = pullBack(model, mixer.wo, added);
      headEffects(model, mixer, trace, { layer, position }, read, written.mixed[layer], positions).forEach(
        ({ effect, read: place }, head) => terms.push({ part: { kind: 'head', layer, head }, effect, read: place }),
      );
      if (mixer.bo) constants += dot(added, mixer.bo.f32);
      const whole = dot(direction, written.transformed[layer]);
      let experts = 0;
      const gave = new Map<number, Float32Array>();
      const runAgain = (network: FeedForward, id: NetworkId): void => {
        const { units, weight } = chosen.get(id as number)!;
        gave.set(
          id as number,
          outputOf(model, network, units).map((value) => weight * value),
        );
      };
      await lease.networks([...chosen.keys()], runAgain, pause);
      const worth = expertFactors(model, lease.layer, [...gave.values()], written.networks[layer]).map(
        (factor, i) => factor * direction[i],
      );
      for (const [expert, output] of gave) {
        const effect = dot(worth, output);
        experts += effect;
        add({ kind: 'expert', layer, expert }, effect);
      }
      if (moe ? moe.shared : hasNetwork(model.config.shapes[layer]))
        add({ kind: 'feed-forward', layer }, whole - experts);
    } finally {
      lease.release();
    }
  }
  if (constants !== 0) add({ kind: 'constants' }, constants);
  terms.sort((one, other) => Math.abs(other.effect) - Math.abs(one.effect));
  const difference = uncapped(logits[a], model.config) - uncapped(logits[b], model.config);
  const normalizer = logSumExp(logits);
  const expected = (id: number): Expected => ({
    id,
    label: model.tokenizer.labelOf(id),
    text: model.tokenizer.decode([id]),
    probability: Math.exp(logits[id] - normalizer),
  });
  return {
    position,
    target: expected(a),
    foil: expected(b),
    difference,
    terms,
    remainder: difference - terms.reduce((sum, { effect }) => sum + effect, 0),
    positions,
  };
}

/** The token that follows against the likeliest other; what is given comes first. */
export function chosen(
  logits: Float32Array,
  follows: number | undefined,
  target?: number,
  foil?: number,
): [number, number] {
  const [first, second] = topIds(logits, 2);
  const a = target ?? follows ?? first;
  const b = foil ?? (a === first ? second : first);
  for (const id of [a, b]) checkTokenId(id, logits.length);
  return [a, b];
}

/** The token looked at again, with all that it wrote. Leases every layer once. */
export async function lookAgain(model: LoadedModel, trace: Trace, position: number, pause?: Pause): Promise<Written> {
  const { layers, embedding: d } = model.config;
  const written: Written = {
    embedding: new Float32Array(d),
    mixed: [],
    networks: [],
    transformed: [],
    experts: Array.from({ length: layers }, () => new Map<number, { units: Float32Array; weight: number }>()),
    last: new Float32Array(d),
  };
  const widthOf = (layer: number): number => {
    const { heads, headDim } = model.config.shapes[layer].mixer;
    return heads * headDim;
  };
  const taps: Taps = {
    stream: (layer, x) => {
      if (layer === 0) written.embedding = x.f32.slice(0, d);
    },
    heads: (layer, mixed) => void written.mixed.push(mixed.f32.slice(0, widthOf(layer))),
    hidden: (layer, { of, units, width, scales }) => {
      if (typeof of !== 'number') return;
      written.experts[layer].set(of, { units: units.f32.slice(0, width), weight: scaleOf({ scales }, 0) });
    },
    networks: (_, update) => void written.networks.push(update.f32.slice(0, d)),
    transformed: (_, update) => void written.transformed.push(update.f32.slice(0, d)),
  };
  written.last = await runVariants(model, trace, { position, rows: [[]], following: true, taps, afterChunk: pause });
  return written;
}

/** Each head's part, and by place read, which is added to `positions`; `read`: what a head's output is worth. [heads] */
function headEffects(
  model: LoadedModel,
  weights: MixerWeights,
  trace: Trace,
  { layer, position }: { layer: number; position: number },
  read: Float32Array,
  mixed: Float32Array,
  positions: Float32Array,
): Pick<WhyTerm, 'effect' | 'read'>[] {
  const { heads, headDim } = model.config.shapes[layer].mixer;
  return Array.from({ length: heads }, (_, head) => {
    const from = head * headDim;
    // A head that is cut wrote nothing, wherever it looked.
    if (mixed.subarray(from, from + headDim).every((value) => value === 0)) return { effect: 0 };
    const own = read.subarray(from, from + headDim);
    const parts = headParts(model, weights, trace, { layer, head, query: position });
    const worth = parts.factor ? own.map((each, i) => each * parts.factor![i]) : own;
    let most = { key: 0, effect: 0 };
    for (let key = 0; key <= position; key++) {
      const effect = parts.shares[key] * dot(worth, parts.values, key * parts.stride + parts.from);
      positions[key] += effect;
      if (Math.abs(effect) > Math.abs(most.effect)) most = { key, effect };
    }
    return { effect: dot(own, mixed, from), read: most };
  });
}
