/**
 * The layer, once, for everything that runs through one: prompts, re-runs, a token looked at again, edited rows beside each
 * other. In the order of the papers: norm, mixing between positions, residual, norm, feed-forward, residual (Vaswani et al.
 * 2017, with the norms before: Xiong et al. 2020; RMSNorm: Zhang & Sennrich 2019).
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

/**
 * x[n][embedding], the rows' residual stream, becomes what the next layer finds. `kept`: keys and values of the positions
 * before the rows. `own`: receives what the layer keeps of the rows; a part of `kept` where they follow one by one.
 */
export function runLayer(
  pass: Pass,
  l: number,
  { layer, rotation }: Lease,
  rows: Rows,
  x: Buf,
  kept: LayerTrace,
  own: LayerTrace,
): void {
  const { model, scratch: s, taps } = pass;
  const { kernel, config } = model;
  const { embedding: d } = config;
  const { mixer, feedForward } = config.shapes[l];
  const { n } = rows;
  taps.stream?.(l, x, rows);

  normalize(model, s.normed, x, layer.attentionNorm, n, d);
  mix(pass, l, mixer, layer.mixer, rotation, rows, kept.mixer, own.mixer);
  eachStretch(rows, (edits, first, count, position) =>
    editUpdate(edits, 'attn_out', l, s.update.slice(first * d, count * d), d, position, count),
  );
  taps.mixed?.(l, s.update, rows);
  kernel.add(x, s.update, n * d);

  normalize(model, s.normed, x, layer.feedForwardNorm, n, d);
  if (layer.moe) runExperts(pass, l, feedForward, layer.moe, rows, own.router!);
  else runFeedForward(pass, l, layer.dense!, s.normed, s.update, { of: 'dense', count: n }, rows);
  eachStretch(rows, (edits, first, count, position) =>
    editUpdate(edits, 'mlp_out', l, s.update.slice(first * d, count * d), d, position, count),
  );
  taps.transformed?.(l, s.update, rows);
  kernel.add(x, s.update, n * d);
}
