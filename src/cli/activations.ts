/**
 * A run's activations under TransformerLens' names and shapes, batch of one in front; what mixtures have beside has names of
 * ours: mlp.router.hook_probabilities, hook_choice (where experts are chosen by something else), hook_expert_indices, hook_expert_weights.
 */
import { forward } from '../engine/model/forward';
import type { LoadedModel } from '../engine/model/load';
import { logitsOf } from '../engine/model/logits';
import type { Buf } from '../engine/kernel/kernel';
import type { Taps } from '../engine/model/rows';
import { Trace } from '../engine/trace/trace';
import { tileWeights } from '../engine/trace/weights';
import type { NumpyArray } from './npz';

/** Patterns grow with the square of the tokens. */
export const MOST_PATTERN_TOKENS = 2048;

/** Runs the trace's tokens once more under its edits, and names what is seen; layers without attention have no queries, keys or patterns. */
export async function activations(model: LoadedModel, of: Trace): Promise<NumpyArray[]> {
  const { config, kernel, weights } = model;
  const n = of.ids.length;
  const d = config.embedding;
  const found = new Map<string, NumpyArray>();
  const keep = (name: string, x: Buf, { first, n: rows }: { first: number; n: number }, ...shape: number[]): void => {
    const width = shape.reduce((product, size) => product * size, 1);
    const array = found.get(name) ?? { name, shape: [1, n, ...shape], values: new Float32Array(n * width) };
    found.set(name, array);
    array.values.set(x.f32.subarray(0, rows * width), first * width);
  };
  const trace = new Trace(config, kernel, n, { edits: of.edits, donors: of.donors });
  try {
    const taps: Taps = {
      stream: (l, x, rows) => {
        keep(`blocks.${l}.hook_resid_pre`, x, rows, d);
        if (l > 0) keep(`blocks.${l - 1}.hook_resid_post`, x, rows, d);
      },
      heads: (l, mixed, rows) => {
        const { heads, headDim } = config.shapes[l].mixer;
        keep(`blocks.${l}.attn.hook_z`, mixed, rows, heads, headDim);
      },
      updated: (site, l, update, rows) => keep(`blocks.${l}.hook_${site}`, update, rows, d),
      hidden: (l, { of: whose, units, width }, rows) => {
        if (whose === 'dense') keep(`blocks.${l}.mlp.hook_post`, units, rows, width);
      },
      last: (x, rows) => keep(`blocks.${config.layers - 1}.hook_resid_post`, x, rows, d),
    };
    await forward(model, trace, of.ids, { taps });
    const whole = { first: 0, n };
    for (let l = 0; l < config.layers; l++) {
      if (config.shapes[l].mixer.kind === 'attention') {
        const { shape, kept } = trace.attention(l);
        const at = `blocks.${l}.attn.`;
        // After QK-norm and rotation, as TransformerLens' hook_rot_q and hook_rot_k.
        keep(`${at}hook_rot_q`, kept.q, whole, shape.heads, shape.keyDim);
        keep(`${at}hook_rot_k`, kept.k, whole, shape.kvHeads, shape.keyDim);
        keep(`${at}hook_v`, kept.v, whole, shape.kvHeads, shape.headDim);
        if (n <= MOST_PATTERN_TOKENS) found.set(`${at}hook_pattern`, patterns(model, trace, l, shape.heads));
      }
      const { router } = trace.layer(l);
      if (!router) continue;
      const { experts, expertsUsed } = config.shapes[l].feedForward;
      keep(`blocks.${l}.mlp.router.hook_probabilities`, router.probabilities, whole, experts);
      if (router.choice) keep(`blocks.${l}.mlp.router.hook_choice`, router.choice, whole, experts);
      keep(`blocks.${l}.mlp.router.hook_expert_weights`, router.weights, whole, expertsUsed);
      const ids = router.ids.i32.slice(0, n * expertsUsed);
      const name = `blocks.${l}.mlp.router.hook_expert_indices`;
      found.set(name, { name, shape: [1, n, expertsUsed], values: ids });
    }
    keep('ln_final.hook_normalized', trace.final, whole, d);
    if (!config.headless) {
      const vocabulary = weights.output.words;
      const name = 'logits';
      found.set(name, { name, shape: [1, n, vocabulary], values: await logitsOf(model, trace, 0, n) });
    }
  } finally {
    trace.release();
  }
  return [{ name: 'tokens', shape: [1, n], values: Int32Array.from(of.ids) }, ...found.values()];
}

function patterns({ kernel }: LoadedModel, trace: Trace, layer: number, heads: number): NumpyArray {
  const n = trace.ids.length;
  const values = new Float32Array(heads * n * n);
  const range = { q0: 0, q1: n, k0: 0, k1: n, rows: n, cols: n, pool: 'max' as const };
  for (let head = 0; head < heads; head++)
    values.set(tileWeights(kernel, trace, { layer, head, ...range }), head * n * n);
  return { name: `blocks.${layer}.attn.hook_pattern`, shape: [1, heads, n, n], values };
}
