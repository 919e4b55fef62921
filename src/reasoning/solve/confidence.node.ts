/** Does the bundled model know this kind of problem? Of the file that the calibration is of, by its hash; null of any other. */
import type { Solution, SolutionConfidence } from '../../protocol/reasoning';
import { isModel } from '../../engine/receipts/studied.node';
import calibrated from './calibrated.json';
import { chanceOf, traitsOf } from './confidence';
import type { Reasoner } from './reasoner';

/** Of a solution step by step that the model wrote on its own. Throws what `traitsOf` throws. */
export async function confidenceOf(
  reasoner: Reasoner,
  question: string,
  solution: Solution,
  pause: () => Promise<void>,
): Promise<SolutionConfidence | null> {
  if (!(await isModel(reasoner.model.card.path, calibrated.model))) return null;
  const chance = chanceOf(await traitsOf(reasoner, question, solution, pause), calibrated);
  return { chance, isKnown: chance >= calibrated.known, unsure: calibrated.unsure };
}
