/** What receipts are about: by how much one token wins over another after a position, of any residual stream there. */
import { dot } from '../../shared/dot';
import type { LoadedModel } from '../model/load';
import { capped, logitsAt, logitsOfOne, uncapped } from '../model/logits';
import { normalize } from '../model/normalize';
import { chosen } from '../reading/why';
import { biasPart, deviationOf, normalized, towards } from '../reading/direction';
import type { Trace } from '../trace/trace';

export interface Aim {
  position: number;
  target: number;
  foil: number;
  /** logit(target) − logit(foil) of the kept run. */
  clean: number;
  /** (u_target − u_foil) ⊙ γ over the clean stream's deviation: what a write is worth directly. [embedding] */
  direction: Float32Array;
  /**
   * logit(target) − logit(foil) of each of n streams behind the last layer, [n][embedding]: by the model's own product, which
   * rounds its inputs where the weights are packed, so that a receipt says what the edited run says.
   */
  of(streams: Float32Array, n: number): Promise<Float64Array>;
  /** Of a stream behind the last layer, as the model reads it, before a cap. `scale`: 1 / what the last norm divides by; its own where there is none. */
  uncapped(stream: ArrayLike<number>, scale?: number): Promise<number>;
  /** The same in full numbers: how far it is from `of` is what the rounding of the last product's inputs does. */
  unrounded(streams: Float32Array, n: number): Float64Array;
}

/**
 * `last`: the clean stream behind the last layer. Reads the output matrix once, and a few of its words again, as `of` and
 * `uncapped` do each time. Throws Problem internal where there is no such token.
 */
export async function takeAim(
  model: LoadedModel,
  trace: Trace,
  position: number,
  wanted: { target?: number; foil?: number },
  last: Float32Array,
): Promise<Aim> {
  const { config } = model;
  const logits = await logitsAt(model, trace, position);
  const [target, foil] = chosen(logits, trace.ids[position + 1], wanted.target, wanted.foil);
  const [toTarget, toFoil] = [await towards(model, target), await towards(model, foil)];
  const [targetBias, foilBias] = [await biasPart(model, target), await biasPart(model, foil)];
  const scale = 1 / deviationOf(config, last);
  return {
    position,
    target,
    foil,
    clean: logits[target] - logits[foil],
    direction: toTarget.map((value, i) => (value - toFoil[i]) * scale),
    of: (streams, n) => differences(model, target, foil, streams, n),
    async uncapped(stream, own = 1 / deviationOf(config, Float32Array.from(stream))) {
      const x = model.kernel.alloc(config.embedding);
      try {
        x.f32.set(normalized(config, model.weights.outputNorm, stream, own));
        const [up, down] = [await logitsOfOne(model, target, x, 1), await logitsOfOne(model, foil, x, 1)];
        return uncapped(up[0], config) - uncapped(down[0], config);
      } finally {
        model.kernel.free(x);
      }
    },
    unrounded: (streams, n) =>
      Float64Array.from({ length: n }, (_, i) => {
        const stream = streams.subarray(i * config.embedding, (i + 1) * config.embedding);
        const deviation = deviationOf(config, stream);
        const [up, down] = [toTarget, toFoil].map((direction) => dot(direction, stream) / deviation);
        return capped(up + targetBias, config) - capped(down + foilBias, config);
      }),
  };
}

async function differences(
  model: LoadedModel,
  target: number,
  foil: number,
  streams: Float32Array,
  n: number,
): Promise<Float64Array> {
  const { kernel, weights, config } = model;
  const x = kernel.alloc(n * config.embedding);
  try {
    x.f32.set(streams.subarray(0, n * config.embedding));
    normalize(model, x, x, weights.outputNorm, n, config.embedding);
    const [toTarget, toFoil] = [await logitsOfOne(model, target, x, n), await logitsOfOne(model, foil, x, n)];
    return Float64Array.from({ length: n }, (_, i) => toTarget[i] - toFoil[i]);
  } finally {
    kernel.free(x);
  }
}
