/** Mixing between positions, by kind: each kind is a file here. */
import type { Pass } from '../pass';
import type { Rows } from '../rows';
import type { Rotation } from '../weights';
import { attend, type AttentionWeights } from './attention';
import type { MixerShape, MixerTrace } from './parts';

export type MixerWeights = AttentionWeights;

/** scratch.update[n][embedding] = what the mixer makes of scratch.normed[n][embedding]; `own` receives the rows' parts. */
export function mix(
  pass: Pass,
  layer: number,
  shape: MixerShape,
  weights: MixerWeights,
  rotation: Rotation | undefined,
  rows: Rows,
  kept: MixerTrace,
  own: MixerTrace,
): void {
  switch (shape.kind) {
    case 'attention':
      return attend(pass, layer, shape, weights, rotation, rows, kept, own);
  }
}
