/** The search for the best unit in one half of the test drawings, and its accuracy on the other half. */
import { KINDS, type Drawings } from '../../shared/drawings';
import type { Features } from './firstStage';
import { throughFirstStage, type Known } from './learn';
import { responsesTo } from './network';
import { accuracyOf, bestUnit, firing, type Detector } from './search';
import { meanRow, SparseAutoencoder } from './sparseAutoencoder';

const CAT = KINDS.indexOf('cat');

/** What the units at the top are given of some drawings: [drawings][inputs]. */
export interface Half {
  inputs: Float32Array;
  kinds: Uint8Array;
}
export interface Halves {
  search: Half;
  held: Half;
}

export const asHalf = ({ pixels, kinds }: Drawings): Half => ({ inputs: pixels, kinds });

export async function testHalves({ search, held }: Known, features: Features): Promise<Halves> {
  const half = async ({ pixels, kinds }: Drawings): Promise<Half> => ({
    inputs: await throughFirstStage(pixels, features),
    kinds,
  });
  return { search: await half(search), held: await half(held) };
}

/** Accuracy of the best unit in the search, and of the same unit on drawings that were held back. */
export function measure(top: SparseAutoencoder, { search, held }: Halves): { search: number; accuracy: number } {
  const detector = detectorOf(CAT, top, search);
  return { search: detector.accuracy, accuracy: accuracyOf(sharesOf(detector, top, held), CAT) };
}

export function detectorOf(kind: number, top: SparseAutoencoder, { inputs, kinds }: Half): Detector {
  const wanted = kinds.map((each) => (each === kind ? 1 : 0));
  return bestUnit(responsesTo(top, inputs), top.shape.units, wanted);
}

export function sharesOf(detector: Detector, top: SparseAutoencoder, { inputs, kinds }: Half): number[] {
  return firing(responsesTo(top, inputs), top.shape.units, kinds, KINDS.length, detector);
}

/** The best of as many units with random weights, chosen and measured in the same way. */
export function untaughtAccuracy(units: number, halves: Halves, random: () => number): number {
  const width = halves.search.inputs.length / halves.search.kinds.length;
  const top = new SparseAutoencoder({ inputs: width, units, active: 1 }, meanRow(halves.search.inputs, width), random);
  return measure(top, halves).accuracy;
}
