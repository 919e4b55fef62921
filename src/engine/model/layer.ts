/**
 * The layer, once, for everything that runs through one: prompts, re-runs, a token looked at again, edited rows beside each
 * other. In the order of the papers: norm, mixing between positions, residual, norm, feed-forward, residual (Vaswani et al.
 * 2017, with the norms before: Xiong et al. 2020); where a model has them, norms behind (OLMo 2, Gemma), or both parts from the
 * same stream (Wang & Komatsuzaki 2021, GPT-J).
 */
import type { Buf } from '../kernel/kernel';
import type { LayerTrace } from '../trace/trace';
import { runFeedForward } from './dense';
import { runExperts } from './experts';
import { mix } from './mixers/mix';
import { normalize } from './normalize';
import type { Pass } from './pass';
import { eachStretch, type Rows } from './rows';
import { editUpdate } from './streamEdits';
import type { Lease } from './weights';
import type { Norm } from './layerWeights';

/**
 * x[n][embedding], the rows' residual stream, becomes what the next layer finds. `kept`: keys and values of the positions
 * before the rows. `own`: receives what the layer keeps of the rows; a part of `kept` where they follow one by one.
 */
export function runLayer(
  pass: Pass,
  l: number,
  lease: Lease,
  rows: Rows,
  x: Buf,
  kept: LayerTrace,
  own: LayerTrace,
): void {
  const { layer } = lease;
  const { model, scratch: s, taps } = pass;
  const { kernel, config } = model;
  const { embedding: d, parallelResidual } = config;
  const { mixer, feedForward } = config.shapes[l];
  const { n } = rows;
  taps.stream?.(l, x, rows);

  normalize(model, s.normed, x, layer.attentionNorm, n, d);
  mix(pass, l, mixer, lease, rows, kept, own.mixer);
  finishUpdate(pass, layer.attentionPostNorm, 'attn_out', l, rows);
  taps.mixed?.(l, s.update, rows);
  if (parallelResidual) normalize(model, s.normed, x, layer.feedForwardNorm, n, d);
  kernel.add(x, s.update, n * d);
  if (!parallelResidual) normalize(model, s.normed, x, layer.feedForwardNorm, n, d);

  if (layer.moe) runExperts(pass, l, feedForward, layer.moe, rows, own.router!);
  else runFeedForward(pass, l, layer.dense!, s.normed, s.update, { of: 'dense', count: n }, rows);
  finishUpdate(pass, layer.feedForwardPostNorm, 'mlp_out', l, rows);
  taps.transformed?.(l, s.update, rows);
  kernel.add(x, s.update, n * d);
}

/** scratch.update becomes what is added to the stream: normalised, scaled, edited. */
function finishUpdate(
  { model, scratch: { update }, donors }: Pass,
  norm: Norm | undefined,
  site: 'attn_out' | 'mlp_out',
  l: number,
  rows: Rows,
): void {
  const { embedding: d, residualScale } = model.config;
  if (norm) normalize(model, update, update, norm, rows.n, d);
  if (residualScale !== 1) model.kernel.scale(update, residualScale, rows.n * d);
  eachStretch(rows, (edits, first, count, position) =>
    editUpdate(edits, site, l, update.slice(first * d, count * d), d, position, count, donors),
  );
}
