/** Which hidden units of the dense feed-forward layers answered strongest to one token? */
import type { ActiveNeuron } from '../../protocol/readingApi';
import type { LoadedModel } from '../model/load';
import type { Pause } from '../model/units';
import type { Trace } from '../trace/trace';
import { replay } from './replay';

/** The `top` largest by size of what the down matrix multiplies, largest first; [] where every layer has experts. Leases every layer once. */
export async function activeNeurons(
  model: LoadedModel,
  trace: Trace,
  position: number,
  top: number,
  pause?: Pause,
): Promise<ActiveNeuron[]> {
  const { hidden } = await replay(model, trace, position, pause);
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
