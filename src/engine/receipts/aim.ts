/** What receipts are about: by how much one token wins over another after a position, of any residual stream there. */
import type { LoadedModel } from '../model/load';
import { logitsAt } from '../model/logits';
import { chosen } from '../reading/why';
import { biasPart, deviationOf, dot, towards } from '../reading/direction';
import type { Trace } from '../trace/trace';

export interface Aim {
  position: number;
  target: number;
  foil: number;
  /** logit(target) − logit(foil) of the kept run. */
  clean: number;
  /** (u_target − u_foil) ⊙ γ over the clean stream's deviation: what a write is worth directly. [embedding] */
  direction: Float32Array;
  /** logit(target) − logit(foil) that this stream behind the last layer gives, from `at` on. */
  of(streams: Float32Array, at?: number): number;
}

/** `last`: the clean stream behind the last layer. Throws Problem internal where there is no such token. */
export function takeAim(
  model: LoadedModel,
  trace: Trace,
  position: number,
  wanted: { target?: number; foil?: number },
  last: Float32Array,
): Aim {
  const { config } = model;
  const logits = logitsAt(model, trace, position);
  const [target, foil] = chosen(logits, trace.ids[position + 1], wanted.target, wanted.foil);
  const [toTarget, toFoil] = [towards(model, target), towards(model, foil)];
  const [targetBias, foilBias] = [biasPart(model, target), biasPart(model, foil)];
  const { logitSoftcap: cap } = config;
  const capped = (logit: number): number => (cap ? cap * Math.tanh(logit / cap) : logit);
  const scale = 1 / deviationOf(config, last);
  return {
    position,
    target,
    foil,
    clean: logits[target] - logits[foil],
    direction: toTarget.map((value, i) => (value - toFoil[i]) * scale),
    of(streams, at = 0) {
      const stream = streams.subarray(at, at + config.embedding);
      const deviation = deviationOf(config, stream);
      return (
        capped(dot(toTarget, stream) / deviation + targetBias) - capped(dot(toFoil, stream) / deviation + foilBias)
      );
    },
  };
}
