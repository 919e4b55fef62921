/** Which hidden units of the dense feed-forward layers answered strongest to one token? */
import type { ActiveNeuron } from '../../protocol/readingApi';
import { Problem } from '../../protocol/problem';
import type { LoadedModel } from '../model/load';
import type { Pause } from '../model/units';
import type { Trace } from '../trace/trace';
import { replay } from './replay';

/**
 * What the down matrix multiplies: of the `top` largest by size, largest first ([] where every layer has experts), or `of` those
 * that are named, in their order. Leases every layer once. Throws Problem internal for a unit that is not there.
 */
export async function activeNeurons(
  model: LoadedModel,
  trace: Trace,
  { position, top, of }: { position: number; top: number; of?: readonly { layer: number; neuron: number }[] },
  pause?: Pause,
): Promise<ActiveNeuron[]> {
  const { hidden } = await replay(model, trace, position, pause);
  if (of) {
    return of.map(({ layer, neuron }) => {
      const activation = hidden[layer]?.[neuron];
      if (activation === undefined)
        throw new Problem('internal', `There is no neuron ${neuron} in layer ${layer} that every token goes through.`);
      return { layer, neuron, activation };
    });
  }
  const strongest = hidden.flatMap((units, layer) =>
    units
      ? Array.from(units, (activation, neuron) => ({ layer, neuron, activation }))
          .sort(bySize)
          .slice(0, top)
      : [],
  );
  return strongest.sort(bySize).slice(0, top);
}

const bySize = (a: ActiveNeuron, b: ActiveNeuron): number => Math.abs(b.activation) - Math.abs(a.activation);
