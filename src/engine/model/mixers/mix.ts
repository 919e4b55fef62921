/** Mixing between positions, by kind: each kind is a file here. */
import type { Kernel } from '../../kernel/kernel';
import type { LayerTrace } from '../../trace/trace';
import type { ModelConfig } from '../config';
import { editHeads } from '../attentionEdits';
import type { AttentionWeights, ConvolutionWeights, DeltaWeights, Layer, MambaWeights } from '../layerWeights';
import type { Pass } from '../pass';
import { eachStretch, type Rows } from '../rows';
import type { Lease } from '../weights';
import { attend } from './attention';
import type { AttentionTrace } from './attentionParts';
import { convolveGated } from './convolution';
import type { ConvolutionTrace } from './convolutionParts';
import { readCorrected } from './delta';
import { readAdded } from './mamba';
import type { MixerShape, MixerTrace } from './parts';
import { goBack } from './recurrence';
import { STATE_EVERY, type RecurrentShape, type RecurrentTrace } from './recurrentParts';

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
    case 'mamba':
      return remember(pass, l, shape, layer, rows, kept, own as RecurrentTrace);
    case 'convolution': {
      const [all, theirs] = [kept.mixer as ConvolutionTrace, own as ConvolutionTrace];
      return convolveGated(pass, l, shape, layer.mixer as ConvolutionWeights, rows, all, theirs);
    }
    default:
      shape satisfies never;
  }
}

/**
 * Through states: rows one by one go on from `kept`'s, which goes with them; rows of one place find the state before it (the trace
 * has to keep streams then, or Problem internal).
 */
function remember(
  pass: Pass,
  l: number,
  shape: RecurrentShape,
  { attentionNorm, mixer }: Layer,
  rows: Rows,
  kept: LayerTrace,
  own: RecurrentTrace,
): void {
  const { model, scratch: s, taps, donors } = pass;
  const width = shape.heads * shape.headDim;
  if (rows.given) s.mixed.f32.set(rows.given);
  else if (shape.kind === 'delta') readCorrected(pass, l, shape, attentionNorm, mixer as DeltaWeights, rows, kept, own);
  else readAdded(pass, l, shape, attentionNorm, mixer as MambaWeights, rows, kept, own);
  eachStretch(rows, (edits, first, count, position) =>
    editHeads(edits, l, shape, s.mixed.slice(first * width, count * width), position, count, donors),
  );
  taps.heads?.(l, s.mixed, rows);
  model.kernel.matmul(s.update, s.mixed, mixer.wo, rows.n);
}

/**
 * Where a run that is to go on from `position` can begin: there, or at the last state that is kept before it, whose rows since
 * are run again. `live`: where the mixers' states stand.
 */
export function beginningBefore({ shapes }: ModelConfig, position: number, live: number | undefined): number {
  if (position === live || !shapes.some(({ mixer }) => carriesState(mixer))) return position;
  return position - (position % STATE_EVERY);
}

/** Sets what rows go on from back to `position`, as `beginningBefore` gave it. */
export function restart(kernel: Kernel, trace: MixerTrace, position: number): void {
  if (carriesState(trace)) goBack(kernel, trace as RecurrentTrace, position);
}

function carriesState({ kind }: { kind: MixerShape['kind'] }): boolean {
  switch (kind) {
    case 'attention':
    case 'convolution':
      return false;
    case 'delta':
    case 'mamba':
      return true;
  }
}
