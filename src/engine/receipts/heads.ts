/** Every head at one query, written nothing or its mean over the text. */
import type { HeadEdit } from '../../protocol/edit';
import type { Effect, HeadReceipt } from '../../protocol/receipts';
import type { LoadedModel } from '../model/load';
import { sideBySide } from '../model/sideBySide';
import { takeDonors } from '../model/takeDonors';
import { dotAt } from './edges';
import { totalsOfOutputs, type OutputChange, type Totals } from './totals';

/** Costs one more run of the text, for the means. */
export async function headReceipts(on: Totals): Promise<HeadReceipt[]> {
  const { layers } = on.query;
  const edits = layers.flatMap(({ heads }, layer) =>
    Array.from({ length: heads }, (_, head): HeadEdit => ({ site: 'z', layer, head, do: 'mean' })),
  );
  const donors = await takeDonors(on.model, on.trace.ids, edits, {}, { afterChunk: on.pause });
  const ofLayer = (layer: number) => async (model: LoadedModel) => {
    const { heads, headDim, mixed, worth } = layers[layer];
    const own = edits.filter((edit) => edit.layer === layer);
    const difference = (head: number, to: (i: number) => number): OutputChange => {
      const at = head * headDim;
      return { at, change: Float64Array.from({ length: headDim }, (_, i) => to(i) - mixed[at + i]) };
    };
    const changes = own.flatMap((edit) => {
      const mean = donors.get(edit)!(on.query.aim.position, layer);
      return [difference(edit.head, () => 0), difference(edit.head, (i) => mean[i])];
    });
    const totals = await totalsOfOutputs(
      { ...on, model },
      layer,
      changes.map((change) => [change]),
    );
    const effect = (i: number): Effect => ({ direct: dotAt(changes[i], worth), total: totals[i] });
    return Array.from({ length: heads }, (_, head): HeadReceipt => {
      return { layer, head, zero: effect(2 * head), mean: effect(2 * head + 1) };
    });
  };
  return (await sideBySide(on.model, Array.from(layers.keys(), ofLayer))).flat();
}
