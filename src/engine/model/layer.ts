/**
 * The layer, once, for everything that runs through one: prompts, re-runs, a token looked at again, edited rows beside each
 * other. In the order of the papers: norm, mixing between positions, residual, norm, feed-forward, residual (Vaswani et al.
 * 2017, with the norms before: Xiong et al. 2020); where a model has them, norms behind (OLMo 2, Gemma), or both parts from the
 * same stream (Wang & Komatsuzaki 2021, GPT-J).
 */
import type { Buf } from '../kernel/kernel';
import type { LayerTrace } from '../trace/trace';
import { runFeedForward } from './dense';
import { chooseExperts, joinShared, route, runExpert } from './experts';
import { project } from './mixers/attention';
import type { AttentionTrace } from './mixers/attentionParts';
import { mix } from './mixers/mix';
import { normalize } from './normalize';
import type { Pass } from './pass';
import { eachStretch, type Rows } from './rows';
import { editUpdate } from './streamEdits';
import type { Lease } from './weights';
import type { AttentionWeights, Layer, Norm, PerLayerWeights } from './layerWeights';

/** Rows that go through a layer together, and what of them and for them is kept. */
export interface LayerRows {
  rows: Rows;
  /** [n][embedding] Their residual stream, which becomes what the next layer finds. */
  x: Buf;
  /** Keys and values of the positions before the rows. */
  kept: LayerTrace;
  /** Receives what the layer keeps of the rows; a part of `kept` where they follow one by one. */
  own: LayerTrace;
}

/** Of a layer that is in memory as a whole. */
export function runLayer(pass: Pass, l: number, lease: Lease, part: LayerRows): void {
  const { layer } = lease;
  const { scratch: s } = pass;
  const { rows, own } = part;
  runMixer(pass, l, lease, part);
  if (layer.moe) {
    const { experts } = layer.moe;
    const chosen = chooseExperts(pass, pass.model.config.shapes[l].feedForward, rows, own.router!);
    for (const expert of chosen) runExpert(pass, l, experts[expert], expert, rows);
  } else if (layer.dense) {
    runFeedForward(pass, l, layer.dense, s.normed, s.update, { of: 'dense', count: rows.n }, rows);
  } else addNothing(pass, rows.n);
  finishLayer(pass, l, layer, part);
}

/** scratch.update[n][embedding] of a layer without a network: it adds nothing to the stream. */
export function addNothing({ model, scratch: { update } }: Pass, n: number): void {
  update.f32.fill(0, 0, n * model.config.embedding);
}

/** Queries, keys and values of rows whose layer looks both ways, before any of them looks; they are `projected` then. */
export function projectLayer(pass: Pass, l: number, { layer, rotation }: Lease, { rows, x, own }: LayerRows): void {
  const { model, scratch: s } = pass;
  const { mixer } = model.config.shapes[l];
  if (mixer.kind !== 'attention') return;
  normalize(model, s.normed, x, layer.attentionNorm, rows.n, model.config.embedding);
  project(pass, mixer, layer.mixer as AttentionWeights, rotation, rows, own.mixer as AttentionTrace);
}

/** Up to what the feed-forward networks find in scratch.normed; which experts the rows go through is then in `own`. */
export function runMixer(pass: Pass, l: number, lease: Lease, { rows, x, kept, own }: LayerRows): void {
  const { layer } = lease;
  const { model, scratch: s, taps } = pass;
  const { kernel, config } = model;
  const { embedding: d, parallelResidual } = config;
  const { mixer, feedForward } = config.shapes[l];
  const { n } = rows;
  taps.stream?.(l, x, rows);

  if (!rows.projected) normalize(model, s.normed, x, layer.attentionNorm, n, d);
  mix(pass, l, mixer, lease, rows, kept, own.mixer);
  finishUpdate(pass, layer.attentionPostNorm, 'attn_out', l, rows);
  normStream(pass, layer.attentionStreamNorm, x, n);
  taps.mixed?.(l, s.update, rows);
  if (parallelResidual) normalize(model, s.normed, x, layer.feedForwardNorm, n, d);
  kernel.add(x, s.update, n * d);
  if (!parallelResidual) normalize(model, s.normed, x, layer.feedForwardNorm, n, d);
  if (layer.moe) route(pass, l, feedForward, layer.moe, x, rows, own.router!);
}

/** scratch.update, what the networks have made of scratch.normed, becomes part of the stream. */
export function finishLayer(pass: Pass, l: number, layer: Layer, { rows, x }: LayerRows): void {
  const { model, scratch: s, taps } = pass;
  if (layer.moe) joinShared(pass, l, layer.moe, x, rows);
  taps.networks?.(l, s.update, rows);
  finishUpdate(pass, layer.feedForwardPostNorm, 'mlp_out', l, rows);
  normStream(pass, layer.feedForwardStreamNorm, x, rows.n);
  const length = rows.n * model.config.embedding;
  if (layer.perLayer) takeOwn(pass, l, layer.perLayer, rows, x);
  taps.transformed?.(l, s.update, rows);
  model.kernel.add(x, s.update, length);
  const scale = model.weights.layerScales?.[l];
  if (scale) model.kernel.scale(x, scale.f32[0], length);
}

/** scratch.update, what the network adds to the stream x, becomes that and what the layer takes of the tokens' own rows. */
function takeOwn(pass: Pass, l: number, { gate, up, norm }: PerLayerWeights, rows: Rows, x: Buf): void {
  const { model, scratch: s, taps } = pass;
  const { kernel, config } = model;
  const [{ n, first }, d, width] = [rows, config.embedding, gate.rows];
  kernel.copy(s.normed, x, n * d);
  kernel.add(s.normed, s.update, n * d);
  kernel.matmul(s.gate, s.normed, gate, n);
  kernel.geglu(s.gate, s.perLayer.slice((l * s.tokens + first) * width, n * width), n * width);
  taps.took?.(l, s.normed, s.gate, rows);
  kernel.matmul(s.normed, s.gate, up, n);
  normalize(model, s.normed, s.normed, norm, n, d);
  kernel.add(s.update, s.normed, n * d);
}

/** scratch.update becomes what makes of the stream x its norm with the update: norm(x + update) − x, so that the stream stays a sum. */
function normStream({ model, scratch: { update } }: Pass, norm: Norm | undefined, x: Buf, n: number): void {
  if (!norm) return;
  const { kernel, config } = model;
  const length = n * config.embedding;
  kernel.add(update, x, length);
  normalize(model, update, update, norm, n, config.embedding);
  kernel.scale(update, -1, length);
  kernel.add(update, x, length);
  kernel.scale(update, -1, length);
}

/** scratch.update becomes what is added to the stream: normalised, scaled, edited. */
function finishUpdate(
  { model, scratch: { update }, donors, taps }: Pass,
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
  taps.updated?.(site, l, update, rows);
}
