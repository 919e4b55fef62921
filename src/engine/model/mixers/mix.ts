/** Mixing between positions, by kind: each kind is a file here. */
import type { Kernel } from '../../kernel/kernel';
import type { LayerTrace } from '../../trace/trace';
import type { ModelConfig } from '../config';
import type { AttentionWeights, ConvolutionWeights, DeltaWeights } from '../layerWeights';
import type { Pass } from '../pass';
import type { Rows } from '../rows';
import type { Lease } from '../weights';
import { attend } from './attention';
import type { AttentionTrace } from './attentionParts';
import { convolveGated } from './convolution';
import type { ConvolutionTrace } from './convolutionParts';
import { goBack, remember } from './delta';
import { STATE_EVERY, type DeltaTrace } from './deltaParts';
import type { MixerShape, MixerTrace } from './parts';

/** scratch.update[n][embedding] = what the mixer makes of scratch.normed[n][embedding]; `own` receives the rows' parts. */
export function mix(
  pass: Pass,
  l: number,
  shape: MixerShape,
  { layer, rotation }: Lease,
  rows: Rows,
  kept: LayerTrace,
  own: MixerTrace,
): void {
  switch (shape.kind) {
    case 'attention': {
      const [all, theirs] = [kept.mixer as AttentionTrace, own as AttentionTrace];
      return attend(pass, l, shape, layer.mixer as AttentionWeights, rotation, rows, all, theirs);
    }
    case 'delta':
      return remember(pass, l, shape, layer, layer.mixer as DeltaWeights, rows, kept, own as DeltaTrace);
    case 'convolution': {
      const [all, theirs] = [kept.mixer as ConvolutionTrace, own as ConvolutionTrace];
      return convolveGated(pass, l, shape, layer.mixer as ConvolutionWeights, rows, all, theirs);
    }
  }
}

/**
 * Where a run that is to go on from `position` can begin: there, or at the last state that is kept before it, whose rows since
 * are run again. `live`: where the mixers' states stand.
 */
export function beginningBefore({ shapes }: ModelConfig, position: number, live: number | undefined): number {
  if (position === live || shapes.every(({ mixer }) => mixer.kind !== 'delta')) return position;
  return position - (position % STATE_EVERY);
}

/** Sets what rows go on from back to `position`, as `beginningBefore` gave it. */
export function restart(kernel: Kernel, trace: MixerTrace, position: number): void {
  if (trace.kind === 'delta') goBack(kernel, trace, position);
}
