/** What every neuron gave at every token of a text: act(gate) · up · the router's weight, or the shared expert's gate. */
import type { PanelToken } from '../../protocol/explanation';
import { Problem } from '../../protocol/problem';
import type { ModelConfig } from '../model/config';
import { forward } from '../model/forward';
import type { LoadedModel } from '../model/load';
import { positionOf, scaleOf, type Taps } from '../model/rows';
import { toPanelTokens } from '../tokenizer/panelTokens';
import { Trace } from '../trace/trace';

/** Values that are kept of a text at most: 128 MiB. */
const MOST_VALUES = 32 << 20;

export interface LayerActivity {
  /** Null in a dense layer. */
  experts: number | null;
  width: number;
  used: number;
  ids: Int32Array; // [tokens][used], 0 in a dense layer
  values: Float32Array; // [tokens][used][width]
  /** Of the expert that every token goes through. */
  shared: Float32Array; // [tokens][sharedWidth]
  sharedWidth: number;
}

export interface TextActivity {
  /** Null: the explained text. */
  name: string | null;
  text: string;
  tokens: readonly PanelToken[];
  layers: LayerActivity[];
}

/** Runs the text, at most `most` tokens of it. Throws Problem out-of-memory, and internal for a model with too many values. */
export async function activityOf(
  model: LoadedModel,
  { name, text }: { name: string | null; text: string },
  most: number,
  pause?: () => Promise<void> | void,
): Promise<TextActivity> {
  const { tokenizer, config, kernel } = model;
  const encoded = tokenizer.encode(text, { bos: tokenizer.addBos }).slice(0, most);
  const tokens = toPanelTokens(encoded, text, tokenizer);
  const layers = config.shapes.map(({ feedForward }): LayerActivity => {
    const { hidden: width, experts, expertsUsed, sharedHidden: sharedWidth } = feedForward;
    const used = experts > 0 ? expertsUsed : 1;
    const rows = encoded.length * used;
    const ids = new Int32Array(rows);
    return { experts: experts > 0 ? experts : null, width, used, ids, values: NONE, shared: NONE, sharedWidth };
  });
  const size = layers.reduce(
    (sum, { ids, width, sharedWidth }) => sum + ids.length * width + encoded.length * sharedWidth,
    0,
  );
  if (size > MOST_VALUES)
    throw new Problem('internal', `${size} values of neurons are too many to be kept: at most ${MOST_VALUES}.`);
  for (const layer of layers) {
    layer.values = new Float32Array(layer.ids.length * layer.width);
    layer.shared = new Float32Array(encoded.length * layer.sharedWidth);
  }
  const trace = new Trace(config, kernel, encoded.length, { keepResidual: false });
  try {
    await forward(model, trace, encoded.map(({ id }) => id), { taps: keeping(layers), afterChunk: pause }); // prettier-ignore
  } finally {
    trace.release();
  }
  return { name, text, tokens, layers };
}

const NONE = new Float32Array();

function keeping(layers: readonly LayerActivity[]): Taps {
  return {
    routed(l, { ids }, rows) {
      const { used, ids: kept } = layers[l];
      kept.set(ids.i32.subarray(0, rows.n * used), positionOf(rows, 0) * used);
    },
    hidden(l, { of, units, width, count, rowIds, scales }, rows) {
      const { used, ids, values, shared } = layers[l];
      const keep = (i: number, into: Float32Array): void => {
        const scale = scaleOf({ scales }, i);
        for (let neuron = 0; neuron < width; neuron++) into[neuron] = units.f32[i * width + neuron] * scale;
      };
      for (let i = 0; i < count; i++) {
        const position = positionOf(rows, rowIds ? rowIds.i32[i] : i);
        if (of === 'shared') {
          keep(i, shared.subarray(position * width, (position + 1) * width));
          continue;
        }
        const first = position * used;
        const rank = of === 'dense' ? 0 : ids.subarray(first, first + used).indexOf(of);
        if (rank < 0) continue;
        const at = first + rank;
        keep(i, values.subarray(at * width, (at + 1) * width));
      }
    },
  };
}

/** Neurons are numbered through: layer by layer, expert by expert, the shared one last. */
export interface Numbering {
  count: number;
  /** [layers] Number of the layer's first. */
  first: number[];
}

export function numbering({ shapes }: Pick<ModelConfig, 'shapes'>): Numbering {
  let count = 0;
  const first = shapes.map(({ feedForward: { hidden, experts, sharedHidden } }) => {
    const own = count;
    count += hidden * Math.max(1, experts) + sharedHidden;
    return own;
  });
  return { count, first };
}

/** Every value of a text that is not 0. */
export function eachValue(
  { layers, tokens }: TextActivity,
  { first }: Numbering,
  visit: (neuron: number, position: number, value: number) => void,
): void {
  layers.forEach(({ ids, values, used, width, experts, shared, sharedWidth }, l) => {
    const sharedFrom = first[l] + width * (experts ?? 1);
    for (let position = 0; position < tokens.length; position++) {
      for (let i = 0; i < sharedWidth; i++) {
        const value = shared[position * sharedWidth + i];
        if (value !== 0) visit(sharedFrom + i, position, value);
      }
      for (let rank = 0; rank < used; rank++) {
        const at = position * used + rank;
        const base = first[l] + ids[at] * width;
        for (let i = 0; i < width; i++) {
          const value = values[at * width + i];
          if (value !== 0) visit(base + i, position, value);
        }
      }
    }
  });
}
