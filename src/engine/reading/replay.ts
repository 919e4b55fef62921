/**
 * One token's way through the model once more, over the keys and values that the trace kept: the hidden units and
 * the last residual stream, which no trace keeps, are computed when somebody asks about a token. Edits of the run act again.
 */
import type { Model } from '../model/model';
import type { Taps } from '../model/rows';
import type { Pause } from '../model/units';
import { runVariants } from '../model/variants';
import type { Trace } from '../trace/trace';

export interface Replay {
  /** Residual stream: before the first layer, after each layer. */
  residuals: Float32Array[]; // [layers + 1][embedding]
  /** The heads' mixed values, before the output matrix. */
  heads: Float32Array[]; // [layers][heads · headDim]
  /** act(gate) · up of dense layers; null where the layer has experts. */
  hidden: (Float32Array | null)[]; // [layers][hidden]
}

/**
 * Reads every layer's weights once; `pause` may throw to stop. Throws Problem trace-gone, out-of-memory, or internal when there is no such token. The
 * trace stays as it is.
 */
export async function replay(model: Model, trace: Trace, position: number, pause?: Pause): Promise<Replay> {
  const d = model.config.embedding;
  const residuals: Float32Array[] = [];
  const hidden: (Float32Array | null)[] = model.config.shapes.map(() => null);
  const heads: Float32Array[] = [];
  const taps: Taps = {
    stream: (_, x) => void residuals.push(x.f32.slice(0, d)),
    heads: (layer, mixed) => {
      const { mixer } = model.config.shapes[layer];
      heads[layer] = mixed.f32.slice(0, mixer.heads * mixer.headDim);
    },
    hidden: (layer, { of, units, width }) => {
      if (of === 'dense') hidden[layer] = units.f32.slice(0, width);
    },
  };
  residuals.push(await runVariants(model, trace, { position, rows: [[]], following: true, taps, afterChunk: pause }));
  return { residuals, heads, hidden };
}
