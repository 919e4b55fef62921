/**
 * One token's way through the model once more, over the keys and values that the trace kept: the hidden units and
 * the last residual stream, which no trace keeps, are computed when somebody asks about a token. Edits of the run act again.
 */
import type { Buf } from '../kernel/kernel';
import { runExperts } from '../model/experts';
import { attentionScale, type Model } from '../model/forward';
import { cutHeads, withCuts } from '../model/intervene';
import { Scratch } from '../model/scratch';
import type { RouterTrace, Trace } from '../trace/trace';

export interface Replay {
  /** Residual stream: before the first layer, after each layer. */
  residuals: Float32Array[]; // [layers + 1][embedding]
  /** silu(gate) · up of dense layers; null where the layer has experts. */
  hidden: (Float32Array | null)[]; // [layers][hidden]
}

/** Throws Problem trace-gone, out-of-memory, or internal when there is no such token. The trace stays as it is. */
export function replay(model: Model, trace: Trace, position: number): Replay {
  trace.checkToken(position);
  const { config, weights, kernel } = model;
  const { embedding: d, heads, kvHeads, headDim, rmsEpsilon: eps } = config;
  const scratch = new Scratch(kernel, config, weights, 1, 1);
  const taken: Buf[] = [];
  const alloc = (length: number): Buf => {
    const buf = kernel.alloc(Math.max(1, length));
    taken.push(buf);
    return buf;
  };
  try {
    const q = alloc(heads * headDim);
    const stats = alloc(heads * 2);
    const x = scratch.residual;
    scratch.ids.i32[0] = trace.ids[position];
    kernel.rows(x, weights.tokenEmbedding, scratch.ids, 1);
    const residuals = [x.f32.slice()]; // the embedding
    const hidden: (Float32Array | null)[] = [];
    for (const [l, layer] of weights.layers.entries()) {
      const kept = trace.layer(l);
      // What the layer found then, patches of the run included.
      if (kept.residual) kernel.copy(x, kept.residual.slice(position * d, d), d);
      if (l > 0) residuals.push(x.f32.slice());
      kernel.rmsNorm(scratch.normed, x, layer.attentionNorm, 1, d, eps);
      kernel.matmul(q, scratch.normed, layer.wq, 1);
      if (layer.bq) kernel.addBias(q, layer.bq, 1, heads * headDim);
      if (layer.qNorm)
        kernel.rmsNorm(q, q, layer.qNorm, (heads * headDim) / layer.qNorm.length, layer.qNorm.length, eps);
      kernel.rope(q, 1, heads, headDim, position, weights.inverseFrequencies, config.ropePairing);
      withCuts(kernel, trace, l, (cuts) => {
        const scale = attentionScale(config);
        const shape = { n: 1, start: position, heads, kvHeads, headDim, scale, cuts };
        kernel.attention(scratch.mixed, q, kept.k, kept.v, stats, shape);
      });
      cutHeads(trace, l, scratch.mixed, position, 1);
      kernel.matmul(scratch.update, scratch.mixed, layer.wo, 1);
      if (layer.bo) kernel.addBias(scratch.update, layer.bo, 1, d);
      kernel.add(x, scratch.update, d);

      kernel.rmsNorm(scratch.normed, x, layer.feedForwardNorm, 1, d, eps);
      if (layer.dense) {
        const { gate, up, down } = layer.dense;
        kernel.matmul(scratch.gate, scratch.normed, gate, 1);
        kernel.matmul(scratch.up, scratch.normed, up, 1);
        kernel.swiglu(scratch.gate, scratch.up, gate.rows);
        hidden.push(scratch.gate.f32.slice(0, gate.rows));
        kernel.matmul(scratch.update, scratch.gate, down, 1);
        kernel.add(x, scratch.update, d);
      } else {
        hidden.push(null);
        keepingRow(kept.router!, position, config, () =>
          runExperts(model, layer.moe!, trace, l, x, position, 1, scratch),
        );
      }
    }
    residuals.push(x.f32.slice());
    return { residuals, hidden };
  } finally {
    for (const buf of taken) kernel.free(buf);
    scratch.free();
  }
}

/** The experts write what they chose into the trace: the same again, up to the last digits. It is put back. */
function keepingRow(
  { probabilities, ids, weights }: RouterTrace,
  position: number,
  { experts, expertsUsed }: Model['config'],
  run: () => void,
): void {
  const parts: [Buf, number][] = [[probabilities, experts], [ids, expertsUsed], [weights, expertsUsed]]; // prettier-ignore
  const before = parts.map(([buf, width]) => buf.i32.slice(position * width, (position + 1) * width));
  run();
  parts.forEach(([buf, width], i) => buf.i32.set(before[i], position * width));
}
