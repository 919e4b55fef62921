/**
 * What a layer takes of tokens' rows in a table of their own (Gemma 4 E2B, E4B), as linear steps of the stream that it reads: the rows,
 * the activation's ratio and the norm's scale are held.
 */
import type { LoadedModel } from '../model/load';
import type { Layer } from '../model/layerWeights';
import { product, unpacked } from '../model/unpacked';
import { deviationOf } from '../reading/direction';
import { factors, heldNorm, matrix, type LinearStep } from './linear';

/** Of each token: */
export interface Took {
  ratios: Float32Array; // [perLayer], units / gate · stream
  scale: number; // 1 / what the norm behind divided by
}

/** stream [embedding], units [perLayer]: as the tap gives them. */
export function tookOf(
  model: LoadedModel,
  { perLayer }: Layer,
  { stream, units }: { stream: Float32Array; units: Float32Array },
): Took {
  const { gate, up } = perLayer!;
  const read = product(model.kernel, gate, stream);
  return {
    ratios: units.map((unit, i) => (read[i] === 0 ? 0 : unit / read[i])),
    scale: 1 / deviationOf(model.config, product(model.kernel, up, units)),
  };
}

export function ownRowSteps(
  { kernel, config }: LoadedModel,
  { perLayer }: Layer,
  took: readonly Took[],
): { steps: LinearStep[]; bytes: number } {
  if (!perLayer) return { steps: [], bytes: 0 };
  const [gate, up] = [unpacked(kernel, perLayer.gate), unpacked(kernel, perLayer.up)];
  const scales = took.map(({ scale }) => scale);
  return {
    steps: [
      matrix(gate),
      factors((position) => took[position].ratios),
      matrix(up),
      ...heldNorm(config.norm, perLayer.norm, scales),
    ],
    bytes: gate.byteLength + up.byteLength,
  };
}
