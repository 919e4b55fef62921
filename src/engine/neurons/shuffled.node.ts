/** What neurons of the model's shuffled weights are named, of the model that it was measured of: known by its hash. */
import type { ModelCard } from '../../protocol/explanation';
import type { ShuffledNames } from '../../protocol/neuronCards';
import { isModel } from '../receipts/studied.node';
import shuffled from './shuffled.json';

export const shuffledNames = async ({ path }: Pick<ModelCard, 'path'>): Promise<ShuffledNames | null> =>
  (await isModel(path, shuffled.model)) ? shuffled : null;
