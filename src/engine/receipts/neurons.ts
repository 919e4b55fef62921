/** The neurons that one query goes through, each cut: of experts those of the ones that were chosen, and of the shared one. */
import type { Edit } from '../../protocol/edit';
import type { NeuronReceipt } from '../../protocol/receipts';
import type { LoadedModel } from '../model/load';
import { scaleOf, type Taps } from '../model/rows';
import { sideBySide } from '../model/sideBySide';
import { dot } from '../../shared/dot';
import { totalsOfEdits, type Totals } from './totals';

/** Neurons of a layer that are cut: those of the largest values. */
const MOST = 64;

type Active = Omit<NeuronReceipt, 'zero'>;

/** Direct effects are those of the layer's whole write. Costs one row through all layers, and `totalsOfEdits` for each layer. */
export async function neuronReceipts(on: Totals): Promise<NeuronReceipt[]> {
  const { model, query } = on;
  const { position } = query.aim;
  const active = await activeNeurons(on);
  const ofLayer = (layer: number) => async (here: LoadedModel) => {
    const own = active
      .filter((neuron) => neuron.layer === layer)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
      .slice(0, MOST);
    if (own.length === 0) return [];
    const direct: number[] = [];
    const taps: Taps = {
      transformed: (at, update, { n }) => {
        if (at !== layer) return;
        const worth = (row: number): number => dot(query.aim.direction, update.f32, row * model.config.embedding);
        for (let row = 1; row < n; row++) direct.push(worth(row) - worth(0));
      },
    };
    const rows = own.map((neuron): Edit[] => [neuronEdit(neuron, position)]);
    const totals = await totalsOfEdits({ ...on, model: here }, layer, rows, { taps });
    return own.map((neuron, i): NeuronReceipt => ({ ...neuron, zero: { direct: direct[i], total: totals[i] } }));
  };
  const jobs = Array.from({ length: model.config.layers }, (_, layer) => ofLayer(layer));
  return (await sideBySide(model, jobs)).flat();
}

export const neuronEdit = ({ layer, expert, neuron }: Active, position: number): Edit => ({
  site: 'neuron',
  layer,
  ...(expert !== null && { expert }),
  neuron,
  pos: { from: position, to: position + 1 },
  do: 'zero',
});

/** What each neuron gave: activation · up · the router's weight. Costs the layers once for one row. */
async function activeNeurons(on: Totals): Promise<Active[]> {
  const found: Active[] = [];
  const taps: Taps = {
    hidden(layer, { of, units, width, scales }) {
      const weight = scaleOf({ scales }, 0);
      for (let neuron = 0; neuron < width; neuron++) {
        const value = units.f32[neuron] * weight;
        if (value !== 0) found.push({ layer, expert: of === 'dense' ? null : of, neuron, value });
      }
    },
  };
  await totalsOfEdits(on, 0, [[]], { taps: firstRowOnly(taps) });
  return found;
}

/** The batch's first row is the run as it is; the empty cut beside it is the same. */
function firstRowOnly(taps: Taps): Taps {
  return {
    hidden(layer, hidden, rows) {
      const at = hidden.rowIds ? [...hidden.rowIds.i32.subarray(0, hidden.count)].indexOf(0) : 0;
      if (at < 0) return;
      const units = hidden.units.slice(at * hidden.width, hidden.width);
      const scales = hidden.scales?.slice(at, 1);
      taps.hidden?.(layer, { ...hidden, units, scales, count: 1, rowIds: undefined }, rows);
    },
  };
}
